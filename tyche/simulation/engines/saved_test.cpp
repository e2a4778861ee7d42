#include "tyche/simulation/engines/saved.hpp"

#include <gtest/gtest.h>

#include "tyche/simulation/engines/engines_test.hpp"

namespace tyche::simulation {
namespace {

template <class E>
Sequential<E> started(const Ground& ground, const RunSettings& settings) {
  return *Sequential<E>::start(on<E>(ground), settings);
}

template <class E>
Outcome outcome_of(const Sequential<E>& simulation, const Ground& ground) {
  Outcome outcome{simulation.report(), {}};
  for (EntityId k = 0; k < ground.entities; ++k) {
    outcome.digests.push_back(simulation.entity(k).digest());
  }
  return outcome;
}

const Ground rough{.entities = 200, .events = 3, .at_once = 0.2, .whole = 0.2};
const RunSettings some{.seed = 11, .replication = 3, .antithetic = true};

TEST(Sequential, ABranchGoesOnAsItsOriginal) {
  Sequential<Collector> trunk = started<Collector>(rough, some);
  ASSERT_TRUE(trunk.run(4).has_value());
  Sequential<Collector> branch = trunk;
  const Outcome fork = outcome_of(trunk, rough);
  ASSERT_TRUE(trunk.run(9).has_value());
  EXPECT_EQ(outcome_of(branch, rough), fork);
  ASSERT_TRUE(branch.run(6).has_value());
  ASSERT_TRUE(branch.run(9).has_value());
  EXPECT_EQ(outcome_of(branch, rough), outcome_of(trunk, rough));
  EXPECT_NE(outcome_of(branch, rough), fork);
}

TEST(Sequential, AResumedRunIsTheUndisturbedOne) {
  Sequential<Undoer> undisturbed = started<Undoer>(rough, some);
  ASSERT_TRUE(undisturbed.run(9).has_value());
  for (const double stop : {0.0, 1.5, 8.75}) {
    Sequential<Undoer> first = started<Undoer>(rough, some);
    ASSERT_TRUE(first.run(stop).has_value());
    auto second = Sequential<Undoer>::resume(first.save());
    ASSERT_TRUE(second.has_value()) << to_string(second.error());
    EXPECT_EQ(outcome_of(*second, rough), outcome_of(first, rough));
    ASSERT_TRUE(second->run(9).has_value());
    EXPECT_EQ(outcome_of(*second, rough), outcome_of(undisturbed, rough));
  }
}

/// A state on the heap that saves itself, and messages of which it has none.
struct Stack {
  struct Message {};
  std::vector<double> times;

  void init(Now<Message>& now) { now.send_self(0.5, {}); }
  void handle(const Message&, Now<Message>& now) {
    times.push_back(now.time());
    now.send(EntityId(now.random().below(2)), now.random().exponential(1), {});
  }
  void save(ByteWriter& to) const { to.array(times); }
  static Stack load(ByteReader& from) { return {from.array()}; }
};

TEST(Sequential, SavesEntitiesThatSaveThemselves) {
  auto first = *Sequential<Stack>::start(std::vector<Stack>(2), {});
  ASSERT_TRUE(first.run(10).has_value());
  auto second = *Sequential<Stack>::resume(first.save());
  EXPECT_FALSE(first.entity(0).times.empty());
  ASSERT_TRUE(first.run(20).has_value());
  ASSERT_TRUE(second.run(20).has_value());
  for (const EntityId k : {0u, 1u}) EXPECT_EQ(first.entity(k).times, second.entity(k).times);
}

static_assert(!Saveable<Collector>, "a vector is not its bytes");

TEST(Sequential, DoesNotResumeFromBytesCutShortOrAltered) {
  const Ground ground{.entities = 3};
  Sequential<Walker> run = started<Walker>(ground, some);
  ASSERT_TRUE(run.run(2).has_value());
  const Bytes bytes = run.save();
  ASSERT_TRUE(Sequential<Walker>::resume(bytes).has_value());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Sequential<Walker>::resume(ByteView(bytes).first(size)).has_value()) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes altered = bytes;
    altered[at] ^= std::byte{4};
    EXPECT_FALSE(Sequential<Walker>::resume(altered).has_value()) << at;
  }
  Bytes longer = bytes;
  longer.push_back({});
  EXPECT_FALSE(Sequential<Walker>::resume(longer).has_value());
}

/// The bytes of a simulation with another payload, and a checksum that is right.
Bytes forged(const Bytes& bytes, const std::function<void(Bytes&)>& forge) {
  ByteView view = bytes;
  const Frame frame = *read_frame(view);
  Bytes payload(frame.payload.begin(), frame.payload.end());
  forge(payload);
  return write_frame({frame.kind, frame.version, payload});
}

TEST(Sequential, DoesNotResumeWhatIsNoSimulation) {
  const Ground ground{.entities = 3};
  const Bytes bytes = started<Walker>(ground, some).save();
  const auto where = [](const Bytes& saved) {
    const auto run = Sequential<Walker>::resume(saved);
    return run ? "no Error" : run.error().where;
  };
  EXPECT_EQ(where(bytes), "no Error");
  EXPECT_EQ(where(write_frame({1, 1, {}})), "saved simulation");
  EXPECT_EQ(where(forged(bytes, [](Bytes& b) { b.pop_back(); })), "saved simulation");
  EXPECT_EQ(where(forged(bytes, [](Bytes& b) { b.push_back({}); })), "saved simulation");
  EXPECT_EQ(where(forged(bytes, [](Bytes& b) { b.resize(5); })), "saved simulation");
  for (std::size_t at = 0; at < 600; ++at) {  // whatever it is now, it is read without harm
    const Bytes other = forged(bytes, [&](Bytes& b) { b[at % b.size()] ^= std::byte{0x90}; });
    (void)Sequential<Walker>::resume(other);
  }
  const auto undoer = Sequential<Undoer>::resume(bytes);
  ASSERT_FALSE(undoer.has_value());
  EXPECT_NE(undoer.error().expected.find("messages of 16"), std::string::npos);
}

}  // namespace
}  // namespace tyche::simulation
