// A run ends when it is good enough, goes on afterwards, and others start from it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "examples/models/eight_schools.hpp"
#include "examples/models/simple.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/replay.hpp"
#include "tyche/tyche.hpp"

namespace tyche {
namespace {

using namespace std::chrono_literals;

Fit fit_of(const Posterior& posterior, const SampleSettings& settings,
           std::span<Sink* const> sinks = {}) {
  auto fit = try_sample(posterior, settings, sinks);
  if (!fit) throw Failure(fit.error());
  return std::move(*fit);
}

/// All but the time it took.
void expect_same(const Fit& a, const Fit& b) {
  EXPECT_TRUE(same_draws(a.draws, b.draws));
  EXPECT_EQ(to_json(summarize(a)), to_json(summarize(b)));
  EXPECT_EQ(advice(a), advice(b));
  EXPECT_EQ(a.report.leapfrogs, b.report.leapfrogs);
  EXPECT_EQ(a.report.warmup_leapfrogs, b.report.warmup_leapfrogs);
  EXPECT_EQ(a.report.findings, b.report.findings);
  EXPECT_EQ(a.report.interrupted, b.report.interrupted);
}

std::shared_ptr<Posterior> schools() { return compile(models::eight_schools(), {.lanes = 0}); }

/// Of the centred model, whose divergences are told and explained.
TEST(Extend, IsHavingAskedForMoreAtFirst) {
  const auto posterior = schools();
  for (const Metric metric : {Metric::automatic, Metric::diagonal, Metric::dense}) {
    for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
      for (const int threads : {1, 2}) {
        SampleSettings settings{.chains = 3,
                                .warmup = 150,
                                .draws = 300,
                                .seed = 4,
                                .metric = metric,
                                .mapping = mapping,
                                .threads = threads};
        const Fit whole = fit_of(*posterior, settings);
        settings.draws = 90;
        const Fit once = extend(fit_of(*posterior, settings), 210);
        expect_same(whole, once);
        settings.draws = 0;
        expect_same(whole, extend(extend(fit_of(*posterior, settings), 1), 299));
      }
    }
  }
}

TEST(Extend, WhatCannotGoOnSaysWhy) {
  const auto where = [](const Result<Fit>& fit) { return fit ? "accepted" : fit.error().found; };
  Model m;
  m.observe("y", normal(m.param("mu", normal(0, 1)), 1), std::vector<double>{1, 2});
  const auto posterior = compile(m);
  Fit fit = fit_of(*posterior, {.chains = 2, .warmup = 100, .draws = 100});
  EXPECT_EQ(where(try_extend(fit, -1)), "-1");
  EXPECT_EQ(where(try_extend(Fit{}, 1)), "none");
  ASSERT_TRUE(posterior->rebind("y", {.type = ir::Type::vector(2), .reals = {1, 3}}));
  const auto other = try_extend(fit, 10);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().where, "chain 1");
  CancelSource cancelled;
  cancelled.request();
  const auto early = try_sample(*posterior, {.chains = 2}, {}, cancelled.token());
  ASSERT_TRUE(early);
  EXPECT_EQ(where(try_extend(*early, 1)), "chain 1 interrupted in its warm-up");
}

TEST(Until, EndsAtAFixedNumberOfDrawsOfTheSameChains) {
  const auto posterior = compile(models::eight_schools_noncentered(), {.lanes = 0});
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    SampleSettings settings{.chains = 4, .warmup = 300, .seed = 3, .mapping = mapping};
    settings.until = {.ess = 600, .rhat = 1.01};
    const Fit fit = fit_of(*posterior, settings);
    ASSERT_TRUE(fit.report.until);
    EXPECT_EQ(fit.report.until->ending, Ending::enough);
    EXPECT_FALSE(fit.report.interrupted);
    const int count = fit.draws.draws();
    EXPECT_GE(count, 100);
    EXPECT_LT(count, 5000);
    for (const ScalarSummary& row : summarize(fit).scalars) {
      EXPECT_GE(std::min(row.ess_bulk, row.ess_tail), 600);
      EXPECT_LT(row.rhat, 1.01);
    }
    settings.threads = 1;
    settings.clock = [] { return 0.; };
    expect_same(fit, fit_of(*posterior, settings));
    // The draws of a run that was asked for so many, and of one that goes on.
    settings.until = {};
    settings.draws = count;
    EXPECT_TRUE(same_draws(fit.draws, fit_of(*posterior, settings).draws));
    settings.draws = count + 100;
    EXPECT_TRUE(same_draws(extend(fit, 100).draws, fit_of(*posterior, settings).draws));
  }
}

