// What a failure or a divergence is told to be behind: statement, index and value.
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/tyche.hpp"

namespace tyche {
namespace {

using Numbers = std::vector<double>;

std::string line(int number) { return "findings_test.cpp:" + std::to_string(number) + ")"; }

void expect_within(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
  }
}

std::string why_it_cannot_start(const Model& model) {
  const auto fit = try_sample(model, {.chains = 1, .warmup = 10, .draws = 10});
  return fit ? "it started" : fit.error().found;
}

TEST(Findings, AStartIsExplainedWhereItFailedByStatementIndexAndValue) {
  Model m;
  const auto x = m.param("x", normal(0, 1));
  // At the origin all is well.
  const int at = __LINE__ + 1;
  m.observe("y", uniform(0, where(abs(x) < 1e-300, 5.0, 1.0)), Numbers{0.5, 3, 0.25});
  const std::string why = why_it_cannot_start(m);
  expect_within(why, {"there y[2] (", line(at), "whose value is 3", "log density -inf"});
}

TEST(Findings, AGradientThatIsNotFiniteIsNamedAsSuchWithParameterAndStatement) {
  Model m;
  m.param("fine", normal(0, 1), 2);
  const auto bad = m.param("bad", normal(0, 1));
  const int at = __LINE__ + 1;
  m.add(sqrt(0 * square(bad)));
  const std::string why = why_it_cannot_start(m);
  expect_within(why, {"gradient is not finite: nan", "along bad at ",
                      "findings_test.cpp:" + std::to_string(at)});
}

TEST(Findings, TheLargestChangeNamesTheElementAndItsParameter) {
  Model m;
  const auto tau = m.param("tau", half_normal(1));
  const int at = __LINE__ + 1;
  const auto theta = m.param("theta", normal(0, tau), 3);
  m.observe("y", normal(theta, 1), Numbers{0, 0, 0});
  const auto explanation = compile(m)->explanation();
  ASSERT_TRUE(explanation);
  const Numbers before = {0, 0.5, 0.5, 0.5}, after = {0, 0.5, 2.5, 0.5};
  const auto behind = explanation->largest_change(before, after);
  ASSERT_TRUE(behind);
  expect_within(behind->statement, {"theta[2] (", line(at)});
  ASSERT_TRUE(behind->datum);
  EXPECT_EQ(*behind->datum, 2.5);
  EXPECT_NEAR(behind->value - behind->before, -0.5 * (2.5 * 2.5 - 0.25), 1e-12);
}

TEST(Findings, ATermThatIsNotANumberAfterwardsIsBehindMoreThanAnyOther) {
  Model m;
  const auto x = m.param("x", normal(0, 1));
  const int at = __LINE__ + 1;
  m.observe("y", normal(0, sqrt(x)), Numbers{1});
  m.observe("z", normal(x, 0.001), Numbers{1});
  const auto explanation = compile(m)->explanation();
  ASSERT_TRUE(explanation);
  const auto behind = explanation->largest_change(Numbers{1}, Numbers{-1});
  ASSERT_TRUE(behind);
  expect_within(behind->statement, {"y (", line(at)});
}

}  // namespace
}  // namespace tyche
