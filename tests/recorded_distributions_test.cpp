// Distributions, supports and wrappers of the model language, recorded and run by the interpreter.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "language.hpp"

namespace tyche {
namespace {

using Json = nlohmann::json;

const std::map<std::string, std::function<Distribution(const Numbers&)>>& families() {
  static const std::map<std::string, std::function<Distribution(const Numbers&)>> all = {
      {"normal", [](const Numbers& p) { return normal(p[0], p[1]); }},
      {"half_normal", [](const Numbers& p) { return half_normal(p[0]); }},
      {"student_t", [](const Numbers& p) { return student_t(p[0], p[1], p[2]); }},
      {"cauchy", [](const Numbers& p) { return cauchy(p[0], p[1]); }},
      {"half_cauchy", [](const Numbers& p) { return half_cauchy(p[0]); }},
      {"exponential", [](const Numbers& p) { return exponential(p[0]); }},
      {"gamma", [](const Numbers& p) { return gamma(p[0], p[1]); }},
      {"beta", [](const Numbers& p) { return beta(p[0], p[1]); }},
      {"lognormal", [](const Numbers& p) { return lognormal(p[0], p[1]); }},
      {"uniform", [](const Numbers& p) { return uniform(p[0], p[1]); }},
      {"bernoulli", [](const Numbers& p) { return bernoulli(p[0]); }},
      {"bernoulli_logit", [](const Numbers& p) { return bernoulli_logit(p[0]); }},
      {"binomial", [](const Numbers& p) { return binomial(p[0], p[1]); }},
      {"poisson", [](const Numbers& p) { return poisson(p[0]); }},
      {"poisson_log", [](const Numbers& p) { return poisson_log(p[0]); }}};
  return all;
}

const Json& reference() {
  static const Json json =
      Json::parse(std::ifstream(std::string(TYCHE_TEST_DATA) + "/distributions/reference.json"));
  return json;
}

ir::Array scalar(double x, bool whole) {
  if (whole) return {ir::Type::integer(), {}, {std::int64_t(x)}};
  return {ir::Type::real(), {x}, {}};
}

TEST(Recorded, RecordedDensitiesEqualScipy) {
  for (const auto& [name, make] : families()) {
    for (const Json& row : reference().at(name)) {
      const Distribution d = make(row.at("p").get<Numbers>());
      Model m;
      m.param("x", d);
      const auto found =
          interpreter(verified(m), {}).assess({{"x", scalar(row.at("x"), d.family->whole)}});
      const double expected = row.at("lp");
      EXPECT_NEAR(found.target, expected, 2e-12 * std::max(1.0, std::abs(expected))) << name;
    }
  }
}

TEST(Recorded, RecordedSamplersFillTheQuantilesEvenly) {
  constexpr int n = 4000;
  std::uint32_t chain = 0;
  for (const Json& row : reference().at("edges")) {
    Model m;
    m.param("x", families().at(row.at("name"))(row.at("p").get<Numbers>()), n);
    StreamGenerator generator(++chain);
    const auto found = interpreter(verified(m), m.data()).simulate(generator);
    ASSERT_FALSE(found.rejected) << found.why;
    const auto at = row.at("at").get<Numbers>();
    Numbers counts(20, 0.0);
    for (double x : found.choices.at("x").reals) {
      counts[std::size_t(std::ranges::upper_bound(at, x) - at.begin())] += 1;
    }
    double chi = 0;
    for (double count : counts) chi += (count - n / 20.) * (count - n / 20.) / (n / 20.);
    EXPECT_LT((chi - 19) / std::sqrt(38.), 4.5) << row.at("name");
  }
}

TEST(Recorded, RecordedDiscreteSamplersHaveMeanAndVariance) {
  constexpr int n = 4000;
  struct Row {
    Distribution d;
    double mean, variance;
  };
  const std::vector<Row> rows = {{bernoulli(0.3), 0.3, 0.21},
                                 {bernoulli_logit(0.0), 0.5, 0.25},
                                 {binomial(10, 0.3), 3, 2.1},
                                 {binomial(400, 0.9), 360, 36},
                                 {poisson(2.5), 2.5, 2.5},
                                 {poisson(90), 90, 90},
                                 {poisson_log(1), std::exp(1), std::exp(1)},
                                 {categorical(Numbers{0.5, 0.25, 0.25}), 0.75, 0.6875}};
  std::uint32_t chain = 50;
  for (const Row& row : rows) {
    Model m;
    m.param("x", row.d, n);
    StreamGenerator generator(++chain);
    const auto found = interpreter(verified(m), m.data()).simulate(generator);
    ASSERT_FALSE(found.rejected) << found.why;
    double mean = 0, squares = 0;
    for (std::int64_t x : found.choices.at("x").integers) {
      mean += (double(x) - row.mean) / n;
      squares += (double(x) - row.mean) * (double(x) - row.mean) / n;
    }
    EXPECT_NEAR(mean, 0, 4.5 * std::sqrt(row.variance / n)) << row.d.family->name;
    EXPECT_NEAR(squares, row.variance, 0.2 * row.variance) << row.d.family->name;
  }
}

TEST(Recorded, VectorDistributionsEqualScipyAndCanBeDrawn) {
  const Json& d = reference().at("dirichlet")[0];
  const Json& g = reference().at("multi_normal_cholesky")[0];
  Matrix L{3, 3, Numbers(9)};
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) L(i, j) = g.at("L")[std::size_t(i)][std::size_t(j)];
  }
  Model m;
  m.param("p", dirichlet(d.at("alpha").get<Numbers>()));
  m.param("z", multi_normal_cholesky(g.at("mu").get<Numbers>(), L));
  const auto made = interpreter(verified(m), m.data());
  const auto found = made.assess({{"p", {ir::Type::vector(4), d.at("x").get<Numbers>(), {}}},
                                  {"z", {ir::Type::vector(3), g.at("x").get<Numbers>(), {}}}});
  EXPECT_NEAR(found.target, d.at("lp").get<double>() + g.at("lp").get<double>(), 1e-12);
  StreamGenerator generator(90);
  const auto drawn = made.simulate(generator);
  double sum = 0;
  for (double x : drawn.choices.at("p").reals) sum += x;
  EXPECT_NEAR(sum, 1, 1e-14);
  EXPECT_EQ(drawn.choices.at("z").reals.size(), 3u);
}

