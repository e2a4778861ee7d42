#include "tyche/simulation/studies/replications.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "tyche/simulation/engines/sequential.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Waits of the first customers of a queue that starts empty, by Lindley's recursion (1952).
double mean_wait(const Streams& streams, double load, int customers) {
  Random arrivals = streams("arrivals"), services = streams("services");
  double wait = 0, sum = 0;
  for (int k = 0; k < customers; ++k) {
    sum += wait;
    wait = std::max(0.0, wait + services.exponential(load) - arrivals.exponential(1));
  }
  return sum / customers;
}

Result<Responses> queue(const Streams& streams) {
  return Responses{{"wait", mean_wait(streams, 0.8, 50)}, {"light", mean_wait(streams, 0.3, 20)}};
}

Result<Responses> one_normal(const Streams& streams) {
  return Responses{{"x", streams("x").normal(3, 2)}};
}

TEST(Replications, AreTheSameOnAnyNumberOfThreads) {
  const Study one = *replicate(queue, {.replications = 1500, .threads = 1});
  for (const int threads : {2, 5}) {
    const Study many = *replicate(queue, {.replications = 1500, .threads = threads});
    EXPECT_TRUE(same_draws(one.values, many.values));
    EXPECT_EQ(estimate(one, "wait")->mean.mean, estimate(many, "wait")->mean.mean);
  }
  const Study other = *replicate(queue, {.replications = 1500, .seed = 2});
  EXPECT_FALSE(same_draws(one.values, other.values));
}

TEST(Replications, AreDrawsInOrder) {
  const Study study = *replicate(queue, {.replications = 30});
  EXPECT_EQ(study.values.names(), (std::vector<std::string>{"wait", "light"}));
  ASSERT_EQ(study.replications(), 30u);
  for (std::uint32_t k = 0; k < 30; ++k) {
    const auto row = study.values.row(0, static_cast<int>(k));
    EXPECT_EQ(row[0], mean_wait(Streams(1, k), 0.8, 50));
    EXPECT_EQ(study.values.column(*study.values.find("replication__"), 0)[k], k);
    EXPECT_EQ(study.values.column(*study.values.find("input__"), 0)[k], -1);
  }
}

// 500 studies of 20 normal values each: the interval is exact, so 475 of them hold the mean.
TEST(Replications, IntervalsOfNormalValuesHoldTheMean) {
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Study study = *replicate(one_normal, {.replications = 20, .threads = 1, .seed = seed});
    held += estimate(study, "x")->mean.has(3);
  }
  EXPECT_GE(held, 460);
  EXPECT_LE(held, 490);
}

/// The exact mean wait of the first customers of M/M/1 at this load of 1: by customers in the
/// system just before an arrival, whose law is a Markov chain. Given k of them, the wait is k mean
/// services.
double exact_mean_wait(double load, int customers) {
  const double p = load / (1 + load);  // the next arrival comes before a service ends
  std::vector<double> law(static_cast<std::size_t>(customers) + 1);
  law[0] = 1;
  double sum = 0;
  for (int n = 0; n < customers; ++n) {
    for (std::size_t k = 0; k < law.size(); ++k) sum += law[k] * static_cast<double>(k) * load;
    std::vector<double> next(law.size());
    for (std::size_t k = 0; k + 1 < law.size(); ++k) {
      double stays = law[k];  // those with k + 1 now, of whom some leave before the next arrives
      for (std::size_t j = k + 1; j > 0; --j) {
        next[j] += stays * p;
        stays *= 1 - p;
      }
      next[0] += stays;
    }
    law = next;
  }
  return sum / customers;
}

// Skewed, and so less than exact.
TEST(Replications, IntervalsOfATransientQueueHoldItsMean) {
  const double truth = exact_mean_wait(0.8, 50);
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Study study = *replicate(queue, {.replications = 60, .threads = 1, .seed = seed});
    held += estimate(study, "wait")->mean.has(truth);
  }
  EXPECT_GE(held, 460);
  EXPECT_LE(held, 490);
}

