#include "tyche/infer/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "tyche/infer/infer_test.hpp"

namespace tyche {
namespace {

TEST(Sample, FindsMomentsOfUnequalScales) {
  const FormulaDensity density = scaled_normal(4);
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    const auto chains = run(density, {.chains = 8, .draws = 8000, .seed = 4, .mapping = mapping});
    for (int i = 0; i < 4; ++i) {
      const double sd = std::pow(10.0, i - 1);
      const auto [mean, error] = estimate(chains, 4, [i](const double* q) { return q[i]; });
      EXPECT_LT(std::abs(mean - i), 4 * error) << "parameter " << i;
      EXPECT_LT(error, 0.03 * sd);
      const auto [variance, variance_error] =
          estimate(chains, 4, [i](const double* q) { return (q[i] - i) * (q[i] - i); });
      EXPECT_LT(std::abs(variance - sd * sd), 4 * variance_error) << "parameter " << i;
    }
  }
}

TEST(Sample, AdaptsToTheTarget) {
  for (const double target : {0.7, 0.8, 0.9}) {
    const auto chains =
        run(standard_normal(10),
            {.chains = 8, .seed = 1, .target_accept = target, .metric = Metric::unit});
    EXPECT_NEAR(mean_accept(chains), target, 0.04);
  }
}

/// The last 50 iterations alone set the step size of a new metric: as in Stan it comes out small.
TEST(Sample, AdaptsToTheScales) {
  const auto chains = run(scaled_normal(4), {.chains = 8, .seed = 1});
  EXPECT_GT(mean_accept(chains), 0.78);
  EXPECT_LT(mean_accept(chains), 0.95);
  for (const ChainResult& chain : chains) {
    for (int i = 0; i < 4; ++i) {
      const double ratio = chain.inverse_mass[static_cast<std::size_t>(i)] / std::pow(100.0, i - 1);
      EXPECT_GT(ratio, 0.6) << "parameter " << i;
      EXPECT_LT(ratio, 1.6) << "parameter " << i;
    }
  }
}

TEST(Sample, UnitMetricStaysUnit) {
  const auto chains = run(standard_normal(3), {.chains = 1, .metric = Metric::unit});
  EXPECT_EQ(chains[0].inverse_mass, std::vector<double>(3, 1.0));
}

TEST(Sample, DrawsDependNeitherOnThreadsNorOnTheOtherChainsNorOnTheMapping) {
  const FormulaDensity density = scaled_normal(3);
  SampleSettings settings{.chains = 11, .warmup = 300, .draws = 200, .seed = 8};
  settings.mapping = Mapping::chains;
  settings.threads = 1;
  const auto reference = run(density, settings);
  settings.threads = 3;
  const auto threaded = run(density, settings);
  settings.chains = 3;
  const auto fewer = run(density, settings);
  settings.chains = 11;
  settings.mapping = Mapping::rows;
  const auto single = run(density, settings);
  for (std::size_t k = 0; k < 11; ++k) {
    EXPECT_TRUE(same_draws(reference[k], threaded[k])) << "chain " << k;
    EXPECT_TRUE(same_draws(reference[k], single[k])) << "chain " << k;
    if (k < 3) EXPECT_TRUE(same_draws(reference[k], fewer[k])) << "chain " << k;
    if (k > 0) EXPECT_FALSE(same_draws(reference[k], reference[0])) << "chain " << k;
  }
}

/// Whatever the host's clock says, and so however many steps a call takes: one that stands still,
/// one that makes every call of one step or so, one without reason.
TEST(Sample, DrawsDoNotDependOnTheClock) {
  const FormulaDensity density = scaled_normal(3);
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    SampleSettings settings{
        .chains = 5, .warmup = 200, .draws = 200, .seed = 8, .mapping = mapping, .threads = 1};
    const auto reference = run(density, settings);
    int asked = 0;
    const std::function<double()> clocks[] = {[] { return 1.0; }, [&] { return double(++asked); },
                                              [&] { return std::sin(double(++asked)) * 1e-2; }};
    for (const auto& clock : clocks) {
      settings.clock = clock;
      const auto timed = run(density, settings);
      for (std::size_t k = 0; k < 5; ++k) EXPECT_TRUE(same_draws(reference[k], timed[k]));
    }
    EXPECT_GT(asked, 100);
  }
}