// Supports.

TEST(Recorded, SupportsComeBackFromTheirUnconstrainedForm) {
  const std::vector<Support> all = {real_line(),
                                    positive(),
                                    lower(-2),
                                    upper(3),
                                    interval(-1, 4),
                                    offset_multiplier(2, 0.5),
                                    ordered(4),
                                    positive_ordered(4),
                                    simplex(4),
                                    cholesky_correlation(3),
                                    cholesky_covariance(2)};
  const Numbers points = {0.3, -1.2, 0.8, 0.1};
  for (const Support& support : all) {
    Model m;
    const auto x = m.param("x", flat(support));
    m.let("back", support.transform(support.bounds).unconstrain(x));
    const std::size_t n = std::size_t(ResolvedDensity(m).layout.dimension);
    const Numbers u(points.begin(), points.begin() + std::int64_t(n));
    expect_near(output(m, "back", u), u, 1e-12);
  }
}

TEST(Recorded, SimplexAndCorrelationFactorAreWhatTheySay) {
  Model m;
  m.param("p", flat(simplex(3)));
  m.param("L", flat(cholesky_correlation(3)));
  const Numbers u = {0.4, -0.3, 0.2, 0.9, -0.5};
  const Numbers p = output(m, "p", u), L = output(m, "L", u);
  EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-15);
  ASSERT_EQ(L.size(), 9u);  // by columns
  EXPECT_NEAR(L[1], std::tanh(0.2), 1e-14);
  EXPECT_NEAR(L[2] * L[2] + L[5] * L[5] + L[8] * L[8], 1, 1e-14);
  EXPECT_EQ(L[3], 0);
}

TEST(Recorded, BoundsMayDependOnParameters) {
  Model m;
  const auto a = m.param("a", uniform(0, 1));
  m.param("b", flat(interval(0, 1 - a)));
  const double p = 1 / (1 + std::exp(-0.4)), q = 1 / (1 + std::exp(0.3));
  expect_near(output(m, "b", {0.4, -0.3}), {(1 - p) * q});
  EXPECT_NEAR(ResolvedDensity(m)({0.4, -0.3}),
              std::log(p * (1 - p)) + std::log((1 - p) * q * (1 - q)), 1e-14);
}

// Wrappers.

