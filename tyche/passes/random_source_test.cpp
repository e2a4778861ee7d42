#include "tyche/passes/bind.hpp"
#include "tyche/passes/gradient_test.hpp"
#include "tyche/passes/pipeline.hpp"
#include "tyche/passes/random_test.hpp"
#include "tyche/passes/resolve.hpp"
#include "tyche/passes/structure.hpp"

namespace tyche::passes {
namespace {

bool close(double a, double b, double tolerance) {
  return a == b || std::fabs(a - b) <= tolerance * std::max(1.0, std::fabs(b));
}

/// Applies the list pass by pass; each result is well formed and has the same log density.
void apply_each(std::span<const Pass> list, Program& program, Context& context, const Point& u) {
  const double value = log_density(program, context.data, u);
  for (const Pass& pass : list) {
    const std::string before = ir::print(program);
    Result<Program> next = pass.apply(std::move(program), context);
    ASSERT_TRUE(next.has_value()) << pass.name << to_string(next.error()) << "\n" << before;
    program = *std::move(next);
    const Result<void> verdict = ir::verify(program);
    ASSERT_TRUE(verdict.has_value()) << pass.name << to_string(verdict.error()) << "\n" << before;
    const double now = log_density(program, context.data, u);
    ASSERT_TRUE(close(now, value, 1e-10)) << pass.name << ": " << now << ", was " << value << "\n"
                                          << before << "\n"
                                          << ir::print(program);
  }
  ASSERT_EQ(ir::print(simplify(program)), ir::print(program)) << "simplify is not idempotent";
}

/// Resolved, and nothing else that could be left out.
Resolved resolved(const ir::RandomProgram& random) {
  auto bound = bind_shapes(inline_functions(remove_structure(random.program)), random.data);
  EXPECT_TRUE(bound.has_value()) << to_string(bound.error());
  auto out = resolve(*bound, {});
  EXPECT_TRUE(out.has_value()) << to_string(out.error());
  return *std::move(out);
}

/// The outputs of a random program draw nothing.
struct Nothing final : interpret::Generator {
  double uniform() override { return NAN; }
  double normal() override { return NAN; }
};

/// Of the choices: the program's own terms are no Jacobians.
double jacobians(const interpret::Evaluation& at) {
  double sum = 0;
  for (const interpret::Term& t : at.terms) sum += t.role == ir::Role::jacobian ? t.value : 0;
  return sum;
}

class SourcePrograms : public testing::TestWithParam<int> {};

TEST_P(SourcePrograms, KeepTheirMeaningThroughThePasses) {
  const ir::RandomProgram random = random_source(GetParam());
  expect_well_formed(random.program);
  const Resolved plain = resolved(random);
  const Point u = random_point(std::size_t(plain.layout.dimension));
  const double value = log_density(plain.program, random.data, u);
  const passes::Run run;
  Context context{run, random.data};
  Program opened = random.program;
  for (const Pass& pass : pipeline().opening) {
    opened = *pass.apply(std::move(opened), context);
    expect_well_formed(opened);
  }
  ASSERT_TRUE(close(log_density(opened, random.data, u), value, 1e-10));
  Program density = opened;
  apply_each(pipeline().density, density, context, u);
  if (HasFatalFailure()) return;
  Program alone = density, gradient = density;
  apply_each(pipeline().value, alone, context, u);
  if (HasFatalFailure()) return;
  apply_each(pipeline().gradient, gradient, context, u);
}

// The log density of the program as it was written, at the constrained values, and the Jacobian.
TEST_P(SourcePrograms, KeepTheirMeaningWhenTheirChoicesAreResolved) {
  const ir::RandomProgram random = random_source(GetParam());
  const Resolved plain = resolved(random);
  const Point u = random_point(std::size_t(plain.layout.dimension));
  auto position = interpret::Interpreter::create(plain.program, random.data);
  auto source = interpret::Interpreter::create(random.program, random.data);
  ASSERT_TRUE(position && source);
  const interpret::Evaluation at = position->density(u, interpret::Record::terms);
  if (at.rejected) GTEST_SKIP() << "no density here";
  Nothing generator;
  const double value = source->assess(position->outputs(u, generator).outputs).target;
  EXPECT_TRUE(close(value + jacobians(at), log_density(at), 1e-12));
}

TEST_P(SourcePrograms, GradientsAreSlopes) {
  const ir::RandomProgram random = random_source(GetParam());
  const Resolved plain = resolved(random);
  const Point u = random_point(std::size_t(plain.layout.dimension));
  const Program summed = terms_to_sum(plain.program);
  auto lp = interpret::Interpreter::create(summed, random.data);
  ASSERT_TRUE(lp.has_value()) << to_string(lp.error());
  if (lp->density(u).rejected) GTEST_SKIP() << "no density here";
  const auto prepared = prepare(random.program, {}, random.data);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  const interpret::Evaluation at = evaluated(prepared->gradient, random.data, u);
  std::vector<Slope> slopes;
  double scale = 1;
  for (std::size_t k = 0; k < u.size(); ++k) {
    slopes.push_back(slope_at(*lp, u, k));
    scale = std::max(scale, std::fabs(slopes.back().value));
  }
  for (std::size_t k = 0; k < u.size(); ++k) {
    const double found = at.yields[1].reals[k];
    EXPECT_TRUE(std::isfinite(found)) << "component " << k;
    if (slopes[k].error > 1e-8 * scale) continue;  // a kink is near
    EXPECT_NEAR(found, slopes[k].value, 1e-6 * scale) << "component " << k;
  }
  if (HasFailure()) std::puts((ir::print(summed) + "\n" + ir::print(prepared->gradient)).c_str());
}

INSTANTIATE_TEST_SUITE_P(Seeds, SourcePrograms, testing::Range(0, random_programs(200)));

}  // namespace
}  // namespace tyche::passes