TEST(Sample, EveryMetricIsAFunctionOfItsChainAlone) {
  const FormulaDensity density = correlated_normal(9, 0.9);
  for (const Kernel kernel : all_kernels) {
    for (const Metric metric :
         {Metric::automatic, Metric::fisher, Metric::low_rank, Metric::dense}) {
      SampleSettings settings{
          .chains = 9, .warmup = 200, .draws = 50, .seed = 5, .kernel = kernel, .metric = metric};
      settings.mapping = Mapping::chains;
      const auto lanes = run(density, settings);
      settings.mapping = Mapping::rows;
      const auto single = run(density, settings);
      for (std::size_t k = 0; k < 9; ++k) {
        EXPECT_TRUE(same_draws(lanes[k], single[k])) << name(kernel) << ", chain " << k;
      }
    }
  }
}

/// Whichever chains share a group, and whichever groups a thread.
TEST(Sample, ThreadsAndLanesChangeNoDraw) {
  const FormulaDensity density = neals_funnel(5);
  for (const Kernel kernel : all_kernels) {
    SampleSettings settings{.chains = 11, .warmup = 150, .draws = 30, .seed = 6, .kernel = kernel};
    settings.mapping = Mapping::rows;
    settings.threads = 1;
    const auto reference = run(density, settings);
    std::set<int> lanes;
    for (const Mapping mapping : {Mapping::automatic, Mapping::chains}) {
      settings.mapping = mapping;
      for (const int chains : {3, 5, 8, 11}) {
        settings.chains = chains;
        for (settings.threads = 1; settings.threads <= 3; ++settings.threads) {
          lanes.insert(lanes_of(density, settings));
          const auto found = run(density, settings);
          for (std::size_t k = 0; k < found.size(); ++k) {
            EXPECT_TRUE(same_draws(found[k], reference[k]))
                << name(kernel) << ", chain " << k << " of " << chains;
          }
        }
      }
    }
    EXPECT_EQ(lanes, (std::set{1, 4, 8}));
  }
}

double mean_leapfrogs(const std::vector<ChainResult>& chains) {
  double sum = 0, count = 0;
  for (const ChainResult& chain : chains) {
    for (const Transition& t : chain.transitions) sum += t.leapfrogs, count += 1;
  }
  return sum / count;
}

/// A metric whose coordinates go the wrong way, or a gradient that is not taken along, is worse
/// than none.
TEST(Sample, AMetricWithDirectionsMakesACorrelatedNormalEasy) {
  const FormulaDensity density = correlated_normal(8, 0.99);
  const auto leapfrogs = [&](Metric metric) {
    return mean_leapfrogs(run(density, {.chains = 4, .seed = 3, .metric = metric}));
  };
  EXPECT_GT(leapfrogs(Metric::diagonal), 15);
  EXPECT_LT(leapfrogs(Metric::dense), 7.5);
  EXPECT_LT(leapfrogs(Metric::low_rank), 7.5);
  EXPECT_LT(leapfrogs(Metric::automatic), 7.5);
}

TEST(Sample, FindsMomentsUnderEveryMetric) {
  const FormulaDensity density = correlated_normal(4, 0.9);
  for (const Kernel kernel : {Kernel::nuts, Kernel::walnuts, Kernel::hmc}) {
    for (const Metric metric : {Metric::automatic, Metric::unit, Metric::diagonal, Metric::fisher,
                                Metric::low_rank, Metric::dense}) {
      const auto chains =
          run(density, {.chains = 8, .draws = 2000, .seed = 4, .kernel = kernel, .metric = metric});
      for (const int other : {0, 3}) {
        const auto [moment, error] =
            estimate(chains, 4, [other](const double* q) { return q[0] * q[other]; });
        EXPECT_LT(std::abs(moment - (other == 0 ? 1 : 0.9)), 4 * error) << name(kernel);
        EXPECT_LT(error, 0.04) << name(kernel);
      }
    }
  }
}

/// Keeps what it is told.
struct Listener : Observer {
  using Observer::on;
  std::mutex mutex;
  std::map<int, std::vector<double>> draws;
  std::map<std::pair<int, Phase>, std::int64_t> next;
  std::map<int, int> adapted;
  int started = 0, finished = 0, interrupted = 0, diverged = 0, divergent = 0, failed = 0;
  bool in_order = true;
  std::function<Result<void>(const Batch&)> answer = [](const Batch&) { return Result<void>(); };

