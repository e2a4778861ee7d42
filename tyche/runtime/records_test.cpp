#include "tyche/runtime/records.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "tyche/runtime/replay.hpp"

namespace tyche {
namespace {

constexpr std::uint64_t run = 9;

/// Random events of every kind, numbers of any bits among them.
class Events {
 public:
  explicit Events(unsigned seed) : random_(seed) {}

  RunInfo started() {
    return {
        .model = text(),
        .variables = {{text(), {}}, {text(), {int(whole(5)), int(whole(5))}}},
        .started = {.chains = int(whole(most)),
                    .dimension = int(whole(most)),
                    .warmup = whole(most),
                    .draws = whole(most),
                    .seed = random_()},
        .kernel = text(),
        .metric = text(),
        .target_accept = real(),
        .max_depth = int(whole(10)),
        .arithmetic = {.version = std::uint32_t(random_()), .level = text(), .mapping = text()}};
  }
  DrawBatch batch() {
    const std::size_t rows = 1 + std::size_t(whole(4)), width = std::size_t(whole(4));
    reals_[0] = reals(rows * width);
    transitions_.clear();
    for (std::size_t n = 0; n < rows; ++n) {
      transitions_.push_back({.log_density = real(),
                              .accept_rate = real(),
                              .step_size = real(),
                              .energy = real(),
                              .depth = std::int32_t(whole(most)),
                              .leapfrogs = std::int32_t(whole(most)),
                              .divergent = whole(1) == 1});
    }
    reals_[1] = reals(3);
    auto made = identified<DrawBatch>();
    made.phase = phase();
    made.first = whole(most);
    made.values = reals_[0];
    made.transitions = transitions_;
    made.position = reals_[1];
    return made;
  }
  Adapted adapted() {
    auto made = at<Adapted>();
    made.step_size = real();
    made.inverse_mass = reals_[0] = reals(std::size_t(whole(5)));
    return made;
  }
  Diverged diverged() {
    auto made = at<Diverged>();
    made.phase = phase();
    made.before = reals_[0] = reals(3);
    made.position = reals_[1] = reals(3);
    return made;
  }
  Recovered recovered() {
    auto made = at<Recovered>();
    made.phase = phase();
    return made;
  }
  Checkpointed checkpointed() {
    auto made = at<Checkpointed>();
    made.phase = phase();
    const std::string bytes = text();
    bytes_.assign(std::as_bytes(std::span(bytes)).begin(), std::as_bytes(std::span(bytes)).end());
    made.state = bytes_;
    return made;
  }
  Finished finished() {
    auto made = identified<Finished>();
    made.draws = whole(most);
    made.interrupted = whole(1) == 1;
    return made;
  }
  Failed failed() {
    auto made = identified<Failed>();
    made.error = {text(), text(), text(), text()};
    return made;
  }

 private:
  static constexpr std::int64_t most = 2147483647;

  std::int64_t whole(std::int64_t last) {
    return std::int64_t(random_() % (std::uint64_t(last) + 1));
  }
  double real() { return std::bit_cast<double>(random_()); }
  std::vector<double> reals(std::size_t count) {
    std::vector<double> made(count);
    for (double& x : made) x = real();
    return made;
  }
  std::string text() {
    std::string made(std::size_t(whole(20)), ' ');
    for (char& c : made) c = char(random_());
    return made;
  }
  Phase phase() { return whole(1) ? Phase::sampling : Phase::warmup; }
  template <class Event>
  Event identified() {
    Event event;
    event.epoch = int(whole(most));
    event.chain = int(whole(most));
    return event;
  }
  template <class Event>
  Event at() {
    auto event = identified<Event>();
    event.iteration = whole(most);
    return event;
  }