TEST(Replications, GoOnUntilTheIntervalIsNarrow) {
  ReplicationSettings settings = {.replications = 20, .until = Precision{"x", 0.2}};
  const Study study = *replicate(one_normal, settings);
  EXPECT_FALSE(study.shortfall.has_value());
  EXPECT_LE(estimate(study, "x")->mean.half_width, 0.2);
  // 1.96^2 2^2 / 0.2^2 = 384 are needed; no look is more than a tenth beyond what seemed enough.
  EXPECT_GT(study.replications(), 280u);
  EXPECT_LT(study.replications(), 500u);

  settings.until = Precision{"x", 0.05, true};
  const Study relative = *replicate(one_normal, settings);
  const Estimate x = *estimate(relative, "x");
  EXPECT_LE(x.mean.half_width, 0.05 * x.mean.mean);
  EXPECT_LT(relative.replications(), 900u);  // 1.96^2 2^2 / 0.15^2 = 683
}

TEST(Replications, SayWhatIsLackingWhereTheWidthIsNotReached) {
  const ReplicationSettings settings = {.replications = 20,
                                        .until = Precision{"x", 0.01, false, 100}};
  const Study study = *replicate(one_normal, settings);
  EXPECT_EQ(study.replications(), 100u);
  ASSERT_TRUE(study.shortfall.has_value());
  EXPECT_EQ(study.shortfall->made, 100u);
  EXPECT_NEAR(study.shortfall->enough, 155'000, 50'000);  // (2 1.98 / 0.01)^2
  EXPECT_NE(to_string(*study.shortfall).find("0.01 was wanted"), std::string::npos);
}

// E of u and 1 - u: a linear response of an input by inversion is met exactly by each pair.
TEST(Replications, AntitheticPairsCancelWhatIsLinear) {
  const Scenario model = [](const Streams& streams) -> Result<Responses> {
    const double u = streams("u").uniform();
    return Responses{{"line", 2 * u}, {"square", u * u}};
  };
  const Study study = *replicate(model, {.replications = 400, .antithetic = true});
  EXPECT_EQ(study.block, 2u);
  const Estimate line = *estimate(study, "line");
  EXPECT_EQ(line.mean.count, 200u);
  EXPECT_NEAR(line.mean.mean, 1, 1e-15);
  EXPECT_LT(line.mean.half_width, 1e-15);
  // var u^2 = 4/45; the mean of a pair's squares, 1/2 - u (1 - u), has variance 1/180.
  EXPECT_NEAR(*antithetic_gain(study, "square"), 8, 2);
  EXPECT_NEAR(estimate(study, "square")->mean.sd, std::sqrt(1 / 180.0), 0.006);
}

TEST(Replications, ShareOutATableOfInputs) {
  Draws table({{"a", {2}}}, {}, 2);
  for (int k = 0; k < 8; ++k) {
    table.append(k / 4, 1, std::vector<double>{1.0 * k, 10.0 * k}, {});
  }
  const Scenario model = [](const Replication& replication) -> Result<Responses> {
    return Responses{{"a1", replication.input("a[1]")}, {"a2", replication.input("a[2]")}};
  };
  const Study study = *replicate(model, {.replications = 8, .inputs = &table, .per_draw = 2});
  const std::span<const double> a1 = study.values.column(0, 0);
  EXPECT_EQ(std::vector<double>(a1.begin(), a1.end()),
            (std::vector<double>{0, 0, 4, 4, 2, 2, 6, 6}));
  for (std::size_t k = 0; k < 8; ++k) {
    EXPECT_EQ(study.values.column(1, 0)[k], 10 * a1[k]);
    EXPECT_EQ(study.values.column(3, 0)[k], a1[k]);
  }
  EXPECT_EQ(estimate(study, "a1")->mean.count, 4u);
}

/// M/M/1 as an entity, at a load of 1/2.
struct Server {
  struct Message {
    bool arrives = true;
  };
  TimeWeighted present;
  std::uint32_t arrivals = 0, departures = 0;

  void init(Now<Message>& now) { now.send_self(now.random("gap", 0).exponential(1), {true}); }
  void handle(const Message& message, Now<Message>& now) {
    present.add(now.time(), message.arrives ? 1 : -1);
    if (message.arrives) {
      now.send_self(now.random("gap", ++arrivals).exponential(1), {true});
    }
    const bool begins = present.value() >= 1 && (!message.arrives || present.value() == 1);
    if (begins) now.send_self(now.random("service", departures++).exponential(0.5), {false});
  }
};