  Result<void> on(const Started&) override { return ++started, Result<void>(); }
  Result<void> on(const Batch& b) override {
    const std::scoped_lock lock(mutex);
    in_order &= next[{b.chain, b.phase}] == b.first;
    next[{b.chain, b.phase}] += static_cast<std::int64_t>(b.transitions.size());
    if (b.phase == Phase::sampling) {
      auto& to = draws[b.chain];
      to.insert(to.end(), b.positions.begin(), b.positions.end());
    }
    for (const Transition& t : b.transitions) divergent += t.divergent;
    return answer(b);
  }
  Result<void> on(const Adapted& a) override {
    const std::scoped_lock lock(mutex);
    return ++adapted[a.chain], Result<void>();
  }
  Result<void> on(const Diverged& d) override {
    const std::scoped_lock lock(mutex);
    return diverged += d.position.size() == 2, Result<void>();
  }
  Result<void> on(const Finished& f) override {
    const std::scoped_lock lock(mutex);
    return ++finished, interrupted += f.interrupted, Result<void>();
  }
  Result<void> on(const Failed&) override { return ++failed, Result<void>(); }
};

/// A walk has no trajectory that could diverge; WALNUTS' does where it may hardly halve its step.
TEST(Observer, HearsEveryDrawInOrderAndEveryDivergence) {
  for (const Kernel kernel : all_kernels) {
    for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
      SCOPED_TRACE(testing::Message() << name(kernel) << ", " << name(mapping));
      Listener listener;
      const SampleSettings settings{.chains = 9,
                                    .warmup = 200,
                                    .draws = 1500,
                                    .seed = 2,
                                    .kernel = kernel,
                                    .max_halvings = 1,
                                    .metric = Metric::diagonal,
                                    .mapping = mapping};
      const auto results = sample(neals_funnel(2), settings, listener);
      ASSERT_TRUE(results);
      EXPECT_TRUE(listener.in_order);
      EXPECT_EQ(listener.started, 1);
      EXPECT_EQ(listener.finished, 9);
      EXPECT_EQ(listener.interrupted, 0);
      EXPECT_EQ(listener.divergent > 0, kernel != Kernel::random_walk);
      EXPECT_EQ(listener.diverged, listener.divergent);
      for (int k = 0; k < 9; ++k) {
        EXPECT_EQ(listener.draws[k], (*results)[static_cast<std::size_t>(k)].positions);
        EXPECT_EQ((listener.next[{k, Phase::warmup}]), 200);
        EXPECT_EQ(listener.adapted[k], 3) << "two windows and the end of the warm-up";
      }
    }
  }
}

TEST(Observer, CancellingEndsAtTheDrawInHand) {
  CancelSource source;
  Listener listener;
  listener.answer = [&](const Batch& b) {
    if (b.phase == Phase::sampling) source.request();
    return Result<void>();
  };
  const auto results = sample(standard_normal(2), {.chains = 4, .draws = 100'000'000, .seed = 3},
                              listener, source.token());
  ASSERT_TRUE(results);
  EXPECT_EQ(listener.interrupted, 4);
  std::int64_t total = 0;
  for (const ChainResult& chain : *results) {
    EXPECT_TRUE(chain.interrupted);
    EXPECT_EQ(chain.positions.size(), static_cast<std::size_t>(chain.draws) * 2);
    total += chain.draws;
  }
  EXPECT_GT(total, 0);
}

TEST(Observer, ItsErrorEndsTheRun) {
  const Error full{"draws.csv", "room on the disk", "none", "free some"};
  Listener listener;
  listener.answer = [&](const Batch&) -> Result<void> { return std::unexpected(full); };
  for (const int threads : {1, 2}) {
    const auto results = sample(standard_normal(2),
                                {.chains = 20, .draws = 100'000'000, .threads = threads}, listener);
    ASSERT_FALSE(results);
    EXPECT_EQ(results.error(), full);
  }
}

TEST(Start, IsTriedAgainUntilTheDensityIsFinite) {
  const FormulaDensity positive{1, [](const double* q, double* g) {  // exponential, q > 0
                                  g[0] = -1;
                                  return q[0] > 0 ? -q[0] : -HUGE_VAL;
                                }};
  const auto chains = run(positive, {.chains = 8, .warmup = 500, .draws = 500, .seed = 6});
  for (const ChainResult& chain : chains) {
    for (const double q : chain.positions) ASSERT_GT(q, 0);
  }
  const auto [mean, error] = estimate(chains, 1, [](const double* q) { return q[0]; });
  EXPECT_LT(std::abs(mean - 1), 4 * error + 0.05);
}

/// Beyond 1 no step is short enough: a chain that kept such a start would end the run.
TEST(Start, IsTriedAgainUntilAStepSizeIsFound) {
  const FormulaDensity cliff{1, [](const double* q, double* g) {
                               const double steep = std::abs(q[0]) > 1 ? 1e200 : 1;
                               g[0] = -steep * q[0];
                               return -0.5 * steep * q[0] * q[0];
                             }};
  for (const Mapping mapping : {Mapping::chains, Mapping::rows}) {
    const auto chains =
        run(cliff, {.chains = 8, .warmup = 300, .draws = 100, .seed = 6, .mapping = mapping});
    for (const ChainResult& chain : chains) {
      for (const double q : chain.positions) ASSERT_LE(std::abs(q), 1);
    }
  }
}

