#include "tyche/simulation/flows/json.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tyche/simulation/flows/check.hpp"
#include "tyche/simulation/flows/random_test.hpp"

namespace tyche::simulation::flows {
namespace {

void expect_round_trip(const Flow& flow) {
  const std::string text = to_json(flow);
  const auto read = parse_flow(text, "flow.json");
  ASSERT_TRUE(read) << to_string(read.error()) << "\n" << text;
  EXPECT_EQ(*read, flow) << text;
  EXPECT_EQ(to_json(*read), text);
}

TEST(FlowJson, ReadsBackWhatItWrote) {
  for (std::uint32_t k = 0; k < 200; ++k) expect_round_trip(random_flow(k));
}

TEST(FlowJson, EveryFieldReadsBack) {
  Flow flow{.about = "every \"field\"\n"};
  flow.resource("r/~1", 3).schedule("r/~1", {{0, 1}, {0.1, 3}}, 24.5);
  flow.arrive("a", exponential(1.0 / 3), 7).seize("r/~1", 2, attribute("x") * -1 + 1e-300);
  flow.hold(0.1, "h").release("r/~1", 2).route({{"l", 0.1}, {"m", 0.9}}, "toss").go("l");
  flow.arrive_by("b", {{{0, 0.5}}, 0}, 3).arrive_at("c", {0, 0.25, 1e9});
  flow.decide(!(queue("r/~1") < 3 && free_units("r/~1") >= 1), "l", "m", "which");
  flow.batch(4, BatchKind::temporary).batch(4).split().split(2, "l", "copy").combine();
  flow.combine({{"a", 2}, {"b", 1}}).assign("x", age() / (time_now() - 3), "set");
  flow.transport("store", uniform(1, 2), "r/~1", triangular(1, 2, 3));
  flow.label("l").label("m").depart("gone");
  for (const Expression& e :
       {normal(0, 1), lognormal(0, 1), weibull(1, 2), erlang(3, 1), gamma(1, 2), beta(1, 2),
        poisson(3), binomial(4, 0.5), equal(1, 2), minimum(1, 2), maximum(1, 2),
        Expression(1) || Expression(0), Expression(1) <= Expression(2),
        Expression(1) > Expression(2), Expression(2) * Expression(-0.0)}) {
    flow.hold(e);
  }
  expect_round_trip(flow);
}

/// What stands in json.hpp.
TEST(FlowJson, ReadsTheFormsOfItsHeader) {
  const auto read = parse_flow(R"({
    "about": "a barber's shop",
    "resources": {"barber": 1},
    "schedules": [{"schedule": "barber", "capacity": [[0, 1], [8, 0]], "period": 24}],
    "steps": [
      {"arrive": "customer", "every": {"exponential": 18}, "limit": 1000},
      {"seize": "barber", "units": 1, "priority": 0},
      {"hold": {"exponential": 16}, "name": "cut"},
      {"release": "barber"},
      {"depart": "out"}
    ]})",
                               "flow.json");
  ASSERT_TRUE(read) << to_string(read.error());
  Flow flow{.about = "a barber's shop"};
  flow.resource("barber", 1).schedule("barber", {{0, 1}, {8, 0}}, 24);
  flow.arrive("customer", exponential(18), 1000).seize("barber");
  flow.hold(exponential(16), "cut").release("barber").depart();
  EXPECT_EQ(*read, flow);
}

TEST(FlowJson, ReadsTheFactory) {
  const auto factory = read_flow(TYCHE_TEST_DATA "/../examples/factory.json");
  ASSERT_TRUE(factory) << to_string(factory.error());
  expect_round_trip(*factory);
  const auto checked = check(*factory);
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_TRUE(checked->warnings.empty());
  const double again = 1 / (1 - 0.125);  // visits of a wafer to the coater and on
  EXPECT_NEAR(checked->loads[3].load, again / 10 * 6 * std::tgamma(1.5), 1e-12);
}

/// Text that was damaged is read, or refused in words; a check of it ends, too.
TEST(FlowJson, BearsAnyText) {
  Random random = Streams(5)("damage");
  const std::string bytes = "{}[]\",:0123456789.-eE \\\x80\xff";
  int accepted = 0;
  for (std::uint32_t k = 0; k < 3000; ++k) {
    std::string text = to_json(random_flow(k % 50));
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      const std::size_t at = random.below(text.size());
      if (random.bernoulli(0.5)) {
        text[at] = bytes[random.below(bytes.size())];
      } else {
        text.erase(at, random.below(20));
      }
    }
    const auto flow = parse_flow(text, "flow.json");
    if (!flow) {
      EXPECT_FALSE(flow.error().expected.empty());
      EXPECT_FALSE(flow.error().found.empty());
    } else if (check(*flow)) {
      ++accepted;
    }
  }
  EXPECT_GT(accepted, 0);
}

TEST(FlowCheck, LoadsAreThoseOfTheTrafficEquations) {
  Flow flow;
  flow.resource("a", 1).resource("b", 2).resource("truck", 1);
  flow.arrive("job", exponential(2)).label("start").seize("a").hold(uniform(0, 1)).release("a");
  flow.route({{"b", 0.6}, {"out", 0.4}});
  flow.label("b").seize("b", 2).hold(gamma(2, 0.7)).release("b", 2).go("start");
  flow.label("out").batch(5).transport("store", 3, "truck", exponential(1)).split(4, "end");
  flow.label("end").seize("a").hold(0.1).release("a").depart();
  const auto checked = check(flow);
  ASSERT_TRUE(checked) << to_string(checked.error());
  const double a = 0.5 / (1 - 0.6), b = 0.6 * a;
  EXPECT_NEAR(checked->loads[0].load, a * 0.5 + (0.4 * a / 5 * 5) * 0.1, 1e-12);
  EXPECT_NEAR(checked->loads[1].load, b * 1.4, 1e-12);
  EXPECT_NEAR(checked->loads[2].load, 0.4 * a / 5 * 4, 1e-12);
}

TEST(FlowCheck, WarnsOfALoadOfOneOrMoreWithTheNumber) {
  Flow flow;
  flow.resource("barber", 1).resource("till", 1);
  flow.arrive("customer", exponential(10)).seize("barber").hold(exponential(16));
  flow.release("barber").seize("till").hold(1).release("till").depart();
  const auto checked = check(flow);
  ASSERT_TRUE(checked);
  ASSERT_EQ(checked->warnings.size(), 1u);
  EXPECT_NE(checked->warnings[0].find("barber has a load of 1.6"), std::string::npos);
}

/// A queue that turns people away is never too long: what a decide lets in is not known.
TEST(FlowCheck, DoesNotWarnBehindADecide) {
  Flow flow;
  flow.resource("barber", 1);
  flow.arrive("customer", exponential(10)).decide(queue("barber") < 3, "in").depart("away");
  flow.label("in").seize("barber").hold(exponential(16)).release("barber").depart();
  const auto checked = check(flow);
  ASSERT_TRUE(checked);
  EXPECT_TRUE(checked->warnings.empty());
}

}  // namespace
}  // namespace tyche::simulation::flows