Result<Responses> serve(const Replication& replication) {
  constexpr double stop = 500;
  auto run = Sequential<Server>::start({Server{}}, replication.run_until(stop));
  if (!run) return std::unexpected(run.error());
  if (auto done = run->run(stop); !done) return std::unexpected(done.error());
  return Responses{{"present", run->entity(0).present.mean(stop)},
                   {"served", 1.0 * run->entity(0).departures}};
}

// Customers in M/M/1 in the long run: load / (1 - load) = 1; 500 service times later the empty
// beginning is forgotten, but for 1 / 500 or so.
TEST(Replications, OfAnEnginesRuns) {
  const Study study = *replicate(serve, {.replications = 400});
  const MeanInterval present = estimate(study, "present")->mean;
  EXPECT_NEAR(present.mean, 1, 4 * present.sd / 20 + 0.005);
  const Study again = *replicate(serve, {.replications = 400, .threads = 1});
  EXPECT_TRUE(same_draws(study.values, again.values));
  // The number served goes with the sum of the gaps. log u and log (1 - u) have the correlation
  // 1 - pi^2 / 6, so pairs have 0.355 of the variance, which 200 of them tell to about a tenth.
  const Study pairs = *replicate(serve, {.replications = 400, .antithetic = true});
  EXPECT_NEAR(*antithetic_gain(pairs, "served"), 1 / 0.355, 4 * 0.3);
  EXPECT_GT(*antithetic_gain(pairs, "present"), 1.2);
}

TEST(Replications, AFailureIsNamedAndLosesNothingElse) {
  const Scenario model = [](const Replication& replication) -> Result<Responses> {
    if (replication.number == 3) return std::unexpected(Error{"door", "open", "shut", "open it"});
    if (replication.number == 5) throw std::runtime_error("no more beds");
    if (replication.number == 7) return Responses{{"x", nan}};
    if (replication.number == 9) return Responses{{"y", 1}};
    if (replication.number == 11) return Responses{{"x", 1}, {"y", 1}};
    return Responses{{"x", 1.0 * replication.number}};
  };
  const Study study = *replicate(model, {.replications = 20});
  EXPECT_EQ(study.replications(), 15u);
  ASSERT_EQ(study.failures.size(), 5u);
  EXPECT_EQ(study.failures[0].error.where, "replication 3: door");
  EXPECT_EQ(study.failures[1].error.found, "an exception: no more beds");
  EXPECT_EQ(study.failures[2].error.where, "replication 7: response \"x\"");
  EXPECT_EQ(study.failures[2].error.found, "nan");
  EXPECT_EQ(study.failures[3].error.expected, "response \"x\", as in the first replication");
  EXPECT_EQ(study.failures[4].error.found, "\"y\"");
  EXPECT_EQ(estimate(study, "x")->mean.count, 15u);
  EXPECT_EQ(block_means(study, 0, 2).numbers, (std::vector<std::uint32_t>{0, 6, 7, 8, 9}));
  EXPECT_EQ(block_means(study, 0, 2).means, (std::vector<double>{0.5, 12.5, 14.5, 16.5, 18.5}));
}

TEST(Replications, MayShowNoneOfWhatMayLack) {
  const Scenario model = [](const Replication& replication) -> Result<Responses> {
    const bool comes = replication.number % 5 != 0;
    return Responses{{"wait", comes ? 1.0 * replication.number : nan, true}, {"came", 1.0 * comes}};
  };
  const Study study = *replicate(model, {.replications = 10});
  EXPECT_TRUE(study.failures.empty());
  const Estimate wait = *estimate(study, "wait");
  EXPECT_EQ(wait.lacking, 2u);
  EXPECT_EQ(wait.mean.count, 8u);
  EXPECT_EQ(wait.mean.mean, 5);
  EXPECT_EQ(wait.least, 1);
  EXPECT_EQ(estimate(study, "came")->mean.count, 10u);
  EXPECT_EQ(block_means(study, 0, 2).numbers, (std::vector<std::uint32_t>{1, 3, 4}));
  const Scenario infinite = [](const Streams&) { return Responses{{"x", HUGE_VAL, true}}; };
  EXPECT_EQ(replicate(infinite).error().found, "inf");
}

// A rule that stops at narrow intervals chooses those of small spread: it covers a little less.
TEST(Replications, IntervalsThatWereWaitedForHoldTheMean) {
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Study study = *replicate(
        one_normal, {.replications = 20, .threads = 1, .seed = seed, .until = Precision{"x", 0.5}});
    held += estimate(study, "x")->mean.has(3);
  }
  EXPECT_GE(held, 460);
  EXPECT_LE(held, 490);
}