TEST(Start, NowhereIsAnErrorThatNamesTheChain) {
  const FormulaDensity nowhere{2, [](const double*, double* g) {
                                 g[0] = g[1] = 0;
                                 return -std::numeric_limits<double>::infinity();
                               }};
  Listener listener;
  const auto results = sample(nowhere, {.chains = 1}, listener);
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().where, "start of chain 1");
  EXPECT_NE(results.error().found.find("-inf"), std::string::npos);
  EXPECT_EQ(listener.failed, 1);
}

TEST(Settings, OutOfRangeAreNamed) {
  const auto where = [](SampleSettings settings) {
    const auto results = sample(standard_normal(1), settings);
    return results ? std::string("no error") : results.error().where;
  };
  EXPECT_EQ(where({.chains = 0}), "setting chains");
  EXPECT_EQ(where({.warmup = -1}), "setting warmup");
  EXPECT_EQ(where({.draws = -1}), "setting draws");
  EXPECT_EQ(where({.target_accept = 1}), "setting target_accept");
  EXPECT_EQ(where({.max_depth = 11}), "setting max_depth");
  EXPECT_EQ(where({.threads = -1}), "setting threads");
}

TEST(Settings, NoWarmupAndNoDrawsAreAllowed) {
  const auto bare = run(standard_normal(2), {.chains = 3, .warmup = 0, .draws = 50});
  EXPECT_EQ(bare[2].draws, 50);
  const auto none = run(standard_normal(2), {.chains = 3, .warmup = 100, .draws = 0});
  EXPECT_EQ(none[0].draws, 0);
  EXPECT_FALSE(none[0].interrupted);
}

/// A density that says what its gradients cost.
struct Priced final : FormulaDensity {
  Priced(int dimension, GradientCost price) : FormulaDensity(dimension, {}), price(price) {}
  GradientCost cost() const override { return price; }
  GradientCost price;
};

TEST(Settings, MappingIsTheCheaperOfTwoStepsOrAsAskedFor) {
  const auto mapping = [](int dimension, GradientCost price, const SampleSettings& settings) {
    return mapping_of(Priced(dimension, price), settings).mapping;
  };
  EXPECT_EQ(mapping(10, {}, {.chains = 8}), Mapping::chains);
  EXPECT_EQ(mapping(10, {}, {.chains = 1}), Mapping::rows);
  EXPECT_EQ(mapping(200, {}, {.chains = 8}), Mapping::rows);
  EXPECT_EQ(mapping(200, {}, {.chains = 8, .mapping = Mapping::chains}), Mapping::chains);
  EXPECT_EQ(mapping(10, {}, {.chains = 8, .mapping = Mapping::rows}), Mapping::rows);
  EXPECT_EQ(mapping(10, {.chains = 1000, .rows = 3000}, {.chains = 4}), Mapping::chains);
  EXPECT_EQ(mapping(10, {.chains = 1000, .rows = 1900}, {.chains = 4}), Mapping::rows);
  EXPECT_EQ(mapping(10, {.chains = 1000, .rows = 1900}, {.chains = 8}), Mapping::chains);
  // A ninth chain has a group of its own.
  EXPECT_EQ(mapping(10, {.chains = 1000, .rows = 1900}, {.chains = 9}), Mapping::rows);
}

TEST(Settings, GroupsHaveAsManyLanesAsFinishSoonest) {
  const auto lanes = [](int chains, int threads, Mapping mapping = Mapping::automatic) {
    return lanes_of(Priced(10, {}), {.chains = chains, .mapping = mapping, .threads = threads});
  };
  EXPECT_EQ(lanes(8, 1), 8);
  EXPECT_EQ(lanes(8, 2), 4);
  EXPECT_EQ(lanes(16, 2), 8);
  EXPECT_EQ(lanes(11, 3), 4);
  EXPECT_EQ(lanes(4, 1), 4);
  EXPECT_EQ(lanes(4, 2), 1);  // two threads, two chains each in turn
  EXPECT_EQ(lanes(8, 8), 1);
  EXPECT_EQ(lanes(8, 8, Mapping::chains), 4);
  EXPECT_EQ(lanes(16, 1, Mapping::rows), 1);
}

}  // namespace
}  // namespace tyche