TEST(Until, ThatIsNeverMetSaysWhatIsLacking) {
  const auto posterior = schools();
  const Fit fit = fit_of(
      *posterior, {.chains = 4, .warmup = 100, .until = {.ess = 1e9}, .max_draws = 150, .seed = 3});
  EXPECT_EQ(fit.draws.draws(), 150);
  ASSERT_TRUE(fit.report.until);
  EXPECT_EQ(fit.report.until->ending, Ending::max_draws);
  EXPECT_EQ(fit.report.until->count, 10);
  ASSERT_EQ(fit.report.until->worst.size(), 1u);
  const Lacking& worst = fit.report.until->worst[0];
  for (const ScalarSummary& row : summarize(fit).scalars) {
    EXPECT_LE(worst.ess, std::min(row.ess_bulk, row.ess_tail));
  }
  const std::string line = advice(fit).front();
  EXPECT_TRUE(
      line.starts_with("Asked for were an effective size of 1e+09 of every scalar. After "
                       "150 draws a chain, all that max_draws allows, 10 lack it: " +
                       worst.scalar + " has"))
      << line;
}

/// A clock that moves by a tenth of a millisecond each time it is asked.
TEST(Until, TimeKeepsAPrefixOfTheSameDraws) {
  const auto posterior = schools();
  const SampleSettings whole_settings{.chains = 3, .warmup = 100, .draws = 4000, .threads = 1};
  const Fit whole = fit_of(*posterior, whole_settings);
  SampleSettings settings = whole_settings;
  settings.until = {.ess = 1e9, .time = 20ms};
  settings.max_draws = 1000000;
  double now = 0;
  settings.clock = [&now] { return now += 1e-4; };
  const Fit fit = fit_of(*posterior, settings);
  EXPECT_EQ(fit.report.until->ending, Ending::time);
  EXPECT_TRUE(fit.report.interrupted);
  ASSERT_GT(fit.draws.draws(), 0);
  for (int chain = 0; chain < 3; ++chain) {
    for (int n = 0; n < std::min(fit.draws.draws(chain), 4000); ++n) {
      ASSERT_EQ(fit.draws.row(chain, n), whole.draws.row(chain, n));
    }
  }
}

TEST(WarmStart, SavesTheWarmupOnSlightlyOtherData) {
  const auto model = [](double shift) {
    std::vector<double> y;
    for (int n = 0; n < 50; ++n) y.push_back(std::sin(3.0 * n) + shift);
    return models::simple(y);
  };
  const Fit earlier = sample(model(0), {.chains = 4, .warmup = 500, .seed = 2});
  const auto other = compile(model(0.05), {.lanes = 0});
  const SampleSettings settings{.chains = 4, .seed = 3, .warm_start = &earlier.state};
  const Fit fit = fit_of(*other, settings);
  EXPECT_TRUE(fit.report.failed_starts.empty()) << fit.report.failed_starts.front();
  const Fit cold = fit_of(*other, {.chains = 4, .seed = 3});
  EXPECT_LT(fit.report.warmup_leapfrogs * 5, cold.report.warmup_leapfrogs);
  const Summary warm = summarize(fit), reference = summarize(cold);
  for (std::size_t k = 0; k < warm.scalars.size(); ++k) {
    const ScalarSummary &a = warm.scalars[k], &b = reference.scalars[k];
    EXPECT_LT(std::abs(a.mean - b.mean), 4 * std::hypot(a.mcse_mean, b.mcse_mean)) << a.name;
  }
}

TEST(WarmStart, ThatFailsIsReportedAndDrawsAsACold) {
  Model narrow, wide;
  narrow.add(-1e8 * square(narrow.param("x", normal(0, 1))));
  wide.param("x", normal(0, 1));
  const Fit earlier = sample(wide, {.chains = 2, .warmup = 200, .draws = 50});
  SampleSettings settings{.chains = 2, .warmup = 200, .draws = 50};
  const auto posterior = compile(narrow, {.lanes = 0});
  const Fit cold = fit_of(*posterior, settings);
  settings.warm_start = &earlier.state;
  const Fit fit = fit_of(*posterior, settings);
  EXPECT_TRUE(same_draws(fit.draws, cold.draws));
  ASSERT_EQ(fit.report.failed_starts.size(), 2u);
  EXPECT_TRUE(
      fit.report.failed_starts[1].starts_with("Chain 2 did not start from the earlier fit: "));
  EXPECT_EQ(std::ranges::count(advice(fit), fit.report.failed_starts[0]), 1);
}

