// Settings that no run can have.
#include <chrono>
#include <cstdlib>
#include <optional>

#include "examples/models/eight_schools.hpp"
#include "tests/bad_input/cases.hpp"

namespace tyche::bad_input {
namespace {

Case setting(std::string what, SampleSettings settings) {
  return library("setting: " + what, [settings]() -> Result<void> {
    return whether(try_sample(models::eight_schools(), settings));
  });
}

/// The environment asks for a level that there is not, during the act.
Case of_unknown_level(std::string what, std::function<Result<void>()> act) {
  return library(std::move(what), [act = std::move(act)] {
    const char* before = std::getenv("TYCHE_CPU");
    const std::optional<std::string> kept =
        before ? std::optional<std::string>(before) : std::nullopt;
    setenv("TYCHE_CPU", "avx9", 1);
    auto told = act();
    kept ? setenv("TYCHE_CPU", kept->c_str(), 1) : unsetenv("TYCHE_CPU");
    return told;
  });
}

Result<void> compiled(const CompileSettings& settings) {
  return whether(try_compile(models::eight_schools(), settings));
}

/// One wrong number among the variances of eight schools.
Numbers ten(double wrong) {
  Numbers variances(10, 1);
  variances[6] = wrong;
  return variances;
}

/// A matrix of ones on the diagonal, with one pair beside it.
Numbers ten_by_ten(double below, double above) {
  Numbers m(100);
  for (std::size_t i = 0; i < 10; ++i) m[i * 11] = 1;
  m[1 * 10 + 0] = below;
  m[0 * 10 + 1] = above;
  return m;
}

/// Eight schools, from a fit of another model.
Case started_from(std::string what, Model (*earlier)(), SampleSettings settings) {
  return library("warm start: " + what, [earlier, settings]() -> Result<void> {
    const Fit fit = sample(earlier(), {.chains = 2, .warmup = 100, .draws = 10});
    SampleSettings warm = settings;
    warm.warm_start = &fit.state;
    return whether(try_sample(models::eight_schools(), warm));
  });
}

Model eight_schools() { return models::eight_schools(); }

Model other_schools() {
  Model m;
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_cauchy(5));
  const auto theta = m.param("theta", normal(mu, tau), 3);
  m.observe("y", normal(theta, 1), Numbers{1, 2, 3});
  m.param("nu", normal(0, 1));
  return m;
}

Result<void> extended(std::int64_t draws, bool early) {
  CancelSource cancel;
  if (early) cancel.request();
  auto fit = try_sample(models::eight_schools(), {.chains = 2, .warmup = 100, .draws = 10}, {},
                        cancel.token());
  if (!fit) return std::unexpected(fit.error());
  return whether(try_extend(std::move(*fit), draws));
}

/// What a run says that cannot become good enough: a quantity is never a number.
std::string never_enough(const fs::path&) {
  Model m;
  const auto x = m.param("x", normal(0, 1));
  m.let("root", sqrt(-1 - square(x)));
  const Fit fit =
      sample(m, {.warmup = 200, .until = {.ess = 5, .rhat = 1.5}, .max_draws = 200, .seed = 1});
  return advice(fit).front();
}

}  // namespace

Cases cases_of_settings() {
  return {
      setting("warmup below zero", {.warmup = -1}),
      setting("draws below zero", {.draws = -5}),
      setting("target acceptance of one", {.target_accept = 1}),
      setting("target acceptance that is no number", {.target_accept = nan_value}),
      setting("no depth", {.max_depth = 0}),
      setting("depth beyond the sampler's memory", {.max_depth = 11}),
      setting("a trajectory without length", {.trajectory_length = 0}),
      setting("a trajectory without end", {.trajectory_length = 1e7}),
      setting("a bound on the energy error of zero", {.max_step_error = 0}),
      setting("halvings below zero", {.max_halvings = -1}),
      setting("halvings beyond counting", {.max_halvings = 21}),
      setting("threads below zero", {.threads = -1}),
      setting("an effective size below zero to go on until", {.until = {.ess = -1}}),
      setting("an R-hat of one to go on until", {.until = {.rhat = 1}}),
      setting("an R-hat of one chain", {.chains = 1, .until = {.rhat = 1.01}}),
      setting("time below zero", {.until = {.time = std::chrono::seconds(-1)}}),
      setting("most draws below zero", {.until = {.ess = 400}, .max_draws = -1}),
      setting("most draws without anything to go on until", {.max_draws = 100}),
      {"what can never be met to go on until", never_enough},
      setting("a metric of another size", {.inverse_metric = {1, 2, 3}}),
      setting("a variance that is not positive", {.inverse_metric = ten(0)}),
      setting("a variance that is no number", {.inverse_metric = ten(nan_value)}),
      setting("a metric that is not symmetric",
              {.metric = Metric::dense, .inverse_metric = ten_by_ten(0.5, 0.25)}),
      setting("a metric that is not positive definite",
              {.metric = Metric::dense, .inverse_metric = ten_by_ten(2, 2)}),
      setting("a matrix for a diagonal metric",
              {.metric = Metric::diagonal, .inverse_metric = ten_by_ten(0.5, 0.5)}),
      setting("a matrix for a metric of low rank",
              {.metric = Metric::low_rank, .inverse_metric = ten_by_ten(0.5, 0.5)}),
      setting("a matrix for the metric that is chosen", {.inverse_metric = ten_by_ten(0.5, 0.5)}),
      setting("variances for a unit metric", {.metric = Metric::unit, .inverse_metric = ten(1)}),
      setting("tokens for other chains", {.stop_chain = std::vector<CancelToken>(3)}),
      started_from("another model", other_schools, {}),
      started_from("another metric", eight_schools, {.metric = Metric::dense}),
      started_from("no warm-up to fall back on", eight_schools, {.warmup = 10}),
      library("extend: draws below zero", [] { return extended(-1, false); }),
      library("extend: more draws than can be counted", [] { return extended(2147483647, false); }),
      library("extend: a chain that was stopped in its warm-up", [] { return extended(10, true); }),
      library("setting: lanes that no code has", [] { return compiled({.lanes = 3}); }),
      library("setting: an evaluator of lanes that no code has",
              [] {
                compile(models::eight_schools())->evaluator(2);
                return Result<void>();
              }),
      of_unknown_level("setting: TYCHE_CPU that names no level, compiling",
                       [] { return compiled({}); }),
      of_unknown_level("setting: TYCHE_CPU that names no level, sampling",
                       [] { return sampled(models::eight_schools()); }),
      program("setting: a kernel that there is not", "demo kidiq --kernel gibbs"),
      program("setting: a mapping that there is not", "demo kidiq --mapping sideways"),
      program("setting: a trajectory's length for NUTS", "demo kidiq --trajectory-length 2"),
      program("setting: a bound on the energy error for HMC",
              "demo kidiq --max-step-error 1 --kernel hmc"),
      program("setting: halvings for NUTS", "bench funnel --max-halvings 3"),
      program("setting: halvings beyond counting, of the program",
              "bench funnel --kernel walnuts --max-halvings 21"),
  };
}

}  // namespace tyche::bad_input
