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
}

std::vector<Model> models() {
  return {eight_schools(), logistic(13, 3), radon(17, 5), local_level(7), garch(9), mixture(9)};
}

std::vector<Pass> passes_of(std::initializer_list<std::span<const Pass>> lists) {
  std::vector<Pass> out;
  for (std::span<const Pass> list : lists) out.insert(out.end(), list.begin(), list.end());
  return out;
}

/// Each pass of the list leaves the log density where it was.
void check_steps(const std::vector<Pass>& passes, Program program, Context& context,
                 const Point& u) {
  double value = NAN;
  for (const Pass& pass : passes) {
    Result<Program> next = pass.apply(std::move(program), context);
    ASSERT_TRUE(next.has_value()) << pass.name << to_string(next.error());
    program = *std::move(next);
    expect_well_formed(program);
    const interpret::Evaluation at = evaluated(program, context.data, u);
    ASSERT_FALSE(at.rejected) << pass.name << ": " << at.why;
    const double now = at.yields.empty() ? at.target : at.yields[0].reals[0];
    if (!std::isnan(value)) {
      EXPECT_NEAR(now, value, 1e-12 * std::max(1.0, std::fabs(value))) << pass.name;
    }
    value = now;
  }
}

TEST(Pipeline, EachPassKeepsTheValue) {
  for (const Model& m : models()) {
    const passes::Run run;
    Context context{run, m.data};
    Program opened = m.program;
    for (const Pass& pass : pipeline().opening) opened = *pass.apply(std::move(opened), context);
    check_steps(passes_of({pipeline().density, pipeline().gradient}), opened, context, m.u);
    check_steps(passes_of({pipeline().density, pipeline().value}), opened, context, m.u);
  }
}

/// No pass but those that lower is needed by another.
TEST(Pipeline, EachPassMayBeSkipped) {
  for (const char* name : {"promote_locals", "simplify", "fuse", "unroll", "algebra",
                           "partial_evaluation", "contract", "order"}) {
    for (const Model& m : models()) {
      Trace trace{.skip = {name}, .verify = true};
      expect_gradient(plain_density(m), prepared(m, &trace).gradient, m.data, m.u);
      if (HasFailure()) FAIL() << "without " << name;
    }
  }
}

/// A sum over data and its gradient come out of one plate, which reads data and the position alone.
TEST(Pipeline, OneWalkOverTheData) {
  for (const Model& m : {radon(17, 5), logistic(17, 3), mixture(17)}) {
    const Program gradient = prepared(m).gradient;
    int walks = 0;
    for (const Instruction& i : gradient.density.body) {
      std::int64_t count = 0;
      if (i.op == Op::plate && Constants(gradient).integer(i.operands[0], count)) {
        walks += count == 17;
      }
    }
    EXPECT_EQ(walks, 1) << ir::print(gradient);
  }
}

TEST(Pipeline, DataAloneGoToThePrelude) {
  const Program gradient = prepared(eight_schools()).gradient;
  for_each_instruction(gradient.density, [](const Instruction& i) {
    EXPECT_NE(i.op, Op::log);
    EXPECT_NE(i.op, Op::div);
  });
}

TEST(Pipeline, OutputsAreParametersAndQuantities) {
  struct Still : interpret::Generator {
    double uniform() override { return .5; }
    double normal() override { return 0; }
  };
  const Model m = eight_schools();
  auto made = interpret::Interpreter::create(prepared(m).outputs, m.data);
  ASSERT_TRUE(made.has_value()) << to_string(made.error());
  Still generator;
  const ir::DataSet outputs = made->outputs(m.u, generator).outputs;
  ASSERT_EQ(outputs.size(), 4U);
  EXPECT_EQ(outputs.at("mu").reals[0], m.u[0]);
  EXPECT_NEAR(outputs.at("tau").reals[0], std::exp(m.u[1]), 1e-15);
  EXPECT_NEAR(outputs.at("theta").reals[7], m.u[0] + std::exp(m.u[1]) * m.u[9], 1e-15);
}

TEST(Pipeline, EightSchools) { check_model(eight_schools()); }
TEST(Pipeline, Logistic) { check_model(logistic(13, 3)); }
TEST(Pipeline, Radon) { check_model(radon(17, 5)); }
TEST(Pipeline, LocalLevel) { check_model(local_level(7)); }
TEST(Pipeline, Garch) { check_model(garch(9)); }
TEST(Pipeline, Mixture) { check_model(mixture(9)); }

}  // namespace
}  // namespace tyche::passes
