// What a sink that fails or throws in the middle of a run leaves.
#include <gtest/gtest.h>

#include <stdexcept>

#include "examples/models/eight_schools.hpp"
#include "tyche/tyche.hpp"

namespace tyche {
namespace {

/// Takes `good` batches, then throws.
class Throws : public Sink {
 public:
  explicit Throws(int good) : left_(good) {}
  Result<void> take(const DrawBatch&) override {
    if (left_-- <= 0) throw std::runtime_error("user code");
    return {};
  }
  Result<void> finish() override {
    finished = true;
    return {};
  }
  bool finished = false;

 private:
  int left_;
};

TEST(NothingLost, ASinkThatThrowsEndsTheRunAndDrawsStay) {
  const SampleSettings settings{.chains = 2, .warmup = 0, .draws = 20000, .seed = 5, .threads = 1};
  Throws sink(6);
  Sink* const sinks[] = {&sink};
  const auto fit = try_sample(models::eight_schools_noncentered(), settings, sinks);
  ASSERT_TRUE(fit) << to_string(fit.error());
  ASSERT_TRUE(fit->ended_by);
  EXPECT_EQ(fit->ended_by->found, "exception: user code");
  EXPECT_TRUE(sink.finished);
  EXPECT_GT(fit->draws.draws(0), 0);
  EXPECT_LT(fit->draws.draws(0), 20000);
  const auto whole = try_sample(models::eight_schools_noncentered(), settings);
  ASSERT_TRUE(whole);
  for (int n = 0; n < fit->draws.draws(0); ++n) {
    ASSERT_EQ(fit->draws.row(0, n), whole->draws.row(0, n)) << n;
  }
}

}  // namespace
}  // namespace tyche
