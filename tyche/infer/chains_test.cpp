// Chains that go on: in rounds, after they ended, from an earlier fit.
#include "tyche/infer/chains.hpp"

#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "tyche/infer/given_metric.hpp"
#include "tyche/infer/infer_test.hpp"

namespace tyche {
namespace {

/// What a run told of each chain's draws and transitions.
struct Heard : Observer {
  using Observer::on;
  std::mutex mutex;
  std::map<int, std::vector<double>> draws, transitions;
  std::map<int, Probation> probations;
  std::map<int, std::int64_t> told;  // the end of what was told of the sampling phase
  int gaps = 0, finished = 0, interrupted = 0;
  std::function<void(const Batch&)> act = [](const Batch&) {};

  Result<void> on(const Batch& b) override {
    const std::scoped_lock lock(mutex);
    if (b.phase == Phase::warmup) return {};
    if (told.contains(b.chain)) gaps += told[b.chain] != b.first;
    told[b.chain] = b.first + static_cast<std::int64_t>(b.transitions.size());
    draws[b.chain].insert(draws[b.chain].end(), b.positions.begin(), b.positions.end());
    for (const Transition& t : b.transitions) {
      const double numbers[] = {t.log_density,   t.accept_rate,       t.step_size,        t.energy,
                                double(t.depth), double(t.leapfrogs), double(t.divergent)};
      transitions[b.chain].insert(transitions[b.chain].end(), std::begin(numbers),
                                  std::end(numbers));
    }
    act(b);
    return {};
  }
  Result<void> on(const Probation& p) override {
    const std::scoped_lock lock(mutex);
    probations[p.chain] = p;
    return {};
  }
  Result<void> on(const Finished& f) override {
    return ++finished, interrupted += f.interrupted, Result<void>();
  }
};

std::vector<ChainState> states_of(std::vector<ChainResult>& results) {
  std::vector<ChainState> states;
  for (ChainResult& result : results) states.push_back(std::move(result.state));
  return states;
}

/// Runs through the rounds; the states at their end.
std::vector<ChainState> go(const Density& density, const SampleSettings& settings, Heard& heard,
                           const std::vector<std::int64_t>& rounds,
                           const std::vector<ChainState>& from = {}, CancelToken cancel = {}) {
  Chains chains(density, settings, heard, std::move(cancel));
  Result<void> done = chains.start(rounds.back(), from);
  for (const std::int64_t draws : rounds) {
    if (done) done = chains.run_to(draws);
  }
  if (done) done = chains.finish();
  if (!done) throw Failure(done.error());
  return states_of(chains.results());
}

struct Way {
  Metric metric;
  Mapping mapping;
  int threads;
};

std::vector<Way> every_way() {
  std::vector<Way> ways;
  for (const Metric metric :
       {Metric::automatic, Metric::unit, Metric::diagonal, Metric::low_rank, Metric::dense}) {
    for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
      for (const int threads : {1, 2}) ways.push_back({metric, mapping, threads});
    }
  }
  return ways;
}

SampleSettings settings_of(const Way& way) {
  return {.chains = 9,
          .warmup = 150,
          .seed = 5,
          .metric = way.metric,
          .mapping = way.mapping,
          .threads = way.threads};
}

void expect_same(const Heard& a, const Heard& b) {
  EXPECT_EQ(a.draws, b.draws);
  EXPECT_EQ(a.transitions, b.transitions);
  EXPECT_EQ(a.gaps + b.gaps, 0);
}

TEST(Chains, RoundsChangeNothing) {
  const FormulaDensity density = correlated_normal(6, 0.9);
  for (const Way& way : every_way()) {
    Heard whole, rounds;
    go(density, settings_of(way), whole, {80});
    go(density, settings_of(way), rounds, {1, 2, 37, 80});
    expect_same(whole, rounds);
    EXPECT_EQ(rounds.finished, 9);
    EXPECT_EQ(rounds.interrupted, 0);
  }
}

/// Once and twice, by another mapping and with other threads than before.
TEST(Chains, WhatGoesOnIsWhatWouldHaveCome) {
  const FormulaDensity density = correlated_normal(6, 0.9);
  for (const Way& way : every_way()) {
    SampleSettings settings = settings_of(way);
    Heard whole, parts;
    go(density, settings, whole, {80});
    const auto first = go(density, settings, parts, {30});
    settings.mapping = way.mapping == Mapping::rows ? Mapping::chains : Mapping::rows;
    const auto second = go(density, settings, parts, {31}, first);
    settings.threads = 3 - way.threads;
    const auto none = go(density, settings, parts, {31}, second);
    go(density, settings, parts, {80}, none);
    expect_same(whole, parts);
  }
}

/// The trajectory under way at the cancellation is lost, and made again.
TEST(Chains, WhatWasInterruptedGoesOn) {
  const FormulaDensity density = correlated_normal(6, 0.9);
  for (const Way& way : every_way()) {
    SampleSettings settings = settings_of(way);
    settings.chains = 4;
    Heard whole, parts;
    go(density, settings, whole, {3000});
    CancelSource cancel;
    parts.act = [&](const Batch&) {
      if (parts.told.size() == 4) cancel.request();
    };
    settings.clock = [] { return 0.; };  // calls of 256 steps
    const auto states = go(density, settings, parts, {3000}, {}, cancel.token());
    parts.act = [](const Batch&) {};
    EXPECT_GT(parts.interrupted, 0);
    go(density, settings, parts, {3000}, states);
    expect_same(whole, parts);
  }
}

TEST(Chains, OneIsStoppedAlone) {
  const FormulaDensity density = scaled_normal(3);
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    SampleSettings settings{.chains = 5, .warmup = 100, .seed = 2, .mapping = mapping};
    Heard whole, stopped;
    go(density, settings, whole, {5000});
    std::vector<CancelSource> sources(5);
    for (const CancelSource& source : sources) settings.stop_chain.push_back(source.token());
    stopped.act = [&](const Batch& b) {
      if (b.chain == 3) sources[3].request();
    };
    auto states = go(density, settings, stopped, {4000});
    EXPECT_TRUE(states[3].stopped);
    EXPECT_EQ(stopped.interrupted, 1);
    const std::int64_t kept = stopped.told[3];
    EXPECT_LT(kept, 4000);
    EXPECT_GT(kept, 0);
    settings.stop_chain.clear();
    go(density, settings, stopped, {5000}, states);
    EXPECT_EQ(stopped.told[3], kept) << "it stays stopped";
    whole.draws[3].resize(stopped.draws[3].size());
    EXPECT_EQ(stopped.draws, whole.draws);
  }
}