TEST(Replications, BadSettingsAreErrors) {
  const auto where = [](const ReplicationSettings& settings) {
    const Result<Study> study = replicate(one_normal, settings);
    return study ? "nothing" : study.error().where;
  };
  EXPECT_EQ(where({.replications = 0}), "replications");
  EXPECT_EQ(where({.threads = -1}), "threads");
  EXPECT_EQ(where({.level = 0}), "level");
  EXPECT_EQ(where({.level = 1}), "level");
  EXPECT_EQ(where({.level = nan}), "level");
  EXPECT_EQ(where({.replications = 5, .antithetic = true}), "replications");
  EXPECT_EQ(where({.per_draw = 0}), "per_draw");
  EXPECT_EQ(where({.per_draw = 2}), "per_draw");
  EXPECT_EQ(where({.until = Precision{"y", 1}}), "response");
  EXPECT_EQ(where({.until = Precision{"x", 0}}), "until.half_width");
  EXPECT_EQ(where({.until = Precision{"x", nan}}), "until.half_width");
  EXPECT_EQ(where({.replications = 50, .until = Precision{"x", 1, false, 40}}), "until.most");
  EXPECT_EQ(where({.replications = 1, .until = Precision{"x", 1}}), "replications");
  Draws table({{"a", {}}}, {}, 1);
  table.append(0, 3, std::vector<double>{1, 2, 3}, {});
  EXPECT_EQ(where({.replications = 4, .inputs = &table}), "inputs");
  EXPECT_EQ(where({.replications = 3, .inputs = &table}), "nothing");
}

TEST(Replications, AModelThatNeverWorksIsAnError) {
  const auto error_of = [](const Scenario& model) { return replicate(model).error(); };
  EXPECT_EQ(error_of([](const Streams&) { return Responses{{"x", nan}}; }).where,
            "replication 0: response \"x\"");
  EXPECT_EQ(error_of([](const Streams&) { return Responses{}; }).found, "none");
  EXPECT_EQ(error_of([](const Streams&) { return Responses{{"x", 1}, {"x", 2}}; }).found, "\"x\"");
  EXPECT_EQ(error_of([](const Replication& r) { return Responses{{"x", r.input("a")}}; }).where,
            "replication 0: input \"a\"");
}

TEST(Replications, StopWhenAskedAndKeepWhatIsMade) {
  const CancelSource source;
  const Scenario model = [&](const Replication& replication) {
    if (replication.number == 4) source.request();
    return Responses{{"x", 1.0}};
  };
  const Study study = *replicate(model, {.threads = 1, .cancel = source.token()});
  EXPECT_TRUE(study.cancelled);
  EXPECT_EQ(study.replications(), 5u);
}

// Tables of Student and Fisher, to the digits that they are printed with.
TEST(Interval, QuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(student_quantile(0.975, 1), 12.7062047, 1e-7);
  EXPECT_NEAR(student_quantile(0.975, 10), 2.2281389, 1e-7);
  EXPECT_NEAR(student_quantile(0.995, 4), 4.6040949, 1e-7);
  EXPECT_NEAR(student_quantile(0.975, 1e6), 1.9599664, 1e-5);
  EXPECT_NEAR(student_quantile(0.025, 10), -2.2281389, 1e-7);
  EXPECT_EQ(student_quantile(0.5, 3), 0);
  EXPECT_NEAR(fisher_quantile(0.95, 1, 10), 4.9646027, 1e-6);
  EXPECT_NEAR(fisher_quantile(0.95, 5, 2), 19.296410, 1e-5);
  EXPECT_NEAR(fisher_quantile(0.05, 2, 5), 1 / 19.296410, 1e-7);
}

TEST(Interval, OfAKnownSample) {
  const double values[] = {1, 2, 3, 4};
  const MeanInterval mean = t_interval(values, 0.95);
  EXPECT_EQ(mean.mean, 2.5);
  EXPECT_DOUBLE_EQ(mean.sd, std::sqrt(5 / 3.0));
  EXPECT_NEAR(mean.half_width, 3.1824463 * std::sqrt(5 / 12.0), 1e-7);
  EXPECT_TRUE(std::isnan(t_interval({values, 1}, 0.95).half_width));
}

}  // namespace
}  // namespace tyche::simulation