/// Asks for the end of a chain when it has drawn.
struct Stops : Sink {
  Result<void> take(const DrawBatch& batch) override {
    if (batch.chain == 1 && batch.phase == Phase::sampling) source.request();
    return {};
  }
  CancelSource source;
};

TEST(StopChain, TheSummarySaysWhichChainsItCovers) {
  const auto posterior = schools();
  Stops stops;
  Sink* const sinks[] = {&stops};
  SampleSettings settings{.chains = 4, .warmup = 100, .draws = 3000, .threads = 1};
  const Fit whole = fit_of(*posterior, settings);
  settings.stop_chain = {{}, stops.source.token(), {}, {}};
  const Fit fit = fit_of(*posterior, settings, sinks);
  EXPECT_TRUE(fit.report.chains[1].stopped);
  EXPECT_LT(fit.draws.draws(1), 3000);
  EXPECT_EQ(fit.draws.draws(3), 3000);
  const Summary summary = summarize(fit);
  EXPECT_EQ(summary.draws, 3000);
  EXPECT_TRUE(to_text(summary).ends_with("of chains 1, 3 and 4 of 4\n"));
  EXPECT_TRUE(advice(fit).front().starts_with("Chain 2 was stopped alone after "));
  EXPECT_EQ(summary.scalars[0].mean, summarize(whole.draws, std::vector{0, 2, 3}).scalars[0].mean);
  const Fit more = extend(fit, 100);
  EXPECT_EQ(more.draws.draws(1), fit.draws.draws(1));
  EXPECT_EQ(more.draws.draws(0), 3100);
}

/// Its log, and what a MemorySink makes of it.
struct Log {
  Bytes bytes;
  RecordSink sink{1, [this](ByteView record) {
                    bytes.insert(bytes.end(), record.begin(), record.end());
                    return Result<void>();
                  }};
  Sink* const sinks[1] = {&sink};

  Draws replayed() const {
    MemorySink memory;
    const auto taken = Replay(memory).take_all(bytes);
    EXPECT_TRUE(taken) << to_string(taken.error());
    return memory.take_draws();
  }
};

TEST(Replay, OfAnExtendedRunIsTheFit) {
  const auto posterior = schools();
  Log log, rest;
  const SampleSettings settings{.chains = 3, .warmup = 100, .draws = 120};
  Fit fit = fit_of(*posterior, settings, log.sinks);
  EXPECT_TRUE(same_draws(log.replayed(), fit.draws));
  const auto more = try_extend(fit, 50, log.sinks);
  ASSERT_TRUE(more) << to_string(more.error());
  EXPECT_TRUE(same_draws(log.replayed(), more->draws));
  const auto again = try_extend(*more, 7, log.sinks);
  ASSERT_TRUE(again);
  EXPECT_TRUE(same_draws(log.replayed(), again->draws));

  ASSERT_TRUE(try_extend(fit, 50, rest.sinks));
  EXPECT_EQ(rest.replayed().draws(2), 50) << "alone it tells what it has";
  EXPECT_EQ(rest.replayed().row(2, 0), more->draws.row(2, 120));
}

TEST(Replay, OfARunThatWasGoodEnoughOrStartedWarmIsTheFit) {
  const auto posterior = compile(models::eight_schools_noncentered(), {.lanes = 0});
  Log log, warm_log;
  SampleSettings settings{.chains = 4, .warmup = 300, .until = {.ess = 300}, .seed = 2};
  const Fit fit = fit_of(*posterior, settings, log.sinks);
  EXPECT_TRUE(same_draws(log.replayed(), fit.draws));
  settings.warm_start = &fit.state;
  const Fit warm = fit_of(*posterior, settings, warm_log.sinks);
  EXPECT_TRUE(same_draws(warm_log.replayed(), warm.draws));
}

}  // namespace
}  // namespace tyche