TEST(Chains, ADensityThatIsNotTheirsIsRefused) {
  Heard heard;
  const SampleSettings settings{.chains = 3, .warmup = 50};
  const auto states = go(scaled_normal(2), settings, heard, {10});
  const FormulaDensity other = standard_normal(2);
  try {
    go(other, settings, heard, {20}, states);
    FAIL() << "accepted";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().where, "chain 1");
  }
}

RunState earlier_fit(const Density& density, const SampleSettings& settings) {
  Heard heard;
  RunState state{
      .dimension = density.dimension(), .warmup = settings.warmup, .metric = settings.metric};
  state.chains = go(density, settings, heard, {200});
  return state;
}

TEST(WarmStart, PassesOnTheSameDensityAndSavesTheWarmup) {
  const FormulaDensity density = correlated_normal(6, 0.9);
  for (const Metric metric : {Metric::unit, Metric::diagonal, Metric::low_rank, Metric::dense}) {
    SampleSettings settings{.chains = 6, .warmup = 300, .seed = 7, .metric = metric};
    const RunState earlier = earlier_fit(density, settings);
    settings.seed = 8;
    settings.warm_start = &earlier;
    std::map<int, std::vector<double>> reference;
    for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
      settings.mapping = mapping;
      Heard heard;
      const auto states = go(density, settings, heard, {50});
      for (int k = 0; k < 6; ++k) {
        EXPECT_EQ(heard.probations[k].flaw, "") << "chain " << k;
        EXPECT_GE(heard.probations[k].leapfrogs, probation_length);
        EXPECT_EQ(states[std::size_t(k)].step_size, earlier.chains[std::size_t(k)].step_size);
        EXPECT_EQ(heard.told[k], 50);
      }
      if (reference.empty()) reference = heard.draws;
      EXPECT_EQ(heard.draws, reference);
    }
  }
}

