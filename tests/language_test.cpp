// Statements and arrays of the model language, by the interpreter: what they record is what they
// say.
#include "language.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tyche {
namespace {

/// The value of an expression of data alone.
Numbers value(Model& model, const Expression& e) {
  model.let("value", e);
  return output(model, "value");
}

TEST(Language, ArithmeticBroadcastsScalars) {
  Model m;
  const auto a = m.data("a", {1, 2, 3});
  expect_near(value(m, 2 * a - a / 4 + 1), {2.75, 4.5, 6.25});
}

TEST(Language, IntegersBecomeRealsWhereTheyMeetThem) {
  Model m;
  const auto k = m.data("k", std::vector<int>{1, 2, 3});
  expect_near(value(m, k / 2 + 0.5 * k), {1, 2, 3});
}

TEST(Language, GathersSlicesRowsAndColumns) {
  Model m;
  const auto a = m.data("a", {10, 20, 30});
  const auto X = m.data("X", Matrix{2, 3, {1, 2, 3, 4, 5, 6}});
  m.let("gather", a[std::vector<int>{2, 0, 2, 1}]);
  m.let("nested", a[m.data("g", std::vector<int>{1, 2})[std::vector<int>{1, 1, 0}]]);
  m.let("slice", a.slice(1, 2));
  m.let("row", X[1]);
  m.let("column", X.column(2));
  m.let("element", X(1, 2));
  expect_near(output(m, "gather"), {30, 10, 30, 20});
  expect_near(output(m, "nested"), {30, 30, 20});
  expect_near(output(m, "slice"), {20, 30});
  expect_near(output(m, "row"), {2, 4, 6});
  expect_near(output(m, "column"), {5, 6});
  expect_near(output(m, "element"), {6});
}

TEST(Language, ProductsSumsAndSelection) {
  Model m;
  const auto a = m.data("a", {1, 2, 3});
  const auto X = m.data("X", Matrix{2, 3, {1, 2, 3, 4, 5, 6}});
  m.let("Xa", X * a);
  m.let("bX", m.data("b", {1, -1}) * X);
  m.let("XX", X * transposed(X));
  m.let("dot", dot(a, a));
  m.let("sum", sum(X));
  m.let("where", where(a > 1.5, a, -a));
  m.let("largest", log_sum_exp(1000 * a));
  expect_near(output(m, "Xa"), {22, 28});
  expect_near(output(m, "bX"), {-1, -1, -1});
  expect_near(output(m, "XX"), {35, 44, 44, 56});
  expect_near(output(m, "dot"), {14});
  expect_near(output(m, "sum"), {21});
  expect_near(output(m, "where"), {-1, 2, 3});
  expect_near(output(m, "largest"), {3000});
}

TEST(Language, CholeskyAndTriangularSolves) {
  Model m;
  const auto A = m.data("A", Matrix{2, 2, {4, 2, 2, 5}});
  const auto L = cholesky(A);
  m.let("L", L);
  m.let("x", solve_lower(L, {2, 5}));
  m.let("y", solve_lower_transposed(L, {2, 4}));
  expect_near(output(m, "L"), {2, 1, 0, 2});
  expect_near(output(m, "x"), {1, 2});
  expect_near(output(m, "y"), {0, 2});
}

TEST(Language, ElementaryFunctionsHaveTheirNames) {
  Model m;
  const Expression x = m.data("x", {0.3});
  m.let("values", gathered({exp(x[0]), log(x[0]), log1p(x[0]), expm1(x[0]), sqrt(x[0]), tanh(x[0]),
                            sin(x[0]), cos(x[0]), pow(x[0], 2.5), erf(x[0]), erfc(x[0]), Phi(x[0]),
                            lgamma(x[0]), inv_logit(x[0]), log1p_exp(x[0]), log1m_exp(-x[0]),
                            abs(-x[0]), floor(x[0]), square(x[0])}));
  expect_near(output(m, "values"),
              {std::exp(.3), std::log(.3), std::log1p(.3), std::expm1(.3), std::sqrt(.3),
               std::tanh(.3), std::sin(.3), std::cos(.3), std::pow(.3, 2.5), std::erf(.3),
               std::erfc(.3), normal_cdf(.3), std::lgamma(.3), 1 / (1 + std::exp(-.3)),
               std::log1p(std::exp(.3)), std::log(1 - std::exp(-.3)), .3, 0, .09});
}

// Plates and loops.

TEST(Language, PlateEqualsTheVectorStatement) {
  const Numbers y = {1, -0.5, 2}, sigma = {1, 2, 3};
  Model vectors;
  const auto a = vectors.param("a", normal(0, 1), 3);
  vectors.observe("y", normal(a, sigma), y);
  Model plates;
  const auto data = plates.data("y", y), scale = plates.data("sigma", sigma);
  const auto b = plates.plate(3, [&](const Index& i) {
    const auto each = plates.param("a", normal(0, 1));
    plates.observe("y", normal(each, scale[i]), data[i]);
    return each;
  });
  plates.let("twice", 2 * b);
  const Numbers u = {0.3, -0.1, 1.2};
  EXPECT_EQ(ResolvedDensity(vectors)(u), ResolvedDensity(plates)(u));
  expect_near(output(plates, "twice", u), {0.6, -0.2, 2.4});
}

TEST(Language, LoopCarriesAndScanStacks) {
  Model m;
  const auto x = m.data("x", {1, 2, 3, 4});
  const auto last =
      m.loop(4, 1.0, [&](const Index& i, const Expression& before) { return before * x[i]; });
  const auto [end, partial] = m.scan(4, 0.0, [&](const Index& t, const Expression& before) {
    const auto next = before + x[t];
    return std::pair(next, next);
  });
  const auto pair = m.loop(5, {Expression(0.0), Expression(1.0)},
                           [](const Index&, const std::vector<Expression>& f) {
                             return std::vector{f[1], f[0] + f[1]};
                           });
  const auto rows = m.loop(2, x, [](const Index&, const Expression& v) { return 2 * v; });
  m.let("last", last);
  m.let("end", end);
  m.let("partial", partial);
  m.let("fibonacci", pair[0]);
  m.let("rows", rows);
  expect_near(output(m, "last"), {24});
  expect_near(output(m, "end"), {10});
  expect_near(output(m, "partial"), {1, 3, 6, 10});
  expect_near(output(m, "fibonacci"), {5});
  expect_near(output(m, "rows"), {4, 8, 12, 16});
}

TEST(Language, MatrixOfParametersIsIndexedByRowAndColumn) {
  Model m;
  const auto W = m.param("W", normal(0, 1), 2, 3);
  m.let("product", W * m.data("x", {1, 10, 100}));
  expect_near(output(m, "product", {1, 2, 3, 4, 5, 6}), {321, 654});
}

TEST(Language, AddedTermsAreLikelihoodsIfTheyReadDataWithOneObservationAnElement) {
  Model m;
  const auto mu = m.param("mu", flat());
  m.add(-0.5 * square(mu));
  m.add(log_density(normal(mu, 1), m.data("y", {1, 2})));
  const auto found = ResolvedDensity(m).at({0.5});
  std::vector<std::int64_t> observations;
  double prior = 0;
  for (const auto& term : found.terms) {
    if (term.role == ir::Role::likelihood) observations.push_back(term.observation);
    if (term.role == ir::Role::prior) prior += term.value;
  }
  EXPECT_EQ(observations, (std::vector<std::int64_t>{0, 1}));
  EXPECT_NEAR(prior, -0.125, 1e-15);
}

TEST(Language, DiscreteParameterIsRefusedByNameAndPlaceWhereItWouldBeSampled) {
  Model m;
  const int line = __LINE__ + 1;
  m.param("k", poisson(3));
  try {
    ResolvedDensity density(m);
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.error().where.starts_with("k (")) << failure.what();
    EXPECT_NE(failure.error().where.find("language_test.cpp:" + std::to_string(line)),
              std::string::npos)
        << failure.what();
  }
}