double log_normal_density(double x, double mu, double sigma) {
  const double z = (x - mu) / sigma;
  return -z * z / 2 - std::log(sigma) - std::log(2 * std::acos(-1.0)) / 2;
}

double assess(const Distribution& d, double x) {
  Model m;
  m.param("x", d);
  return interpreter(verified(m), m.data()).assess({{"x", scalar(x, d.family->whole)}}).target;
}

TEST(Recorded, TruncationDividesByTheMassInside) {
  const double plain = log_normal_density(2.5, 1, 2);
  EXPECT_NEAR(assess(truncated(normal(1, 2), lower(2)), 2.5), plain - std::log(1 - normal_cdf(0.5)),
              1e-14);
  EXPECT_NEAR(assess(truncated(normal(1, 2), upper(3)), 2.5), plain - std::log(normal_cdf(1)),
              1e-14);
  EXPECT_NEAR(assess(truncated(normal(1, 2), interval(2, 3)), 2.5),
              plain - std::log(normal_cdf(1) - normal_cdf(0.5)), 1e-14);
  EXPECT_EQ(assess(truncated(normal(1, 2), interval(2, 3)), 1.5), -infinity);
  // 30 sd out in the upper tail, where 1 - cdf is 0 in doubles
  EXPECT_NEAR(assess(truncated(normal(0, 1), lower(30)), 30.1), 0.3978 - 30 * 0.1 + 3.0084, 0.01);
  EXPECT_EQ(assess(bounded(normal(1, 2), lower(2)), 2.5), assess(normal(1, 2), 2.5));
}

TEST(Recorded, TruncatedSamplerStaysInside) {
  Model m;
  m.param("x", truncated(normal(0, 1), interval(0.5, 1)), 500);
  StreamGenerator generator(91);
  for (double x : interpreter(verified(m), m.data()).simulate(generator).choices.at("x").reals) {
    EXPECT_TRUE(0.5 <= x && x <= 1) << x;
  }
}

TEST(Recorded, MixtureIsTheWeightedSumOfDensities) {
  const double expected = std::log(0.3 * std::exp(log_normal_density(1, 0, 1)) +
                                   0.7 * std::exp(log_normal_density(1, 4, 2)));
  EXPECT_NEAR(assess(mixture(0.3, normal(0, 1), normal(4, 2)), 1), expected, 1e-14);
  EXPECT_NEAR(assess(mixture(Numbers{0.3, 0.7}, {normal(0, 1), normal(4, 2)}), 1), expected, 1e-14);
  Model m;
  m.param("x", mixture(Numbers{0.3, 0.7}, {normal(-100, 1), normal(100, 1)}), 2000);
  StreamGenerator generator(92);
  int high = 0;
  const auto drawn = interpreter(verified(m), m.data()).simulate(generator);
  for (double x : drawn.choices.at("x").reals) high += x > 0 ? 1 : 0;
  EXPECT_NEAR(high, 1400, 4.5 * std::sqrt(2000 * .3 * .7));
}

TEST(Recorded, CustomDensityMayReadWhatIsAroundIt) {
  Model m;
  const auto s = m.param("s", exponential(1));
  m.param("x", custom(positive(), [&](const Expression& x) { return log(s) - s * x; }));
  Model same;
  const auto rate = same.param("s", exponential(1));
  same.param("x", exponential(rate));
  EXPECT_NEAR(ResolvedDensity(m)({0.2, -0.6}), ResolvedDensity(same)({0.2, -0.6}), 1e-14);
}

TEST(Recorded, NonCenteredHasTheSameConstrainedDensityOnTheStandardScale) {
  Model m;
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_cauchy(5));
  m.param("theta", non_centered(normal(mu, tau)), 2);
  Model flat_scale;
  flat_scale.param("mu", normal(0, 5));
  flat_scale.param("tau", half_cauchy(5));
  flat_scale.param("eta", normal(0, 1), 2);
  const Numbers u = {1.5, 0.7, -0.3, 2};
  EXPECT_NEAR(ResolvedDensity(m)(u), ResolvedDensity(flat_scale)(u), 1e-13);
  const double tau_value = std::exp(0.7);
  expect_near(output(m, "theta", u), {1.5 - 0.3 * tau_value, 1.5 + 2 * tau_value});
}

}  // namespace
}  // namespace tyche
