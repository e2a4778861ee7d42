#include "tyche/passes/pipeline.hpp"

#include "tyche/passes/bind.hpp"
#include "tyche/passes/models_test.hpp"
#include "tyche/passes/resolve.hpp"
#include "tyche/passes/structure.hpp"

namespace tyche::passes {
namespace {

/// The plainest density of the model: nothing but what resolve and terms_to_sum must do.
Program plain_density(const Model& m) {
  Result<Program> bound = bind_shapes(inline_functions(remove_structure(m.program)), m.data);
  EXPECT_TRUE(bound.has_value()) << to_string(bound.error());
  Result<Resolved> resolved = resolve(*bound, {});
  EXPECT_TRUE(resolved.has_value()) << to_string(resolved.error());
  Program summed = terms_to_sum(resolved->program);
  summed.outputs = {};
  expect_well_formed(summed);
  return summed;
}

Prepared prepared(const Model& m, Trace* trace = nullptr) {
  Result<Prepared> programs = prepare(m.program, {}, m.data, trace);
  EXPECT_TRUE(programs.has_value()) << to_string(programs.error());
  return *std::move(programs);
}

void check_model(const Model& m) {
  expect_well_formed(m.program);
  const Program plain = plain_density(m);
  const Prepared programs = prepared(m);
  expect_gradient(plain, programs.gradient, m.data, m.u);
  const double value = evaluated(plain, m.data, m.u).yields[0].reals[0];
  EXPECT_NEAR(evaluated(programs.value, m.data, m.u).yields[0].reals[0], value,
              1e-12 * std::max(1.0, std::fabs(value)));
  if (getenv("SHOW")) std::puts(ir::print(programs.gradient).c_str());
}

TEST(Pipeline, EightSchools) { check_model(eight_schools()); }
TEST(Pipeline, Logistic) { check_model(logistic(13, 3)); }
TEST(Pipeline, Radon) { check_model(radon(17, 5)); }
TEST(Pipeline, LocalLevel) { check_model(local_level(7)); }
TEST(Pipeline, Garch) { check_model(garch(9)); }
TEST(Pipeline, Mixture) { check_model(mixture(9)); }

}  // namespace
}  // namespace tyche::passes
