// Laws of all flows, on random ones: nothing is lost, Little's law, the same run again.
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/simulation/engines/sequential.hpp"
#include "tyche/simulation/flows/random_test.hpp"
#include "tyche/simulation/flows/test.hpp"

namespace tyche::simulation::flows {
namespace {

constexpr std::uint32_t flows_tried = 60;
constexpr double stop = 300;

Program compiled(const Flow& flow, double warmup = 0) {
  auto program = compile(flow, 3, warmup);
  EXPECT_TRUE(program) << to_string(program.error()) << "\n";
  return std::move(*program);
}

Sequential<Place> started(const Program& program) {
  auto run = Sequential<Place>::start(places(program), {.stop = stop, .seed = 3});
  EXPECT_TRUE(run) << to_string(run.error());
  return std::move(*run);
}

void go_on(Sequential<Place>& run, double to) {
  const auto done = run.run(to);
  EXPECT_TRUE(done) << to_string(done.error());
}

FlowReport told(const Program& program, const Sequential<Place>& run) {
  std::vector<Place> all;
  for (EntityId k = 0; k < program.places.size(); ++k) all.push_back(run.entity(k));
  return report_of(program, std::move(all), run.report(), stop);
}

/// Those inside are those that wait at places and those on their way in events; each source has
/// one more event, its next token.
TEST(FlowLaw, NothingIsLost) {
  for (std::uint32_t k = 0; k < flows_tried; ++k) {
    const Flow flow = random_flow(k, true);
    const Program program = compiled(flow);
    Sequential<Place> run = started(program);
    go_on(run, stop);
    std::uint64_t sources = 0, here = run.report().pending;
    for (EntityId p = 0; p < program.places.size(); ++p) {
      sources += program.places[p].births.size();
      here += run.entity(p).waiting();
    }
    double inside = 0;
    for (const ClassReport& each : told(program, run).classes) {
      inside += each.inside_at_end;
      EXPECT_EQ(double(each.arrived + each.copied) - double(each.merged + each.time.count()),
                each.inside_at_end)
          << k;
    }
    EXPECT_EQ(inside, double(here - sources)) << k;
    EXPECT_GT(run.report().events, 100u) << k;
  }
}

/// The area under the queue's length is the sum of all waits, also of those still waiting.
TEST(FlowLaw, Little) {
  for (std::uint32_t k = 0; k < flows_tried; ++k) {
    const Flow flow = random_flow(k);
    const Program program = compiled(flow);
    Sequential<Place> run = started(program);
    go_on(run, stop);
    for (EntityId p = 0; p < flow.resources.size(); ++p) {
      const Station& station = run.entity(p).station();
      double waits = station.wait.sum();
      for (const Waiting& each : station.queue.items()) waits += stop - each.since;
      EXPECT_NEAR(station.length.area(stop), waits, 1e-9 * (1 + waits)) << k << " at " << p;
    }
  }
}

TEST(FlowLaw, ASeedIsARun) {
  for (std::uint32_t k = 0; k < flows_tried; ++k) {
    const Flow flow = random_flow(k);
    const FlowReport one = run(flow, {.run = {.stop = stop, .seed = 3}});
    const FlowReport same = run(flow, {.run = {.stop = stop, .seed = 3}});
    const FlowReport other = run(flow, {.run = {.stop = stop, .seed = 4}});
    EXPECT_EQ(one.run.trace_hash, same.run.trace_hash);
    EXPECT_NE(one.run.trace_hash, other.run.trace_hash);
    EXPECT_EQ(to_text(one), to_text(same));
  }
}

TEST(FlowLaw, ABranchGoesOnAsTheRunDoes) {
  for (std::uint32_t k = 0; k < flows_tried; ++k) {
    const Program program = compiled(random_flow(k), 50);
    Sequential<Place> whole = started(program);
    go_on(whole, stop / 3);
    Sequential<Place> branch = whole;
    go_on(whole, stop);
    go_on(branch, stop / 2);
    go_on(branch, stop);
    EXPECT_EQ(whole.report().trace_hash, branch.report().trace_hash) << k;
    EXPECT_EQ(to_text(told(program, whole)), to_text(told(program, branch))) << k;
  }
}

TEST(FlowLaw, ASavedRunGoesOnAsItWould) {
  for (std::uint32_t k = 0; k < flows_tried; ++k) {
    const Program program = compiled(random_flow(k), 50);
    Sequential<Place> whole = started(program);
    go_on(whole, stop / 3);
    const Bytes saved = whole.save();
    auto resumed = Sequential<Place>::resume(saved, places(program));
    ASSERT_TRUE(resumed) << to_string(resumed.error());
    EXPECT_EQ(resumed->save(), saved) << k;
    go_on(whole, stop);
    go_on(*resumed, stop);
    EXPECT_EQ(whole.report(), resumed->report()) << k;
    EXPECT_EQ(to_text(told(program, whole)), to_text(told(program, *resumed))) << k;
  }
}

TEST(FlowLaw, ASavedRunOfAnotherFlowIsRefused) {
  const Program one = compiled(random_flow(1)), other = compiled(random_flow(2));
  Sequential<Place> run = started(one);
  EXPECT_FALSE(Sequential<Place>::resume(run.save(), places(other)));
}

/// One barber; from 5 on, if there are three: at 10, their next event, all who wait are served.
TEST(FlowLaw, ABranchIntoAWhatIf) {
  const auto shop = [](std::uint32_t barbers, double cut) {
    Flow flow;
    flow.resource("barber", barbers);
    flow.arrive_at("customer", {0, 1, 2, 3}).seize("barber").hold(cut).release("barber").depart();
    return flow;
  };
  const Program as_it_is = compiled(shop(1, 10)), what_if = compiled(shop(3, 20));
  Sequential<Place> run = started(as_it_is);
  go_on(run, 5);
  auto branch = Sequential<Place>::resume(run.save(), places(what_if));
  ASSERT_TRUE(branch) << to_string(branch.error());
  go_on(run, stop);
  go_on(*branch, stop);
  EXPECT_EQ(run.entity(0).time_in_system(0, 0).most(), 40 - 3);
  EXPECT_EQ(branch->entity(0).time_in_system(0, 0).most(), 30 - 1);
  EXPECT_EQ(branch->entity(0).station().units.mean(stop), (10 * 1 + (stop - 10) * 3) / stop);
}

/// Engines are added here.
constexpr Engine engines[] = {Engine::conservative, Engine::time_warp, Engine::check};

TEST(FlowLaw, EveryEngineGivesTheSameRun) {
  for (std::uint32_t k = 0; k < flows_tried / 2; ++k) {
    const Flow flow = random_flow(k);
    RunSettings settings{.stop = stop / 3, .seed = 3, .threads = 2};
    const FlowReport expected = run(flow, {.run = settings, .warmup = 20});
    for (const Engine engine : engines) {
      settings.engine = engine;
      const FlowReport found = run(flow, {.run = settings, .warmup = 20});
      EXPECT_EQ(found.run, expected.run) << k << ", engine " << int(engine);
      EXPECT_EQ(to_text(found), to_text(expected)) << k << ", engine " << int(engine);
    }
  }
}

/// Stations that lie a transport apart can be run side by side that far ahead.
TEST(FlowLaw, LookaheadIsTheShortestWay) {
  Flow flow;
  flow.resource("a", 1).resource("b", 1);
  flow.arrive("part", exponential(1)).label("again").seize("a").hold(exponential(0.5)).release("a");
  flow.transport("b", uniform(2, 3)).seize("b").hold(exponential(0.4)).release("b");
  flow.transport("a", 0.5 + exponential(1)).route({{"again", 0.2}, {"out", 0.8}});
  flow.label("out").depart();
  EXPECT_EQ(compiled(flow).lookahead, 0);  // from b's side the routing goes to a at once
  Flow two;
  two.resource("a", 1).resource("b", 1);
  two.arrive("part", exponential(1)).seize("a").hold(exponential(0.5)).release("a");
  two.transport("b", uniform(2, 3)).seize("b").hold(exponential(0.4)).release("b").depart();
  EXPECT_EQ(compiled(two).lookahead, 2);
  RunSettings settings{.stop = 500, .seed = 3, .threads = 2};
  const FlowReport expected = run(two, {.run = settings});
  for (const Engine engine : engines) {
    settings.engine = engine;
    EXPECT_EQ(run(two, {.run = settings}).run, expected.run) << int(engine);
  }
}

/// A token and its copies wait for the last of them: the mean of the greatest of 4 exponentials.
TEST(FlowLaw, CombineWaitsForAllCopies) {
  Flow flow;
  flow.arrive("part", exponential(1)).split(3, "copy").hold(exponential(1)).combine().depart();
  flow.label("copy").hold(exponential(1)).combine();
  const FlowReport report = run(flow, {.run = {.stop = 40'000}});
  const ClassReport& part = class_of(report, "part");
  const double error = part.time.sd() / std::sqrt(double(part.time.count()));
  EXPECT_NEAR(part.time.mean(), 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0, 4 * error);
  EXPECT_NEAR(double(part.arrived), double(part.time.count()), 40);
  EXPECT_EQ(part.copied, 3 * part.arrived);
}

/// Members of a temporary batch come back as they were; those of a permanent one are one.
TEST(FlowLaw, BatchAndSplit) {
  Flow flow;
  flow.arrive("part", 1, 12).assign("number", time_now());
  flow.batch(3, BatchKind::temporary).hold(10).batch(2, BatchKind::temporary).hold(1).split();
  flow.split().hold(attribute("number")).batch(4).depart();
  const FlowReport report = run(flow, {.run = {.stop = 1000}});
  const ClassReport& part = class_of(report, "part");
  EXPECT_EQ(part.merged, 9u);
  EXPECT_EQ(part.time.count(), 3u);
  EXPECT_EQ(part.inside_at_end, 0);
  // Born at 1 to 12; carriers of 3 go at 3, 6, 9, 12 and come at 13 to 22; two carriers go on at 16
  // and 22 and give back 6 parts each at 17 and 23, which then hold for their numbers: at 18 to 23
  // and at 30 to 35 one each. A batch of 4 goes when its fourth is there.
  EXPECT_EQ(part.time.least(), 21 - 1);
  EXPECT_EQ(part.time.most(), 35 - 9);
}

TEST(FlowLaw, PartsAreAssembled) {
  Flow flow;
  flow.arrive("frame", 10, 5).go("line");
  flow.arrive("wheel", 1, 40).go("line");
  flow.label("line").combine({{"frame", 1}, {"wheel", 4}}).depart();
  const FlowReport report = run(flow, {.run = {.stop = 1000}});
  EXPECT_EQ(class_of(report, "frame").time.count(), 5u);
  EXPECT_EQ(class_of(report, "frame").time.most(), 0);  // wheels were there before
  EXPECT_EQ(class_of(report, "wheel").merged, 20u);
  EXPECT_EQ(class_of(report, "wheel").inside_at_end, 20);
}

TEST(FlowLaw, VehiclesComeBackEmpty) {
  Flow flow;
  flow.resource("truck", 1);
  flow.arrive("box", 0, 3).transport("store", 4, "truck", 2).depart();
  const FlowReport report = run(flow, {.run = {.stop = 100}});
  EXPECT_EQ(class_of(report, "box").time.most(), 4 + 2 + 4 + 2 + 4);
  EXPECT_EQ(resource_of(report, "truck").in_use * 100, 18);
}

/// A step inserted before another changes none of the other's numbers.
TEST(FlowLaw, VariantsSeeTheSameLuck) {
  const auto mean_time = [](bool walk, bool serve) {
    Flow flow;
    flow.arrive("customer", exponential(1), 1000);
    if (walk) flow.hold(exponential(1), "walk");
    if (serve) flow.hold(exponential(5), "serve");
    flow.depart();
    return class_of(run(flow, {.run = {.stop = 1e5}}), "customer").time.mean();
  };
  EXPECT_NEAR(mean_time(true, true), mean_time(true, false) + mean_time(false, true), 1e-9);
}

/// Warm-up forgets what was before it, and nothing after.
TEST(FlowLaw, WarmupForgets) {
  Flow flow;
  flow.resource("server", 1);
  flow.arrive_at("customer", {0, 1, 50, 60}).seize("server").hold(4).release("server").depart();
  const FlowReport report = run(flow, {.run = {.stop = 100}, .warmup = 40});
  EXPECT_EQ(class_of(report, "customer").time.count(), 2u);
  EXPECT_EQ(class_of(report, "customer").arrived, 2u);
  EXPECT_EQ(resource_of(report, "server").in_use * 60, 8);
  EXPECT_EQ(resource_of(report, "server").wait.most(), 0);
}

/// Tokens that run in a circle at one instant end the run with an Error, not the process.
TEST(FlowLaw, WhatIsNoNumberOrdersAndDecidesNothing) {
  const Expression none = 0 / (Expression(attribute("zero")) * 1);
  for (const int use : {0, 1, 2}) {
    Flow flow;
    flow.resource("desk", 1).arrive("customer", 1).assign("zero", 0);
    if (use == 0) flow.assign("x", none);
    if (use == 1) flow.decide(none, "on").label("on");
    flow.seize("desk", 1, use == 2 ? none : Expression(0)).hold(3).release("desk").depart();
    const auto report = simulate(flow, {.run = {.stop = 10}});
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().found.find("gave no number"), std::string::npos)
        << to_string(report.error());
  }
}

TEST(FlowLaw, CirclesWithoutTimeAreFound) {
  Flow flow;
  flow.arrive("token", 0, 1).label("again").assign("n", 1).go("again");
  const auto report = simulate(flow, {.run = {.stop = 1, .most_depth = 100}});
  ASSERT_FALSE(report);
  EXPECT_NE(to_string(report.error()).find("without delay"), std::string::npos);
  EXPECT_FALSE(simulate(flow, {.run = {.stop = 1}}));  // soon by default, too
}

}  // namespace
}  // namespace tyche::simulation::flows
