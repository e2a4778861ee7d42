// What handlers do wrong is the same Error on every engine; what they do wrong on events that are
// taken back is none.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include "tyche/simulation/engines/engines_test.hpp"

namespace tyche::simulation {
namespace {

/// The one Error that all engines give, at any number of threads.
template <class E>
Error error_of_all(const std::vector<E>& entities, RunSettings settings) {
  settings.engine = Engine::sequential;
  const auto expected = simulate(entities, settings);
  EXPECT_FALSE(expected.has_value());
  if (expected) return {};
  for (const Engine engine : {Engine::conservative, Engine::time_warp, Engine::check}) {
    for (const int threads : {1, 2, 3}) {
      settings.engine = engine;
      settings.threads = threads;
      const auto run = simulate(entities, settings);
      EXPECT_FALSE(run.has_value());
      if (!run) {
        EXPECT_EQ(run.error(), expected.error())
            << "engine " << static_cast<int>(engine) << ", " << threads
            << " threads: " << to_string(run.error());
      }
    }
  }
  return expected.error();
}

/// A walker that does something wrong once it has met so many events.
struct Culprit {
  struct Message {
    std::uint64_t token;
  };
  enum Crime { throws, throws_an_int, sends_late, sends_far, breaks_lookahead };

  Steps steps;
  Crime crime = throws;
  int patience = 20;

  void init(Now<Message>& now) { steps.start(now); }
  void handle(const Message& message, Now<Message>& now) {
    steps.step(message.token, now);
    if (--patience > 0) return;
    switch (crime) {
      case throws:
        throw std::runtime_error("out of patience");
      case throws_an_int:
        throw 7;
      case sends_late:
        return now.send_self(-0.25, message);
      case sends_far:
        return now.send(1000, 2, message);
      case breaks_lookahead:
        return now.send(now.self() == 0 ? 1 : 0, 0.125, message);
    }
  }
};

Error error_of(Culprit::Crime crime, const Ground& ground) {
  std::vector<Culprit> culprits = on<Culprit>(ground);
  for (Culprit& culprit : culprits) culprit.crime = crime;
  return error_of_all(culprits, {.stop = 100, .lookahead = ground.lookahead});
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(EngineFaults, AnExceptionNamesEntityAndTime) {
  const Error error = error_of(Culprit::throws, {.entities = 12});
  EXPECT_TRUE(contains(error.where, "entity ")) << error.where;
  EXPECT_TRUE(contains(error.where, " at time ")) << error.where;
  EXPECT_TRUE(contains(error.found, "out of patience")) << error.found;
  error_of(Culprit::throws, {.entities = 12, .whole = 1, .lookahead = 1});
  error_of(Culprit::throws, {.entities = 12, .at_once = 0.5});
  EXPECT_TRUE(contains(error_of(Culprit::throws_an_int, {.entities = 5}).found, "not a std"));
}

TEST(EngineFaults, ARunThatFailedDoesNotGoOnWithoutTheEventAtFault) {
  const Ground ground = {.entities = 12};
  const std::vector<Culprit> culprits = on<Culprit>(ground);
  auto run = *Sequential<Culprit>::start(culprits, {.stop = 100});
  const auto first = run.run(100);
  ASSERT_FALSE(first);
  const RunReport report = run.report();
  const auto again = run.run(100);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), first.error());
  EXPECT_EQ(run.report().events, report.events);
}

TEST(EngineFaults, EventsOfThePastAreNamed) {
  EXPECT_TRUE(contains(error_of(Culprit::sends_late, {.entities = 12}).found, "-0.25"));
  EXPECT_TRUE(contains(error_of(Culprit::sends_far, {.entities = 12}).found, "entity 1000"));
}

TEST(EngineFaults, ABrokenLookaheadNamesEntityTimesAndPromise) {
  const Error error = error_of(Culprit::breaks_lookahead, {.entities = 12, .lookahead = 0.5});
  EXPECT_TRUE(contains(error.where, "entity ")) << error.where;
  EXPECT_TRUE(contains(error.expected, "0.5")) << error.expected;
  EXPECT_TRUE(contains(error.found, "0.125")) << error.found;
}

/// Sends to the next entity without delay, from time 1 on, for ever.
struct Ring {
  struct Message {};
  EntityId entities;