/// A chain that fails, or that the earlier fit does not have, draws as if there were no such fit.
TEST(WarmStart, WhatFailsStartsAnew) {
  const FormulaDensity wide = scaled_normal(3);
  const FormulaDensity narrow{3, [](const double* q, double* g) {
                                for (int i = 0; i < 3; ++i) g[i] = -1e6 * q[i];
                                return -5e5 * (q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);
                              }};
  for (const Metric metric : {Metric::diagonal, Metric::dense}) {
    for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
      SampleSettings settings{
          .chains = 4, .warmup = 200, .seed = 7, .metric = metric, .mapping = mapping};
      const RunState earlier = earlier_fit(wide, settings);
      settings.chains = 6;
      Heard cold, warm;
      go(narrow, settings, cold, {50});
      settings.warm_start = &earlier;
      go(narrow, settings, warm, {50});
      for (int k = 0; k < 6; ++k) EXPECT_NE(warm.probations[k].flaw, "") << "chain " << k;
      EXPECT_EQ(warm.probations[5].leapfrogs, 0);
      expect_same(cold, warm);
    }
  }
}

TEST(WarmStart, WhereTheDensityIsNotFiniteStartsAnew) {
  const FormulaDensity positive{1, [](const double* q, double* g) {
                                  g[0] = -1;
                                  return q[0] > 0 ? -q[0] : -HUGE_VAL;
                                }};
  SampleSettings settings{.chains = 4, .warmup = 200, .seed = 3, .target_accept = 0.6};
  RunState earlier = earlier_fit(standard_normal(1), settings);
  for (ChainState& state : earlier.chains) state.point = {-1};
  Heard cold, warm;
  go(positive, settings, cold, {50});
  settings.warm_start = &earlier;
  go(positive, settings, warm, {50});
  for (int k = 0; k < 4; ++k) {
    EXPECT_NE(warm.probations[k].flaw.find("not finite"), std::string::npos);
  }
  expect_same(cold, warm);
}

TEST(WarmStart, FromWhatNoSamplerLeavesIsRefused) {
  const FormulaDensity density = standard_normal(2);
  SampleSettings settings{.chains = 2, .warmup = 100};
  const RunState sound = earlier_fit(density, settings);
  const auto where = [&](auto spoil) {
    RunState earlier = sound;
    spoil(earlier);
    settings.warm_start = &earlier;
    const auto error = check_settings(density, settings);
    return error ? error->where : "accepted";
  };
  const double nan = std::nan("");
  EXPECT_EQ(where([](RunState&) {}), "accepted");
  EXPECT_EQ(where([](RunState& s) { s.dimension = 3; }), "warm start");
  EXPECT_EQ(where([](RunState& s) { s.metric = Metric::dense; }), "setting metric");
  EXPECT_EQ(where([&](RunState& s) { s.chains[1].point[0] = nan; }), "warm start, chain 2");
  EXPECT_EQ(where([](RunState& s) { s.chains[1].point.push_back(0); }), "warm start, chain 2");
  EXPECT_EQ(where([](RunState& s) { s.chains[0].frame.whitening.scale[1] = -1; }),
            "warm start, chain 1");
  EXPECT_EQ(where([](RunState& s) { s.chains[0].frame.whitening.scale = {}; }),
            "warm start, chain 1");
  EXPECT_EQ(where([](RunState& s) { s.chains[0].frame.whitening.lower = {1, 2, 0, 0}; }),
            "warm start, chain 1");
  EXPECT_EQ(where([](RunState& s) { s.chains[0].step_size = 0; }), "warm start, chain 1");
  EXPECT_EQ(where([](RunState& s) { s.chains[0].point = {}; }), "accepted") << "it warms up";
}

