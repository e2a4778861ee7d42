#include "tyche/simulation/engines/check.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tyche/simulation/engines/engine.hpp"

namespace tyche::simulation {
namespace {

/// The Error of a model that works on the engine of one thread.
template <class E>
Error error_of(std::vector<E> entities) {
  EXPECT_TRUE(simulate(entities, {.stop = 10}).has_value());
  const auto run = simulate(std::move(entities), {.stop = 10, .engine = Engine::check});
  EXPECT_FALSE(run.has_value());
  return run ? Error{} : run.error();
}

/// Counts, each at the times k + 0.25 for k = 1, 2, ...
struct Counter {
  struct Message {};
  std::uint64_t count = 0;

  void init(Now<Message>& now) { now.send_self(1.25, {}); }
};

struct Forgetful : Counter {
  std::uint64_t fourth = 0;
  void handle(const Message&, Now<Message>& now) {
    if (++count == 4) ++fourth;
    now.send_self(1, {});
  }
  void undo(const Message&) { --count; }
};

TEST(Check, FindsAnUndoThatForgets) {
  const Error error = error_of(std::vector<Forgetful>(1));
  EXPECT_EQ(error.where, "entity 0 at time 4.25");
  EXPECT_EQ(error.expected, "`undo` to restore the state before the event");
}

/// Its bytes do not say what it is; nor can it be compared.
struct Opaque : Counter {
  double weight = 1;
  void handle(const Message&, Now<Message>& now) {
    weight *= 2;
    now.send_self(weight, {});
  }
  void undo(const Message&) {}
};

TEST(Check, FindsAnUndoThatForgetsByWhatIsSentNext) {
  const Error error = error_of(std::vector<Opaque>(1));
  EXPECT_EQ(error.where, "entity 0 at time 1.25");
  EXPECT_EQ(error.found, "event 1 of those sent with another time");
}

struct Global : Counter {
  static inline std::uint64_t all = 0;
  void handle(const Message&, Now<Message>& now) {
    count = ++all;
    now.send_self(1, {});
  }
};

TEST(Check, FindsStateThatIsShared) {
  Global::all = 0;
  const Error error = error_of(std::vector<Global>(2));
  EXPECT_EQ(error.where, "entity 0 at time 1.25");
  EXPECT_EQ(error.found, "another state");
}

/// A copy of it shares what it counts in.
struct Shallow {
  struct Message {};
  std::shared_ptr<int> count = std::make_shared<int>(0);

  void init(Now<Message>& now) { now.send_self(1, {}); }
  void handle(const Message&, Now<Message>& now) {
    now.send_self(++*count % 3 == 0 ? 2 : 1, {});
    if (*count % 3 == 1) now.send_self(50, {});
  }
};

TEST(Check, FindsACopyThatShares) {
  const Error error = error_of(std::vector<Shallow>(1));
  EXPECT_EQ(error.where, "entity 0 at time 1");
  EXPECT_NE(error.found.find("sent"), std::string::npos) << error.found;
}

struct Drawer : Counter {
  static inline int turn = 0;
  void handle(const Message&, Now<Message>& now) {
    if (++turn % 3 == 0) now.random().below(2);
    now.send_self(1, {});
  }
};

TEST(Check, FindsAnotherCountOfRandomNumbers) {
  Drawer::turn = 0;
  const Error error = error_of(std::vector<Drawer>(1));
  EXPECT_EQ(error.found, "another count of random numbers");
}

struct Moody : Counter {
  static inline int turn = 0;
  void handle(const Message&, Now<Message>& now) {
    if (++turn == 4 && now.time() == 2.25) throw std::runtime_error("not again");
    now.send_self(1, {});
  }
};

TEST(Check, FindsAFaultOfTheSecondTime) {
  Moody::turn = 1000;
  const std::vector<Moody> entities(1);
  Moody::turn = 0;
  const auto run = simulate(entities, {.stop = 10, .engine = Engine::check});
  ASSERT_FALSE(run.has_value());
  EXPECT_EQ(run.error().where, "entity 0 at time 2.25");
}

struct NotANumber {
  struct Message {};
  double value = 0;
  void init(Now<Message>& now) { now.send_self(1, {}); }
  void handle(const Message&, Now<Message>& now) {
    value = std::numeric_limits<double>::quiet_NaN();
    now.send_self(1, {});
  }
  friend bool operator==(const NotANumber&, const NotANumber&) = default;
};

TEST(Check, DoesNotMindValuesUnequalToThemselves) {
  EXPECT_TRUE(simulate(std::vector<NotANumber>(2), {.stop = 5, .engine = Engine::check}));
}

}  // namespace
}  // namespace tyche::simulation