  void init(Now<Message>& now) {
    if (now.self() == 0) now.send_self(1, {});
  }
  void handle(const Message&, Now<Message>& now) { now.send((now.self() + 1) % entities, 0, {}); }
  void undo(const Message&) {}
};

TEST(EngineFaults, LivelockIsFoundOnEveryEngine) {
  for (const EntityId entities : {1u, 2u, 7u}) {
    const Error error =
        error_of_all(std::vector<Ring>(entities, {entities}), {.stop = 2, .most_depth = 300});
    EXPECT_TRUE(contains(error.where, "entity ")) << error.where;
    EXPECT_TRUE(contains(error.where, "at time 1")) << error.where;
    EXPECT_TRUE(contains(error.found, "300")) << error.found;
  }
}

/// Every thousandth of a time unit the opener, who is slow, opens the door, and the guest goes
/// through. Who goes through what is closed throws, or never comes out: neither is ever certain.
/// Guest and door share a thread, which runs ahead. The door changes itself and its message before
/// it finds out.
struct Door {
  enum What : std::uint64_t { opens, passes };
  struct Message {
    What what;
  };
  static constexpr EntityId opener = 0, guest = 2, door = 3;
  static constexpr int turns = 3000;

  bool loops = false, open = false;
  std::uint64_t passed = 0, knocks = 0;

  static std::atomic<std::uint64_t> surprises;  // no handler reads it

  void init(Now<Message>& now) {
    if (now.self() == opener) now.send_self(1, {opens});
    if (now.self() == guest) now.send_self(1, {passes});
  }
  void handle(Message& message, Now<Message>& now) {
    if (now.self() != door) {
      for (int k = 0; k < 300 && now.self() == opener; ++k) now.random().exponential(1);
      now.send_self(1e-3, message);
      return now.send(door, now.self() == opener ? 1e-4 : 5e-4, message);
    }
    ++knocks;
    if (std::exchange(message.what, opens) == opens) {
      open = true;
      return;
    }
    if (!open) {
      ++surprises;
      if (loops) return now.send_self(0, {passes});
      throw std::logic_error("closed");
    }
    open = false;
    ++passed;
  }
  std::uint64_t digest() const { return mixed(passed, knocks); }
};
std::atomic<std::uint64_t> Door::surprises = 0;

void expect_doors_open(bool loops) {
  const std::vector<Door> doors(4, Door{.loops = loops});
  RunSettings settings{.stop = 1 + Door::turns * 1e-3, .most_depth = 50};
  const auto expected = simulate(doors, settings);
  ASSERT_TRUE(expected.has_value()) << to_string(expected.error());
  EXPECT_GE(expected->entities[Door::door].passed, std::uint64_t(Door::turns - 2));
  EXPECT_EQ(Door::surprises, 0u);
  settings.engine = Engine::time_warp;
  settings.threads = 2;
  for (int turn = 0; turn < 5; ++turn) {
    const auto run = simulate(doors, settings);
    ASSERT_TRUE(run.has_value()) << to_string(run.error());
    EXPECT_EQ(outcome_of(*run), outcome_of(*expected));
  }
  EXPECT_GT(Door::surprises, 0u) << "nothing was speculated on: the test tests nothing";
  Door::surprises = 0;
}

TEST(TimeWarp, ForgetsExceptionsOfEventsTakenBack) { expect_doors_open(false); }
TEST(TimeWarp, ForgetsLivelocksOfEventsTakenBack) { expect_doors_open(true); }

TEST(EngineFaults, AFaultBeforeTimeBeginsIsThatOfTheFirstEntity) {
  struct Early {
    struct Message {};
    void init(Now<Message>& now) {
      if (now.self() >= 2) throw std::runtime_error("at dawn");
    }
    void handle(const Message&, Now<Message>&) {}
  };
  const Error error = error_of_all(std::vector<Early>(4), {.stop = 1});
  EXPECT_TRUE(contains(error.where, "entity 2 at time 0")) << error.where;
}

TEST(EngineFaults, SettingsOutOfRangeAreNamed) {
  const auto where = [](const RunSettings& settings, std::size_t entities) {
    const Ground ground{.entities = EntityId(entities)};
    const auto run = simulate(on<Walker>(ground), settings);
    return run ? "no Error" : run.error().where;
  };
  for (const Engine engine :
       {Engine::sequential, Engine::conservative, Engine::time_warp, Engine::check}) {
    EXPECT_EQ(where({.stop = -1, .engine = engine}, 2), "stop");
    EXPECT_EQ(where({.lookahead = -1, .engine = engine}, 2), "lookahead");
    EXPECT_EQ(where({.most_depth = 0, .engine = engine}, 2), "most_depth");
    EXPECT_EQ(where({.engine = engine}, 0), "entities");
    EXPECT_EQ(where({.engine = engine, .threads = -1}, 2), "threads");
    EXPECT_EQ(where({.engine = engine, .threads = 100'000}, 2), "threads");
  }
  EXPECT_EQ(where({.engine = static_cast<Engine>(9)}, 2), "engine");
}

}  // namespace
}  // namespace tyche::simulation
