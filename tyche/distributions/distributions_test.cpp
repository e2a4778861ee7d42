// Each distribution's double instance: density against scipy (tests/distributions) and against its
// own integral, sampler against the quantiles, bad parameters and values outside the support.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>

#include "tyche/distributions/bernoulli.hpp"
#include "tyche/distributions/beta.hpp"
#include "tyche/distributions/binomial.hpp"
#include "tyche/distributions/categorical.hpp"
#include "tyche/distributions/cauchy.hpp"
#include "tyche/distributions/dirichlet.hpp"
#include "tyche/distributions/draws.hpp"
#include "tyche/distributions/exponential.hpp"
#include "tyche/distributions/gamma.hpp"
#include "tyche/distributions/lognormal.hpp"
#include "tyche/distributions/multi_normal_cholesky.hpp"
#include "tyche/distributions/normal.hpp"
#include "tyche/distributions/poisson.hpp"
#include "tyche/distributions/student_t.hpp"
#include "tyche/distributions/uniform.hpp"
#include "tyche/distributions/whole.hpp"

namespace tyche::distributions {
namespace {

using Json = nlohmann::json;
using S = transforms::Sequences;
using Numbers = std::vector<double>;

const Json& reference() {
  static const Json json =
      Json::parse(std::ifstream(std::string(TYCHE_TEST_DATA) + "/distributions/reference.json"));
  return json;
}

/// A distribution of scalars at parameters that are known when the test runs.
struct Case {
  std::string name;
  Domain domain;
  std::function<double(double, const Numbers&)> log_density = {};
  std::function<double(StreamDraws&, const Numbers&)> sample = {};
  std::function<transforms::Constrained<double, double>(double, const Numbers&)> constrain = {};
  std::function<double(double, const Numbers&)> cdf = {};
  std::function<double(double, const Numbers&)> ccdf = {};
};

template <class F, std::size_t... k>
auto spread(const F& f, const Numbers& p, std::index_sequence<k...>) {
  return f(p[k]...);
}

template <class D>
Case make() {
  using Indices = std::make_index_sequence<D::parameters.size()>;
  Case out{.name = std::string(D::name), .domain = D::domain};
  out.log_density = [](double x, const Numbers& p) {
    return spread([&](auto... a) { return D::log_density(x, a...); }, p, Indices());
  };
  out.sample = [](StreamDraws& draws, const Numbers& p) {
    return spread([&](auto... a) { return D::sample(draws, a...); }, p, Indices());
  };
  if constexpr (!D::domain.whole) {
    out.constrain = [](double u, const Numbers& p) {
      return spread([&](auto... a) { return D::support(a...).constrain(u); }, p, Indices());
    };
  }
  if constexpr (requires { D::cdf(0.0, 1.0, 2.0); } || requires { D::cdf(0.0, 1.0); }) {
    out.cdf = [](double x, const Numbers& p) {
      return spread([&](auto... a) { return D::cdf(x, a...); }, p, Indices());
    };
    out.ccdf = [](double x, const Numbers& p) {
      return spread([&](auto... a) { return D::ccdf(x, a...); }, p, Indices());
    };
  }
  return out;
}

template <class... D>
std::vector<Case> make_all() {
  return {make<D>()...};
}

const std::vector<Case>& cases() {
  static const auto all =
      make_all<Normal, HalfNormal, StudentT, Cauchy, HalfCauchy, Exponential, Gamma, Beta,
               Lognormal, Uniform, Bernoulli, BernoulliLogit, Binomial, Poisson, PoissonLog>();
  return all;
}

const Case& find(const std::string& name) { return *std::ranges::find(cases(), name, &Case::name); }

/// The parameters that the reference has for a distribution.
std::vector<Numbers> parameters_of(const std::string& name) {
  std::vector<Numbers> all;
  for (const Json& row : reference().at(name)) {
    const auto p = row.at("p").get<Numbers>();
    if (all.empty() || all.back() != p) all.push_back(p);
  }
  return all;
}

TEST(Distributions, DensityEqualsScipy) {
  for (const Case& c : cases()) {
    for (const Json& row : reference().at(c.name)) {
      const auto p = row.at("p").get<Numbers>();
      const double x = row.at("x"), expected = row.at("lp");
      EXPECT_NEAR(c.log_density(x, p), expected, 2e-12 * std::max(1.0, std::abs(expected)))
          << c.name << " at " << x << " of " << testing::PrintToString(p);
    }
  }
}

/// Trapezoids in t after u = sinh(sinh(t)), which reaches the tails of a Cauchy.
double integral(const Case& c, const Numbers& p) {
  constexpr double step = 0.0005, end = 4.6;
  double total = 0;
  for (double t = -end; t < end; t += step) {
    const double u = std::sinh(std::sinh(t));
    const auto [x, log_jacobian] = c.constrain(u, p);
    const double lp = c.log_density(x, p) + log_jacobian;
    if (lp > -700) total += std::exp(lp) * std::cosh(std::sinh(t)) * std::cosh(t) * step;
  }
  return total;
}

TEST(Distributions, ContinuousDensityIntegratesToOneThroughItsTransform) {
  for (const Case& c : cases()) {
    if (!c.constrain) continue;
    for (const Numbers& p : parameters_of(c.name)) {
      EXPECT_NEAR(integral(c, p), 1, 1e-9) << c.name << " of " << testing::PrintToString(p);
    }
  }
}

TEST(Distributions, DiscreteDensitySumsToOne) {
  for (const Case& c : cases()) {
    if (!c.domain.whole) continue;
    for (const Numbers& p : parameters_of(c.name)) {
      double total = 0;
      for (int x = 0; x <= 1000; ++x) total += std::exp(c.log_density(x, p));
      EXPECT_NEAR(total, 1, 1e-10) << c.name << " of " << testing::PrintToString(p);
    }
  }
}

TEST(Distributions, CdfIsTheIntegralOfTheDensityAndTheTailItsRest) {
  for (const Case& c : cases()) {
    if (!c.cdf) continue;
    for (const Json& row : reference().at("edges")) {
      if (row.at("name") != c.name) continue;
      const auto p = row.at("p").get<Numbers>(), at = row.at("at").get<Numbers>();
      for (std::size_t k = 0; k < at.size(); ++k) {
        EXPECT_NEAR(c.cdf(at[k], p), double(k + 1) / 20, 1e-12) << c.name;
        EXPECT_NEAR(c.ccdf(at[k], p), 1 - double(k + 1) / 20, 1e-12) << c.name;
      }
    }
  }
}

/// (chi-squared - dof) / sqrt(2 dof) of counts against expectations, sparse cells pooled.
double standardised_chi_squared(const Numbers& counts, const Numbers& expected) {
  double chi = 0, cells = 0, count = 0, mean = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    count += counts[k];
    mean += expected[k];
    if (mean < 10 && k + 1 < counts.size()) continue;
    if (mean > 0) chi += (count - mean) * (count - mean) / mean;
    cells += mean > 0 ? 1 : 0;
    count = mean = 0;
  }
  return cells > 1 ? (chi - (cells - 1)) / std::sqrt(2 * (cells - 1)) : 0;
}

constexpr int sample_size = 20000;

TEST(Distributions, ContinuousSamplerFillsTheQuantilesEvenly) {
  std::uint32_t chain = 0;
  for (const Json& row : reference().at("edges")) {
    const Case& c = find(row.at("name"));
    const auto p = row.at("p").get<Numbers>(), at = row.at("at").get<Numbers>();
    Stream stream{.key = 1, .chain = ++chain};
    StreamDraws draws(stream);
    Numbers counts(at.size() + 1, 0.0);
    for (int n = 0; n < sample_size; ++n) {
      const double x = c.sample(draws, p);
      counts[std::size_t(std::ranges::upper_bound(at, x) - at.begin())] += 1;
    }
    const Numbers expected(counts.size(), sample_size / double(counts.size()));
    EXPECT_LT(standardised_chi_squared(counts, expected), 4.5)
        << c.name << " of " << testing::PrintToString(p);
  }
}

TEST(Distributions, DiscreteSamplerHasTheFrequenciesOfTheDensity) {
  std::uint32_t chain = 100;
  for (const Case& c : cases()) {
    if (!c.domain.whole) continue;
    for (const Numbers& p : parameters_of(c.name)) {
      Stream stream{.key = 1, .chain = ++chain};
      StreamDraws draws(stream);
      Numbers counts(1001, 0.0), expected(1001, 0.0);
      for (int n = 0; n < sample_size; ++n) counts[std::size_t(c.sample(draws, p))] += 1;
      for (std::size_t x = 0; x < expected.size(); ++x) {
        expected[x] = sample_size * std::exp(c.log_density(double(x), p));
      }
      EXPECT_LT(standardised_chi_squared(counts, expected), 4.5)
          << c.name << " of " << testing::PrintToString(p);
    }
  }
}

TEST(Distributions, ScaleOfZeroOrLessRejectsThePoint) {
  for (double bad : {0.0, -0.0, -1.0}) {
    EXPECT_EQ(Normal::log_density(1.0, 1.0, bad), -infinity);
    EXPECT_EQ(HalfNormal::log_density(1.0, bad), -infinity);
    EXPECT_EQ(StudentT::log_density(1.0, bad, 1.0, 1.0), -infinity);
    EXPECT_EQ(StudentT::log_density(1.0, 3.0, 1.0, bad), -infinity);
    EXPECT_EQ(Cauchy::log_density(1.0, 1.0, bad), -infinity);
    EXPECT_EQ(HalfCauchy::log_density(1.0, bad), -infinity);
    EXPECT_EQ(Exponential::log_density(1.0, bad), -infinity);
    EXPECT_EQ(Gamma::log_density(1.0, bad, 1.0), -infinity);
    EXPECT_EQ(Gamma::log_density(1.0, 1.0, bad), -infinity);
    EXPECT_EQ(Beta::log_density(0.5, bad, 1.0), -infinity);
    EXPECT_EQ(Beta::log_density(0.5, 1.0, bad), -infinity);
    EXPECT_EQ(Lognormal::log_density(1.0, 0.0, bad), -infinity);
    EXPECT_EQ(Uniform::log_density(1.0, 1.0, 1.0 + bad), -infinity);
  }
  for (double bad : {-0.5, 1.5}) {
    EXPECT_EQ(Bernoulli::log_density(1.0, bad), -infinity);
    EXPECT_EQ(Bernoulli::log_density(0.0, bad), -infinity);
    EXPECT_EQ(Binomial::log_density(1.0, 3.0, bad), -infinity);
  }
  EXPECT_EQ(Poisson::log_density(1.0, -1.0), -infinity);
}

TEST(Distributions, ValuesOutsideTheSupportHaveNoDensity) {
  EXPECT_EQ(HalfNormal::log_density(-1.0, 1.0), -infinity);
  EXPECT_EQ(HalfCauchy::log_density(-1.0, 1.0), -infinity);
  EXPECT_EQ(Exponential::log_density(-1.0, 1.0), -infinity);
  EXPECT_EQ(Gamma::log_density(-1.0, 2.0, 1.0), -infinity);
  EXPECT_EQ(Lognormal::log_density(-1.0, 0.0, 1.0), -infinity);
  EXPECT_EQ(Beta::log_density(1.5, 2.0, 2.0), -infinity);
  EXPECT_EQ(Uniform::log_density(3.0, 0.0, 1.0), -infinity);
  for (double bad : {-1.0, 0.5, 2.0}) {
    EXPECT_EQ(Bernoulli::log_density(bad, 0.5), -infinity) << bad;
    EXPECT_EQ(BernoulliLogit::log_density(bad, 0.5), -infinity) << bad;
  }
  for (double bad : {-1.0, 0.5}) {
    EXPECT_EQ(Binomial::log_density(bad, 3.0, 0.5), -infinity) << bad;
    EXPECT_EQ(Poisson::log_density(bad, 3.0), -infinity) << bad;
    EXPECT_EQ(PoissonLog::log_density(bad, 3.0), -infinity) << bad;
  }
  EXPECT_EQ(Binomial::log_density(4.0, 3.0, 0.5), -infinity);
}

TEST(Distributions, EdgesOfDiscreteParameters) {
  EXPECT_EQ(Binomial::log_density(0.0, 5.0, 0.0), 0);
  EXPECT_EQ(Binomial::log_density(5.0, 5.0, 1.0), 0);
  EXPECT_EQ(Poisson::log_density(0.0, 0.0), 0);
  EXPECT_EQ(Bernoulli::log_density(1.0, 1.0), 0);
  EXPECT_EQ(Bernoulli::log_density(1.0, 0.0), -infinity);
}

TEST(Categorical, DensityIsTheLogProbabilityAndTheSamplerHasIt) {
  const S::Vector p({0.1, 0.0, 0.6, 0.3});
  EXPECT_NEAR(Categorical::log_density<S>(2.0, p), std::log(0.6), 1e-15);
  EXPECT_EQ(Categorical::log_density<S>(1.0, p), -infinity);
  for (double bad : {-1.0, 0.5, 4.0}) EXPECT_EQ(Categorical::log_density<S>(bad, p), -infinity);
  Stream stream{.key = 2};
  StreamDraws draws(stream);
  Numbers counts(4, 0.0), expected;
  for (int n = 0; n < sample_size; ++n) {
    counts[std::size_t(Categorical::sample<S>(draws, p))] += 1;
  }
  for (double each : p.values()) expected.push_back(each * sample_size);
  EXPECT_LT(standardised_chi_squared(counts, expected), 4.5);
  EXPECT_EQ(counts[1], 0);
}

TEST(Dirichlet, DensityEqualsScipyAndTheSamplerHasTheMeansAndVariances) {
  const Json& row = reference().at("dirichlet")[0];
  const auto alpha = row.at("alpha").get<Numbers>();
  const double lp =
      Dirichlet::log_density<S>(S::Vector(row.at("x").get<Numbers>()), S::Vector(alpha));
  EXPECT_NEAR(lp, row.at("lp").get<double>(), 1e-12);
  Stream stream{.key = 3};
  StreamDraws draws(stream);
  const double total = std::accumulate(alpha.begin(), alpha.end(), 0.0);
  Numbers sums(4, 0.0), squares(4, 0.0);
  for (int n = 0; n < sample_size; ++n) {
    const S::Vector x = Dirichlet::sample<S>(draws, S::Vector(alpha));
    EXPECT_NEAR(x[0] + x[1] + x[2] + x[3], 1, 1e-14);
    for (std::size_t k = 0; k < 4; ++k) {
      const double off = x[std::int64_t(k)] - alpha[k] / total;
      sums[k] += off;
      squares[k] += off * off;
    }
  }
  for (std::size_t k = 0; k < 4; ++k) {
    const double mean = alpha[k] / total, variance = mean * (1 - mean) / (total + 1);
    EXPECT_NEAR(sums[k] / sample_size, 0, 4.5 * std::sqrt(variance / sample_size));
    EXPECT_NEAR(squares[k] / sample_size, variance, 0.07 * variance);  // standard error 1.5 %
  }
}

TEST(MultiNormalCholesky, DensityEqualsScipyAndTheSamplerHasTheCovariance) {
  const Json& row = reference().at("multi_normal_cholesky")[0];
  const S::Vector mu(row.at("mu").get<Numbers>());
  S::Matrix L{3, 3, Numbers(9)};
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) L(i, j) = row.at("L")[std::size_t(i)][std::size_t(j)];
  }
  const double lp =
      MultiNormalCholesky::log_density<S>(S::Vector(row.at("x").get<Numbers>()), mu, L);
  EXPECT_NEAR(lp, row.at("lp").get<double>(), 1e-12);
  S::Matrix flipped = L;
  flipped(1, 1) = -flipped(1, 1);
  EXPECT_EQ(MultiNormalCholesky::log_density<S>(mu, mu, flipped), -infinity);

  Stream stream{.key = 4};
  StreamDraws draws(stream);
  S::Matrix products{3, 3, Numbers(9, 0.0)};
  for (int n = 0; n < sample_size; ++n) {
    const S::Vector x = MultiNormalCholesky::sample<S>(draws, mu, L);
    for (std::int64_t i = 0; i < 3; ++i) {
      for (std::int64_t j = 0; j < 3; ++j) products(i, j) += (x[i] - mu[i]) * (x[j] - mu[j]);
    }
  }
  const auto covariance = [&](std::int64_t i, std::int64_t j) {
    return L(i, 0) * L(j, 0) + L(i, 1) * L(j, 1) + L(i, 2) * L(j, 2);
  };
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) {
      const double c = covariance(i, j);
      const double error = std::sqrt((covariance(i, i) * covariance(j, j) + c * c) / sample_size);
      EXPECT_NEAR(products(i, j) / sample_size, c, 4.5 * error);
    }
  }
}