TEST(Probation, IsARuleOfThreeParts) {
  const auto flaw = [](auto change) {
    std::vector<Transition> transitions(probation_length);
    for (std::size_t k = 0; k < transitions.size(); ++k) {
      transitions[k] = {.log_density = std::sin(double(k)), .accept_rate = 0.8};
      change(k, transitions[k]);
    }
    return probation_flaw(transitions, 0.8);
  };
  EXPECT_EQ(flaw([](std::size_t, Transition&) {}), "");
  EXPECT_EQ(flaw([](std::size_t k, Transition& t) { t.divergent = k < 2; }), "");
  EXPECT_NE(flaw([](std::size_t k, Transition& t) { t.divergent = k < 3; }), "");
  for (const double accept : {0.62, 0.985}) {
    EXPECT_EQ(flaw([=](std::size_t, Transition& t) { t.accept_rate = accept; }), "");
  }
  for (const double accept : {0.58, 0.995, std::nan("")}) {
    EXPECT_NE(flaw([=](std::size_t, Transition& t) { t.accept_rate = accept; }), "");
  }
  EXPECT_EQ(flaw([](std::size_t k, Transition& t) { t.log_density += 0.01 * double(k); }), "");
  EXPECT_NE(flaw([](std::size_t k, Transition& t) { t.log_density += 0.1 * double(k); }), "");
}

std::vector<double> covariance(int d, double correlation) {
  std::vector<double> m(std::size_t(d * d), correlation);
  for (int i = 0; i < d; ++i) m[std::size_t(i * (d + 1))] = 1;
  return m;
}

TEST(GivenMetric, IsItsOwnInverseMass) {
  const std::vector<double> m = {4, 1, 0.5, 1, 9, -2, 0.5, -2, 16};
  const auto dense = given_metric(m, 3);
  ASSERT_TRUE(dense);
  for (const Whitening& w : {*dense, dense->triangular()}) {
    for (std::size_t j = 0; j < 3; ++j) {  // column j of A A'
      std::vector<double> column(3);
      column[j] = 1;
      w.pull_back(column);
      w.to_position(column);
      for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(column[i], m[i * 3 + j], 1e-13);
    }
  }
  EXPECT_EQ(given_metric(std::vector<double>{4, 9}, 2)->scale, (std::vector<double>{2, 3}));
}

TEST(GivenMetric, IsWhereTheWarmupStarts) {
  const int d = 8;
  const FormulaDensity density = correlated_normal(d, 0.99);
  SampleSettings settings{.chains = 4, .warmup = 14, .draws = 200, .seed = 3};
  settings.metric = Metric::dense;
  settings.inverse_metric = covariance(d, 0.99);
  const auto chains = sample(density, settings);
  ASSERT_TRUE(chains) << to_string(chains.error());
  for (const ChainResult& chain : *chains) {
    double leapfrogs = 0;
    for (const Transition& t : chain.transitions) leapfrogs += t.leapfrogs / 200.;
    EXPECT_LT(leapfrogs, 12) << "without it there are 30 and more";
    for (const double mass : chain.inverse_mass) EXPECT_NEAR(mass, 1, 1e-12);
  }
  settings.metric = Metric::diagonal;
  settings.inverse_metric = {1, 4, 9, 16, 25, 36, 49, 64};
  const auto diagonal = sample(density, settings);
  ASSERT_TRUE(diagonal);
  EXPECT_EQ((*diagonal)[2].inverse_mass, settings.inverse_metric);
}

TEST(GivenMetric, ThatIsNoneIsRefused) {
  const auto found = [](std::vector<double> m, int d) {
    const auto made = given_metric(m, d);
    return made ? std::string("accepted") : made.error().found;
  };
  EXPECT_EQ(found({1, 2, 3}, 2), "3 numbers");
  EXPECT_EQ(found({1, -2}, 2), "-2 as number 2");
  EXPECT_EQ(found({1, HUGE_VAL}, 2), "inf as number 2");
  EXPECT_EQ(found({1, 2, 2, 1}, 2), "correlations of which an eigenvalue is -1");
  EXPECT_EQ(found({1, 1, 1, 1}, 2).substr(0, 12), "correlations");
  EXPECT_EQ(found({1, 0.5, 0.25, 1}, 2), "0.25 at [2,1] and 0.5 at [1,2]");
}

}  // namespace
}  // namespace tyche
