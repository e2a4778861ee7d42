// Flows whose answers are known: within 4 standard errors of independent replications.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

#include "tyche/simulation/flows/test.hpp"

namespace tyche::simulation::flows {
namespace {

struct Known {
  std::string what;
  std::function<double(const FlowReport&)> shown;
  double expected = 0;
};

void expect(const Flow& flow, double stop, double warmup, const std::vector<Known>& all) {
  constexpr std::uint32_t replications = 12;
  const auto program = compile(flow, 7, warmup);
  ASSERT_TRUE(program) << to_string(program.error());
  std::vector<Tally> tallies(all.size());
  for (std::uint32_t r = 0; r < replications; ++r) {
    const auto report = simulate(*program, {.stop = stop, .seed = 7, .replication = r});
    ASSERT_TRUE(report) << to_string(report.error());
    for (std::size_t k = 0; k < all.size(); ++k) tallies[k].add(all[k].shown(*report));
  }
  for (std::size_t k = 0; k < all.size(); ++k) {
    const double error = tallies[k].sd() / std::sqrt(double(replications));
    EXPECT_NEAR(tallies[k].mean(), all[k].expected, 4 * error) << all[k].what;
    EXPECT_LT(error, 0.05 * all[k].expected) << all[k].what << ": too few runs to tell";
  }
}

Known utilisation(const std::string& of, double expected) {
  return {of + " utilisation",
          [of](const FlowReport& report) { return resource_of(report, of).utilisation; }, expected};
}
Known queue_length(const std::string& of, double expected) {
  return {of + " queue", [of](const FlowReport& report) { return resource_of(report, of).queue; },
          expected};
}
/// In the queue and in service.
Known number_at(const std::string& of, double expected) {
  return {"number at " + of,
          [of](const FlowReport& report) {
            const ResourceReport& resource = resource_of(report, of);
            return resource.queue + resource.in_use;
          },
          expected};
}
Known wait(const std::string& of, double expected) {
  return {of + " wait",
          [of](const FlowReport& report) { return resource_of(report, of).wait.mean(); }, expected};
}
Known time_in_system(const std::string& of, double expected) {
  return {of + " time", [of](const FlowReport& report) { return class_of(report, of).time.mean(); },
          expected};
}

/// The probability of waiting at c servers offered a erlangs.
double erlang_c(int c, double a) {
  double blocked = 1;
  for (int k = 1; k <= c; ++k) blocked = a * blocked / (k + a * blocked);
  return blocked / (1 - (a / c) * (1 - blocked));
}

TEST(FlowKnown, Mm1) {
  for (const double load : {0.3, 0.7}) {
    expect(
        station(1, 1, exponential(load)), 20'000, 500,
        {utilisation("server", load), queue_length("server", load * load / (1 - load)),
         wait("server", load * load / (1 - load)), time_in_system("customer", load / (1 - load))});
  }
}

TEST(FlowKnown, Mmc) {
  constexpr int servers = 4;
  constexpr double offered = 3.2;
  const double delayed = erlang_c(servers, offered);
  expect(station(servers, 1, exponential(offered)), 30'000, 500,
         {utilisation("server", offered / servers),
          wait("server", delayed * offered / (servers - offered)),
          queue_length("server", delayed * offered / (servers - offered))});
}

/// Pollaczek and Khinchine: E W = lambda E S^2 / (2 (1 - rho)).
TEST(FlowKnown, Mg1) {
  const auto known = [](double second) { return second / (2 * (1 - 0.6)); };
  expect(station(1, 1, 0.6), 20'000, 500, {wait("server", known(0.36))});
  expect(station(1, 1, uniform(0, 1.2)), 20'000, 500, {wait("server", known(0.48))});
  expect(station(1, 1, erlang(3, 0.6)), 20'000, 500, {wait("server", known(0.48))});
  expect(station(1, 1, exponential(0.3) + 0.3), 20'000, 500, {wait("server", known(0.45))});
}

/// Customers who find 4 in the system go away.
TEST(FlowKnown, BalkingIsMm1k) {
  constexpr double load = 0.8;
  Flow flow;
  flow.resource("server", 1);
  flow.arrive("customer", exponential(1)).decide(queue("server") < 3, "in").depart("balked");
  flow.label("in").seize("server").hold(exponential(load)).release("server").depart("served");
  double sum = 0, inside = 0;
  for (int n = 0; n <= 4; ++n) sum += std::pow(load, n);
  for (int n = 0; n <= 4; ++n) inside += n * std::pow(load, n) / sum;
  const double lost = std::pow(load, 4) / sum;
  const auto share = [](const FlowReport& report) {
    const ClassReport& customer = class_of(report, "customer");
    for (const ExitReport& exit : customer.exits) {
      if (exit.name == "balked") return double(exit.time.count()) / double(customer.time.count());
    }
    return 0.0;
  };
  expect(flow, 20'000, 500,
         {number_at("server", inside),
          utilisation("server", load * (1 - lost)),
          {"share that balked", share, lost}});
}

/// Jackson 1957: stations with feedback are as if each were alone at its share of the traffic.
TEST(FlowKnown, JacksonNetwork) {
  Flow flow;
  flow.resource("a", 1).resource("b", 2).resource("c", 1);
  flow.arrive("job", exponential(1)).label("start");
  flow.seize("a").hold(exponential(0.5)).release("a").route({{"b", 0.6}, {"c", 0.4}});
  flow.label("b").seize("b").hold(exponential(1.5)).release("b");
  flow.route({{"start", 0.25}, {"out", 0.75}});
  flow.label("c").seize("c").hold(exponential(0.9)).release("c").go("out");
  flow.label("out").depart();
  const double a = 1 / (1 - 0.6 * 0.25), b = 0.6 * a, c = 0.4 * a;  // visits
  const auto mm1 = [](double load) { return load / (1 - load); };
  const double at_b = b * 1.5 + erlang_c(2, b * 1.5) * (b * 1.5) / (2 - b * 1.5);
  expect(flow, 20'000, 500,
         {number_at("a", mm1(a * 0.5)), number_at("b", at_b), number_at("c", mm1(c * 0.9)),
          time_in_system("job", mm1(a * 0.5) + at_b + mm1(c * 0.9))});
}

/// Gordon and Newell 1967, by mean value analysis (Reiser and Lavenberg 1980).
TEST(FlowKnown, ClosedNetwork) {
  constexpr std::uint64_t tokens = 6;
  constexpr std::array<double, 3> demands = {1.0, 0.6 * 1.2, 0.4 * 2.0};  // visits times service
  std::array<double, 3> number = {};
  double throughput = 0;
  for (std::uint64_t n = 1; n <= tokens; ++n) {
    std::array<double, 3> time;
    double cycle = 0;
    for (std::size_t k = 0; k < 3; ++k) cycle += time[k] = demands[k] * (1 + number[k]);
    throughput = double(n) / cycle;
    for (std::size_t k = 0; k < 3; ++k) number[k] = throughput * time[k];
  }
  Flow flow;
  flow.resource("a", 1).resource("b", 1).resource("c", 1);
  flow.arrive("pallet", 0, tokens).label("start");
  flow.seize("a").hold(exponential(1)).release("a").route({{"b", 0.6}, {"c", 0.4}});
  flow.label("b").seize("b").hold(exponential(1.2)).release("b").go("start");
  flow.label("c").seize("c").hold(exponential(2)).release("c").go("start");
  expect(flow, 20'000, 500,
         {number_at("a", number[0]), number_at("b", number[1]), number_at("c", number[2]),
          utilisation("a", throughput)});
}

/// Machines that run, break and wait for one of some repairers.
TEST(FlowKnown, MachineRepair) {
  constexpr int machines = 7, repairers = 2;
  constexpr double ratio = 0.3;  // repair time over running time
  Flow flow;
  flow.resource("repairer", repairers);
  flow.arrive("machine", 0, machines).label("runs").hold(exponential(1));
  flow.seize("repairer").hold(exponential(ratio)).release("repairer").go("runs");
  std::array<double, machines + 1> weight = {1};
  double sum = 1, broken = 0, busy = 0;
  for (int n = 1; n <= machines; ++n) {
    weight[std::size_t(n)] =
        weight[std::size_t(n - 1)] * ratio * (machines - n + 1) / std::min(n, repairers);
    sum += weight[std::size_t(n)];
  }
  for (int n = 1; n <= machines; ++n) {
    broken += n * weight[std::size_t(n)] / sum;
    busy += std::min(n, repairers) * weight[std::size_t(n)] / sum;
  }
  expect(flow, 20'000, 500,
         {number_at("repairer", broken), utilisation("repairer", busy / repairers)});
}

/// Two classes at one server, without preemption: Cobham 1954.
TEST(FlowKnown, Priorities) {
  constexpr double first = 0.3, second = 0.4;  // loads; services are of mean 1
  Flow flow;
  flow.resource("server", 1);
  flow.arrive("urgent", exponential(1 / first)).assign("rank", 1).go("in");
  flow.arrive("other", exponential(1 / second)).assign("rank", 2).go("in");
  flow.label("in").seize("server", 1, attribute("rank")).hold(exponential(1)).release("server");
  flow.depart();
  const double residual = first + second;  // of an exponential: its mean
  expect(flow, 60'000, 500,
         {time_in_system("urgent", residual / (1 - first) + 1),
          time_in_system("other", residual / ((1 - first) * (1 - first - second)) + 1)});
}

/// Arrivals at a rate that changes, to as many servers as needed: the number there is known, too.
TEST(FlowKnown, ArrivalsByAProfile) {
  Flow flow;
  flow.arrive_by("call", {{{0, 2}, {8, 10}, {16, 0}}, 24}).hold(exponential(0.5)).depart();
  const auto arrived = [](const FlowReport& report) {
    return double(class_of(report, "call").arrived);
  };
  expect(flow, 24 * 40, 0, {{"arrivals", arrived, 40 * (8 * 2 + 8 * 10)}});
}

/// Half of the day nobody serves: deterministic, so exact.
TEST(FlowKnown, Shifts) {
  Flow flow;
  flow.resource("nurse", 2).schedule("nurse", {{0, 2}, {10, 0}}, 20);
  flow.arrive("patient", 5, 100).seize("nurse").hold(4).release("nurse").depart();
  const FlowReport report = run(flow, {.run = {.stop = 40}});
  const ResourceReport& nurse = resource_of(report, "nurse");
  EXPECT_EQ(nurse.capacity, 1);
  // Those of 10 and 15 wait till 20, when the nurses come back, and that of 20 till 24; those of 30
  // and 35 wait at the end.
  EXPECT_EQ(nurse.wait.count(), 5u);
  EXPECT_EQ(nurse.wait.sum(), 10 + 5 + 4);
  EXPECT_EQ(nurse.longest_queue, 2);
}

}  // namespace
}  // namespace tyche::simulation::flows
