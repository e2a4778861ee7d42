// One model as a scan, by NUTS and by a particle filter; both against Kalman's exact answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tyche/compile/state_space.hpp"
#include "tyche/numeric/random.hpp"
#include "tyche/runtime/sample.hpp"
#include "tyche/smc/bootstrap.hpp"
#include "tyche/smc/particles.hpp"

namespace tyche {
namespace {

constexpr double sigma_x = 0.5, sigma_y = 0.8;

std::vector<double> series(int steps) {
  Stream stream{.key = 11, .purpose = purpose::synthetic};
  double x = numeric::normal(stream);
  std::vector<double> y;
  for (int t = 0; t < steps; ++t) {
    x += sigma_x * numeric::normal(stream);
    y.push_back(x + sigma_y * numeric::normal(stream));
  }
  return y;
}

/// The model, its parameters drawn or, for exact answers, given.
Model local_level(const std::vector<double>& observed, bool parameters_known = false) {
  Model m;
  const Expression sx = parameters_known ? Expression(sigma_x) : m.param("sigma_x", half_normal(1));
  const Expression sy = parameters_known ? Expression(sigma_y) : m.param("sigma_y", half_normal(1));
  const auto y = m.data("y", observed);
  const auto x0 = m.param("x0", normal(0, 1));
  m.scan(y.size(), x0, [&](const Index& t, const Expression& before) {
    const auto x = m.param("x", normal(before, sx));
    m.observe("y", normal(x, sy), y[t]);
    return std::pair(x, x);
  });
  return m;
}

struct Kalman {
  double log_evidence = 0;
  std::vector<double> mean, variance;  // filtered
  std::vector<double> smoothed, smoothed_variance;
};

Kalman kalman(const std::vector<double>& y, double sx = sigma_x, double sy = sigma_y) {
  Kalman made;
  double m = 0, v = 1;
  for (double seen : y) {
    const double predicted = v + sx * sx, total = predicted + sy * sy;
    const double error = seen - m, gain = predicted / total;
    made.log_evidence -= 0.5 * (std::log(2 * M_PI * total) + error * error / total);
    made.mean.push_back(m += gain * error);
    made.variance.push_back(v = (1 - gain) * predicted);
  }
  made.smoothed = made.mean;
  made.smoothed_variance = made.variance;
  for (std::size_t t = y.size() - 1; t-- > 0;) {
    const double predicted = made.variance[t] + sx * sx;
    const double gain = made.variance[t] / predicted;
    made.smoothed[t] += gain * (made.smoothed[t + 1] - made.mean[t]);
    made.smoothed_variance[t] += gain * gain * (made.smoothed_variance[t + 1] - predicted);
  }
  return made;
}

Result<std::shared_ptr<const StateSpace>> state_space_of(const Model& m,
                                                         const std::vector<std::string>& parameters,
                                                         int lanes = 8) {
  return compile_state_space(m.program(), parameters, m.data(), {.lanes = lanes});
}

BootstrapFilter filter_of(const std::vector<double>& y, const FilterSettings& settings) {
  auto model = state_space_of(local_level(y), {"sigma_x", "sigma_y"}, settings.lanes);
  if (!model) throw Failure(model.error());
  return *BootstrapFilter::create(*model, {sigma_x, sigma_y}, settings);
}

FilterState run(const BootstrapFilter& filter, std::uint64_t seed, std::size_t steps) {
  FilterState state = filter.init(seed);
  while (state.time < std::int64_t(steps)) state = filter.step(seed, std::move(state)).first;
  return state;
}

TEST(Filter, EvidenceIsKalmans) {
  const std::vector<double> y = series(50);
  const double exact = kalman(y).log_evidence;
  auto model = state_space_of(local_level(y), {"sigma_x", "sigma_y"});
  ASSERT_TRUE(model) << to_string(model.error());
  const auto filter = BootstrapFilter::create(*model, {sigma_x, sigma_y}, {.particles = 500});
  constexpr int seeds = 100;
  double sum = 0, squares = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto end = run(*filter, std::uint64_t(seed), y.size());
    const double ratio = std::exp(end.log_evidence - exact);
    sum += ratio;
    squares += ratio * ratio;
  }
  const double mean = sum / seeds;
  const double sd = std::sqrt((squares - seeds * mean * mean) / (seeds - 1));
  RecordProperty("mean_ratio", std::to_string(mean));
  RecordProperty("sd_ratio", std::to_string(sd));
  EXPECT_LT(sd, 0.6);
  EXPECT_NEAR(mean, 1, 4 * sd / std::sqrt(seeds));
}

TEST(Filter, MeansAreKalmans) {
  const std::vector<double> y = series(50);
  const Kalman exact = kalman(y);
  const BootstrapFilter filter = filter_of(y, {.particles = 4000});
  constexpr std::uint64_t seed = 3;
  FilterState state = filter.init(seed);
  double chi_squared = 0;
  int resampled = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    auto [next, info] = filter.step(seed, std::move(state));
    state = std::move(next);
    resampled += info.resampled;
    // Errors inherited from earlier steps make the variance a few times that of this step's draws.
    const double se = std::sqrt(exact.variance[t] / info.effective_size);
    const double z = (filter_mean(state, 0) - exact.mean[t]) / se;
    chi_squared += z * z / double(y.size());
    EXPECT_LT(std::abs(z), 6) << t;
  }
  EXPECT_LT(chi_squared, 3);
  EXPECT_GT(resampled, 5);
  EXPECT_LT(resampled, 50);
}

