#include "tyche/smc/bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <concepts>
#include <thread>

namespace tyche {
namespace {

static_assert(std::regular<FilterState>);

/// x' = x + noise, y = 0.1 t seen with unit error. Its evaluator keeps what a call passed, as one
/// with a workspace does: two threads at one evaluator would race.
class LocalLevel final : public StateSpace {
 public:
  int state_size() const override { return 1; }
  int parameter_size() const override { return 0; }
  std::int64_t steps() const override { return 20; }
  std::span<const Noise> initial_noise() const override { return kinds_; }
  std::span<const Noise> transition_noise() const override { return kinds_; }
  std::unique_ptr<StateSpaceEvaluator> evaluator(int lanes) const override {
    return std::make_unique<Own>(lanes);
  }

 private:
  struct Own final : StateSpaceEvaluator {
    using StateSpaceEvaluator::StateSpaceEvaluator;
    void initial(Fields<const double>, Fields<const double> noise, Fields<double> state,
                 double* alive) noexcept override {
      for (int l = 0; l < lanes; ++l) state.at[l] = scratch[l] = noise.at[l], alive[l] = 0;
    }
    void transition(std::int64_t, Fields<const double>, Fields<const double> noise,
                    Fields<double> state, double* alive) noexcept override {
      for (int l = 0; l < lanes; ++l) scratch[l] = state.at[l] + noise.at[l];
      for (int l = 0; l < lanes; ++l) state.at[l] = scratch[l], alive[l] = 0;
    }
    void observation(std::int64_t time, Fields<const double>, Fields<const double> state,
                     double* log_density) noexcept override {
      for (int l = 0; l < lanes; ++l) scratch[l] = 0.1 * double(time) - state.at[l];
      for (int l = 0; l < lanes; ++l) log_density[l] = -0.5 * scratch[l] * scratch[l];
    }
    double scratch[8] = {};
  };
  std::vector<Noise> kinds_ = {Noise::normal};
};

BootstrapFilter filter_of(int lanes = 8) {
  return *BootstrapFilter::create(std::make_shared<LocalLevel>(), {},
                                  {.particles = 101, .lanes = lanes});
}

FilterState run(const BootstrapFilter& filter, std::uint64_t rng, std::int64_t steps) {
  FilterState state = filter.init(rng);
  while (state.time < steps) state = filter.step(rng, std::move(state)).first;
  return state;
}

/// A branch taken from the middle of a run leaves the run as it was.
TEST(BootstrapFilter, AStateSteppedTwiceGivesTheSameTwice) {
  const BootstrapFilter filter = filter_of();
  const FilterState middle = run(filter, 5, 10), copy = middle;
  const auto [first, first_info] = filter.step(5, middle);
  const auto [other, other_info] = filter.step(6, middle);
  const auto [second, second_info] = filter.step(5, copy);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first_info, second_info);
  EXPECT_NE(first, other);
  EXPECT_EQ(middle, copy);
}

TEST(BootstrapFilter, ThreadsMayShareItAndCopiesOfIt) {
  const BootstrapFilter filter = filter_of(), copy = filter;
  const FilterState middle = run(filter, 5, 5);
  FilterState ends[3];
  std::thread threads[3];
  for (int k = 0; k < 3; ++k) {
    threads[k] = std::thread([&, k] {
      FilterState state = middle;
      while (state.time < 20) state = (k == 2 ? copy : filter).step(5, std::move(state)).first;
      ends[k] = state;
    });
  }
  for (std::thread& thread : threads) thread.join();
  const FilterState alone = run(filter, 5, 20);
  for (const FilterState& end : ends) EXPECT_EQ(end, alone);
}

TEST(BootstrapFilter, LanesChangeNoBit) {
  EXPECT_EQ(run(filter_of(8), 7, 20), run(filter_of(1), 7, 20));
}

TEST(BootstrapFilter, SettingsOutOfRangeAreRefused) {
  const auto refused = [](const FilterSettings& settings, std::vector<double> parameters = {}) {
    const auto made =
        BootstrapFilter::create(std::make_shared<LocalLevel>(), std::move(parameters), settings);
    return made ? "none" : made.error().where;
  };
  EXPECT_EQ(refused({.particles = 0}), "particles");
  EXPECT_EQ(refused({.particles = std::int64_t(1) << 31}), "particles");
  EXPECT_EQ(refused({.threshold = std::nan("")}), "threshold");
  EXPECT_EQ(refused({.lanes = 4}), "lanes");
  EXPECT_EQ(refused({}, {1.0}), "parameters");
  EXPECT_EQ(refused({}), "none");
}

}  // namespace
}  // namespace tyche
