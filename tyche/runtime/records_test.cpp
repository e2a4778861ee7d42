#include "tyche/runtime/records.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tyche::record {
namespace {

std::vector<Record> one_of_each() {
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  return {Started{.run = 9,
                  .model = "schools",
                  .arithmetic = "avx2",
                  .variables = "mu,theta[8]",
                  .chains = 4,
                  .dimension = 10,
                  .warmup = 1000,
                  .draws = 2000,
                  .seed = ~0ull},
          Batch{.run = 9,
                .epoch = 2,
                .chain = 3,
                .phase = 1,
                .previous = -1,
                .first = 0,
                .values = {1.0 / 3, -0.0, tiny},
                .statistics = {1, 2},
                .position = {1e308}},
          Adapted{.run = 9,
                  .epoch = 2,
                  .chain = 3,
                  .iteration = 75,
                  .step_size = 0.1,
                  .inverse_mass = {1, 2}},
          Diverged{.run = 9, .epoch = 0, .chain = 1, .phase = 1, .iteration = 12, .position = {}},
          Finished{.run = 9, .epoch = 0, .chain = 1, .draws = 1000, .interrupted = 1},
          Failed{.run = 9,
                 .epoch = 0,
                 .chain = 1,
                 .where = "y",
                 .expected = "a",
                 .found = "b",
                 .remedy = "c"}};
}

TEST(Records, ComeBackAsTheyWere) {
  Bytes log;
  for (const Record& record : one_of_each()) {
    const Bytes bytes = encode(record);
    log.insert(log.end(), bytes.begin(), bytes.end());
  }
  ByteView rest = log;
  for (const Record& record : one_of_each()) {
    const auto read = decode(rest);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, record);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(Records, EveryFlippedByteAndEveryCutIsSeen) {
  for (const Record& record : one_of_each()) {
    const Bytes bytes = encode(record);
    for (std::size_t k = 0; k < bytes.size(); ++k) {
      Bytes altered = bytes;
      altered[k] ^= std::byte{0x10};
      ByteView view = altered;
      EXPECT_FALSE(decode(view)) << "byte " << k;
      ByteView cut = ByteView(bytes).first(k);
      EXPECT_FALSE(decode(cut)) << "cut at " << k;
      EXPECT_EQ(cut.size(), k);
    }
  }
}

TEST(Records, AnotherVersionIsRefused) {
  const Bytes bytes = write_frame({Finished::kind, version + 1, {}});
  ByteView view = bytes;
  const auto read = decode(view);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().found, "version " + std::to_string(version + 1));
}

}  // namespace
}  // namespace tyche::record