TEST(Language, ReplacedDataGiveAnotherDensityByTheSameProgram) {
  Model m;
  const auto mu = m.param("mu", normal(0, 1));
  m.observe("y", normal(mu, 1), {1, 2, 3});
  const ir::Program before = m.program();
  const double first = ResolvedDensity(m)({0.5});
  m.replace("y", {4, 5, 6});
  EXPECT_EQ(m.program().values.size(), before.values.size());
  EXPECT_LT(ResolvedDensity(m)({0.5}), first - 10);
}

TEST(Language, WhatDependsOnDataAloneIsInThePrelude) {
  Model m;
  const auto x = m.data("x", {1, 2, 3});
  const auto b = m.param("b", normal(0, 1));
  m.observe("y", normal(b * log(x), exp(sum(x))), {1, 2, 3});
  int logs = 0, others = 0;
  const std::function<void(const ir::Region&, int&)> count = [&](const ir::Region& r, int& n) {
    for (const auto& i : r.body) {
      if (i.op == ir::Op::choice) continue;
      n += i.op == ir::Op::log || i.op == ir::Op::exp ? 1 : 0;
      for (const auto& inner : i.regions) count(inner, n);
    }
  };
  count(m.program().prelude, logs);
  count(m.program().density, others);
  EXPECT_EQ(logs, 2);
  EXPECT_EQ(others, 0);
}

}  // namespace
}  // namespace tyche