TEST(Wholes, AreJudgedWithinTheTolerance) {
  const auto holds = [](const Whole& whole, const std::vector<double>& x, std::int64_t n) {
    return whole.wrong(x, n).empty();
  };
  EXPECT_TRUE(holds(simplex, {0.5, 0.5 + 0.5e-8}, 2));
  EXPECT_FALSE(holds(simplex, {0.5, 0.5 + 2e-8}, 2));
  EXPECT_FALSE(holds(simplex, {1.5, -0.5}, 2));
  EXPECT_TRUE(holds(ordered, {-1, 2}, 2));
  EXPECT_FALSE(holds(ordered, {2, 2}, 2));
  EXPECT_FALSE(holds(positive_ordered, {0, 2}, 2));
  EXPECT_TRUE(holds(cholesky_factor, {2, -1, 0, 3}, 2));
  EXPECT_FALSE(holds(cholesky_factor, {2, 0, -1, 3}, 2));
  EXPECT_FALSE(holds(cholesky_factor, {2, -1, 0, 0}, 2));
  EXPECT_FALSE(holds(cholesky_factor, {2, -1}, 2)) << "not square";
  EXPECT_TRUE(holds(correlation_factor, {1, 0.6, 0, 0.8}, 2));
  EXPECT_FALSE(holds(correlation_factor, {1, 0.6, 0, 0.81}, 2));
}

}  // namespace
}  // namespace tyche::distributions