TEST(Filter, LanesChangeNoBit) {
  const std::vector<double> y = series(20);
  const auto eight = run(filter_of(y, {.particles = 101}), 5, y.size());
  const auto one = run(filter_of(y, {.particles = 101, .lanes = 1}), 5, y.size());
  EXPECT_EQ(eight, one);
  const auto other = run(filter_of(y, {.particles = 101}), 6, y.size());
  EXPECT_NE(eight.log_evidence, other.log_evidence);
}

TEST(Filter, NoiseIsThatOfAStreamAParticle) {
  double found[8];
  for (std::uint32_t k = 0; k < 4; ++k) {
    particle_functions().noise(7, 3, 16, k, k % 2 == 0, found);
    for (std::uint32_t l = 0; l < 8; ++l) {
      Stream stream{.key = 7, .purpose = purpose::propagate, .iteration = 3, .chain = 16 + l};
      double wanted = 0;
      for (std::uint32_t n = 0; n <= k; ++n) {
        wanted = k % 2 == 0 && n == k ? numeric::normal(stream) : numeric::uniform(stream);
      }
      EXPECT_EQ(found[l], wanted);
    }
  }
}

TEST(Filter, SystematicResamplingTakesEachAsOftenAsItsWeightSays) {
  const std::vector<double> weights = {0.05, 0.4, 0, 0.3, 0.25, 0, 0, 0, 0, 0};
  for (double u : {1e-9, 0.3, 0.5, 0.99999}) {
    std::int64_t ancestors[10];
    particle_functions().ancestors(10, weights.data(), u, ancestors);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double count = double(std::count(ancestors, ancestors + 10, std::int64_t(k)));
      EXPECT_LE(std::abs(count - 10 * weights[k]), weights[k] > 0 ? 1 : 0) << k << " " << u;
    }
  }
}

/// Parameters of a lane's own give what the same parameters shared by all lanes give.
TEST(Filter, ParametersMayDifferByLane) {
  const auto model = state_space_of(local_level(series(5)), {"sigma_x", "sigma_y"});
  ASSERT_TRUE(model);
  const auto evaluator = (*model)->evaluator(8);
  double own[2][8], noise[8], alive[8], seen[8];
  for (int l = 0; l < 8; ++l)
    own[0][l] = 0.1 * (l + 1), own[1][l] = 0.2 * (l + 1), noise[l] = l - 3;
  double state[8] = {};
  evaluator->transition(2, {own[0], 8, 1}, {noise, 8}, {state, 8}, alive);
  evaluator->observation(2, {own[0], 8, 1}, {state, 8}, seen);
  for (int l = 0; l < 8; ++l) {
    const double shared[2] = {own[0][l], own[1][l]};
    double state2[8] = {}, seen2[8];
    evaluator->transition(2, {shared, 1, 0}, {noise, 8}, {state2, 8}, alive);
    evaluator->observation(2, {shared, 1, 0}, {state2, 8}, seen2);
    EXPECT_EQ(state[l], state2[l]);
    EXPECT_EQ(seen[l], seen2[l]);
    EXPECT_EQ(state[l], shared[0] * noise[l]);
  }
}