  std::mt19937_64 random_;
  std::vector<double> reals_[2];
  std::vector<Transition> transitions_;
  Bytes bytes_;
};

/// The bytes of an event, read and made an event again.
template <class AnyRecord>
Bytes there_and_back(const Bytes& bytes) {
  ByteView view = bytes;
  const auto read = record::decode(view);
  if (!read) throw Failure(read.error());
  EXPECT_TRUE(view.empty());
  const auto& record = std::get<AnyRecord>(*read);
  if constexpr (std::is_same_v<AnyRecord, record::Batch>) {
    std::vector<Transition> transitions;
    return encode(to_record(record.run, from_record(record, transitions).value()));
  } else {
    return encode(to_record(record.run, from_record(record).value()));
  }
}

template <class AnyRecord>
void expect_round_trip(const auto& event) {
  const Bytes bytes = encode(to_record(run, event));
  EXPECT_EQ(there_and_back<AnyRecord>(bytes), bytes);
}

TEST(Records, EveryEventComesBackAsItWas) {
  Events events(1);
  for (int round = 0; round < 200; ++round) {
    expect_round_trip<record::Started>(events.started());
    expect_round_trip<record::Batch>(events.batch());
    expect_round_trip<record::Adapted>(events.adapted());
    expect_round_trip<record::Diverged>(events.diverged());
    expect_round_trip<record::Recovered>(events.recovered());
    expect_round_trip<record::Checkpointed>(events.checkpointed());
    expect_round_trip<record::Finished>(events.finished());
    expect_round_trip<record::Failed>(events.failed());
  }
}

/// What a trip by bytes alone would not show: a field that is left out both ways.
TEST(Records, HoldWhatTheEventsSay) {
  const std::vector<double> before = {1, 2}, beyond = {3, 4}, values = {5, 6};
  const std::vector<Transition> transitions = {{.log_density = -1, .energy = 2, .depth = 3},
                                               {.leapfrogs = 7, .divergent = true}};
  const auto diverged = std::get<record::Diverged>(to_record(run, Diverged{.epoch = 2,
                                                                           .chain = 1,
                                                                           .phase = Phase::sampling,
                                                                           .iteration = 12,
                                                                           .before = before,
                                                                           .position = beyond}));
  EXPECT_EQ(diverged, (record::Diverged{.run = run,
                                        .epoch = 2,
                                        .chain = 1,
                                        .phase = 1,
                                        .iteration = 12,
                                        .before = before,
                                        .position = beyond}));
  const auto batch = std::get<record::Batch>(to_record(run, DrawBatch{.epoch = 2,
                                                                      .chain = 1,
                                                                      .first = 40,
                                                                      .values = values,
                                                                      .transitions = transitions,
                                                                      .position = beyond}));
  EXPECT_EQ(batch, (record::Batch{.run = run,
                                  .epoch = 2,
                                  .chain = 1,
                                  .phase = 1,
                                  .previous = 39,
                                  .first = 40,
                                  .values = values,
                                  .statistics = {-1, 0, 0, 3, 0, 0, 2, 0, 0, 0, 0, 7, 1, 0},
                                  .position = beyond}));
}

std::vector<Bytes> one_of_each() {
  Events events(3);
  return {encode(to_record(run, events.started())),   encode(to_record(run, events.batch())),
          encode(to_record(run, events.adapted())),   encode(to_record(run, events.diverged())),
          encode(to_record(run, events.recovered())), encode(to_record(run, events.checkpointed())),
          encode(to_record(run, events.finished())),  encode(to_record(run, events.failed()))};
}

TEST(Records, EveryFlippedByteAndEveryCutIsSeen) {
  for (const Bytes& bytes : one_of_each()) {
    for (std::size_t k = 0; k < bytes.size(); ++k) {
      Bytes altered = bytes;
      altered[k] ^= std::byte{0x10};
      ByteView view = altered;
      EXPECT_FALSE(record::decode(view)) << "byte " << k;
      ByteView cut = ByteView(bytes).first(k);
      EXPECT_FALSE(record::decode(cut)) << "cut at " << k;
      EXPECT_EQ(cut.size(), k);
    }
  }
}

TEST(Records, AnotherVersionIsRefused) {
  const Bytes bytes = write_frame({record::Finished::kind, record::version + 1, {}});
  ByteView view = bytes;
  const auto read = record::decode(view);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().found, "version " + std::to_string(record::version + 1));
}

TEST(Records, NumbersThatNoEventHasAreRefused) {
  const record::Batch whole{.statistics = std::vector<double>(7), .position = {}};
  std::vector<Transition> transitions;
  EXPECT_FALSE(from_record(record::Batch{whole}, transitions));  // previous is not before first
  const auto refused = [&](auto change) {
    record::Batch batch = whole;
    batch.previous = -1;
    change(batch);
    return !from_record(batch, transitions);
  };
  EXPECT_FALSE(refused([](record::Batch&) {}));
  EXPECT_TRUE(refused([](record::Batch& b) { b.phase = 2; }));
  EXPECT_TRUE(refused([](record::Batch& b) { b.chain = ~0u; }));
  EXPECT_TRUE(refused([](record::Batch& b) { b.first = -1, b.previous = -2; }));
  EXPECT_TRUE(refused([](record::Batch& b) { b.statistics.push_back(0); }));
  EXPECT_TRUE(refused([](record::Batch& b) { b.statistics[3] = 0.5; }));
  EXPECT_TRUE(refused([](record::Batch& b) { b.statistics[4] = std::nan(""); }));
  EXPECT_TRUE(refused([](record::Batch& b) { b.statistics[5] = 2; }));
  EXPECT_FALSE(from_record(record::Started{.names = {"x"}}));
  EXPECT_FALSE(from_record(record::Started{.names = {"x"}, .shapes = {2, 3}}));
  EXPECT_FALSE(from_record(record::Started{.names = {"x"}, .shapes = {1, -3}}));
  EXPECT_FALSE(from_record(record::Started{.names = {"x"}, .shapes = {0, 0}}));
  EXPECT_TRUE(from_record(record::Started{.names = {"x"}, .shapes = {1, 3}}));
}

}  // namespace
}  // namespace tyche