/// An observation may read what the step drew and what it carried in, not only what it carries on.
TEST(Filter, StateHoldsWhatObservationsRead) {
  Model m;
  const auto y = m.data("y", std::vector{1.0, 2.0, 3.0});
  m.scan(3, 0.25, [&](const Index& t, const Expression& before) {
    const auto x = m.param("x", normal(before, 1));
    m.observe("y", normal(x - before, 1), y[t]);
    return std::pair(0.5 * x, x);
  });
  const auto model = state_space_of(m, {}, 1);
  ASSERT_TRUE(model) << to_string(model.error());
  ASSERT_EQ((*model)->state_size(), 3);
  const auto evaluator = (*model)->evaluator(1);
  double state[3], alive, seen;
  const double noise = 0.5;
  evaluator->initial({}, {}, {state}, &alive);
  EXPECT_EQ(state[0], 0.25);
  evaluator->transition(2, {}, {&noise}, {state}, &alive);
  EXPECT_EQ(state[0], 0.375);
  EXPECT_EQ(alive, 0);
  evaluator->observation(2, {}, {state}, &seen);
  EXPECT_NEAR(seen, -0.5 * 2.5 * 2.5 - 0.5 * std::log(2 * M_PI), 1e-14);
}

/// With the parameters known the posterior of the states is Kalman's.
TEST(Filter, NutsOnTheSameScanAgreesWithTheSmoother) {
  const std::vector<double> y = series(30);
  const Kalman exact = kalman(y);
  const Fit fit = sample(local_level(y, true), {.chains = 4, .draws = 1000, .seed = 1});
  const Summary summary = summarize(fit);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const ScalarSummary* x = summary.find("x[" + std::to_string(t + 1) + "]");
    ASSERT_TRUE(x);
    EXPECT_NEAR(x->mean, exact.smoothed[t], 4.5 * x->mcse_mean) << t;
    const double ratio = x->sd * x->sd / exact.smoothed_variance[t];
    EXPECT_NEAR(ratio, 1, 4.5 * std::sqrt(2 / x->ess_tail)) << t;
  }
}

/// With the parameters drawn too, their means are those of prior times Kalman's evidence on a grid.
TEST(Filter, NutsOnStatesAndParametersAgreesWithTheMarginalPosterior) {
  const std::vector<double> y = series(30);
  double total = 0, mean_x = 0, mean_y = 0;
  for (double sx = 0.0125; sx < 4; sx += 0.025) {
    for (double sy = 0.0125; sy < 4; sy += 0.025) {
      const double p = std::exp(kalman(y, sx, sy).log_evidence - (sx * sx + sy * sy) / 2);
      total += p, mean_x += sx * p, mean_y += sy * p;
    }
  }
  const Fit fit = sample(local_level(y), {.chains = 4, .draws = 2000, .seed = 2});
  const Summary summary = summarize(fit);
  for (const auto& [name, mean] :
       {std::pair("sigma_x", mean_x / total), std::pair("sigma_y", mean_y / total)}) {
    const ScalarSummary* found = summary.find(name);
    ASSERT_TRUE(found);
    EXPECT_LT(found->mcse_mean, 0.1) << name;
    EXPECT_NEAR(found->mean, mean, 4 * found->mcse_mean) << name;
  }
}

std::string refusal(const Model& m, const std::vector<std::string>& parameters) {
  const auto made = state_space_of(m, parameters);
  return made ? "none" : made.error().expected;
}

TEST(Filter, ProgramsOfAnotherFormAreRefused) {
  const std::vector<double> y = {0.1, 0.2};
  EXPECT_EQ(refusal(local_level(y), {"sigma_x"}),
            "a step that reads what it carries and the parameters");
  EXPECT_EQ(refusal(local_level(y), {"sigma_z"}), "a parameter declared outside plates and loops");
  Model none;
  none.observe("y", normal(none.param("mu", normal(0, 1)), 1), y);
  EXPECT_EQ(refusal(none, {"mu"}), "one scan that draws its state");
  Model outside;
  const auto data = outside.data("y", y);
  const auto path = outside.scan(2, 0.0, [&](const Index&, const Expression& before) {
    const auto x = outside.param("x", normal(before, 1));
    return std::pair(x, x);
  });
  outside.observe("y", normal(path.second, 1), data);
  EXPECT_EQ(refusal(outside, {}), "observations of the state inside the scan");
  Model rejecting;
  const auto seen = rejecting.data("y", y);
  rejecting.scan(2, 1.0, [&](const Index& t, const Expression& before) {
    const auto x = rejecting.param("x", gamma(before, 1));
    rejecting.observe("y", normal(x, 1), seen[t]);
    return std::pair(x, x);
  });
  EXPECT_EQ(refusal(rejecting, {}), "a sampler that takes a known number of draws");
}

}  // namespace
}  // namespace tyche
