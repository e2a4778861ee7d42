#include <optional>

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
Resolved resolved(const ir::RandomProgram& random, Centring centring = Centring::written) {
  auto bound = bind_shapes(inline_functions(remove_structure(random.program)), random.data);
  EXPECT_TRUE(bound.has_value()) << to_string(bound.error());
  auto out = resolve(*bound, {}, centring);
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

/// The same program with centring by degree, where it has the values that the program as written
/// has at u: both positions, and by how much the log densities differ.
struct Recentred {
  Resolved plain, moved;
  Point u = {}, at = {};
  double log_jacobian = 0;
};

std::vector<double> recorded(const ir::DataSet& outputs, const std::string& name) {
  const auto found = outputs.find(name);
  return found == outputs.end() ? std::vector<double>() : found->second.reals;
}

/// None where it has no parameter whose centring can be chosen, or u has no density.
std::optional<Recentred> recentred(const ir::RandomProgram& random) {
  Recentred r{.plain = resolved(random), .moved = resolved(random, Centring::by_degree)};
  const auto d = std::size_t(r.plain.layout.dimension), n = std::size_t(r.plain.layout.recentred);
  r.u = random_point(d);
  const auto source = interpret::Interpreter::create(r.moved.program, random.data);
  if (n == 0 || !source) return std::nullopt;
  r.at = r.u;
  r.at.resize(d + n, whole_centring);
  Nothing generator;
  const interpret::Evaluation priors = source->outputs(r.at, generator);
  if (priors.rejected) return std::nullopt;
  for (const ir::Parameter& p : r.plain.layout.parameters) {
    if (p.recentred < 0) continue;
    const auto location = recorded(priors.outputs, p.name + ".location");
    const auto log_scale = recorded(priors.outputs, p.name + ".log_scale");
    for (std::size_t e = 0; e < std::size_t(p.elements); ++e) {
      const std::size_t degree = (5 * e + 3 * std::size_t(p.recentred)) % (whole_centring + 1);
      const double w = double(degree) / whole_centring;
      double& x = r.at[std::size_t(p.offset) + e];
      x = (x - location[e]) * std::exp((w - 1) * log_scale[e]) + w * location[e];
      r.at[d + std::size_t(p.recentred) + e] = double(degree);
      r.log_jacobian += (1 - w) * log_scale[e];
    }
  }
  return r;
}

/// The gradient against differences of the log density in the first `count` components.
void expect_slopes(const Program& source, const Program& gradient, const ir::DataSet& data,
                   const Point& u, std::size_t count) {
  const Program summed = terms_to_sum(source);
  auto lp = interpret::Interpreter::create(summed, data);
  ASSERT_TRUE(lp.has_value()) << to_string(lp.error());
  if (lp->density(u).rejected) GTEST_SKIP() << "no density here";
  const interpret::Evaluation at = evaluated(gradient, data, u);
  std::vector<Slope> slopes;
  double scale = 1;
  for (std::size_t k = 0; k < count; ++k) {
    slopes.push_back(slope_at(*lp, u, k));
    scale = std::max(scale, std::fabs(slopes.back().value));
  }
  for (std::size_t k = 0; k < count; ++k) {
    const double found = at.yields[1].reals[k];
    EXPECT_TRUE(std::isfinite(found)) << "component " << k;
    if (slopes[k].error > 1e-8 * scale) continue;  // a kink is near
    EXPECT_NEAR(found, slopes[k].value, 1e-6 * scale) << "component " << k;
  }
  for (std::size_t k = count; k < u.size(); ++k) EXPECT_EQ(at.yields[1].reals[k], 0) << k;
  if (testing::Test::HasFailure()) {
    std::puts((ir::print(summed) + "\n" + ir::print(gradient)).c_str());
  }
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
  const auto prepared = prepare(random.program, {}, random.data);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  const Point u = random_point(std::size_t(plain.layout.dimension));
  expect_slopes(plain.program, prepared->gradient, random.data, u, u.size());
}

TEST_P(SourcePrograms, CentredByDegreeHaveTheDensityAndTheJacobian) {
  const ir::RandomProgram random = random_source(GetParam());
  const auto r = recentred(random);
  if (!r) GTEST_SKIP() << "nothing to centre";
  const double plain = log_density(r->plain.program, random.data, r->u);
  const double moved = log_density(r->moved.program, random.data, r->at);
  EXPECT_TRUE(close(moved, plain + r->log_jacobian, 1e-10))
      << moved << ", not " << plain << " + " << r->log_jacobian;
}

TEST_P(SourcePrograms, CentredByDegreeKeepTheirMeaningThroughThePasses) {
  const ir::RandomProgram random = random_source(GetParam());
  const auto r = recentred(random);
  if (!r) GTEST_SKIP() << "nothing to centre";
  const double value = log_density(r->moved.program, random.data, r->at);
  const passes::Run run;
  Context context{run, random.data, Centring::by_degree};
  Program density = random.program;
  for (const Pass& pass : pipeline().opening) {
    density = *pass.apply(std::move(density), context);
    expect_well_formed(density);
  }
  ASSERT_TRUE(close(log_density(density, random.data, r->at), value, 1e-10));
  apply_each(pipeline().density, density, context, r->at);
  if (HasFatalFailure()) return;
  apply_each(pipeline().gradient, density, context, r->at);
}

TEST_P(SourcePrograms, CentredByDegreeHaveGradientsThatAreSlopes) {
  const ir::RandomProgram random = random_source(GetParam());
  const auto r = recentred(random);
  if (!r) GTEST_SKIP() << "nothing to centre";
  const auto prepared = prepare_by_degree(random.program, {}, random.data);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  expect_slopes(r->moved.program, prepared->gradient, random.data, r->at, r->u.size());
}

TEST(SourceProgramsTogether, OftenHaveWhatCanBeCentredByDegree) {
  int found = 0;
  for (int seed = 0; seed < 100; ++seed) found += recentred(random_source(seed)).has_value();
  EXPECT_GT(found, 50);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SourcePrograms, testing::Range(0, random_programs(200)));

}  // namespace
}  // namespace tyche::passes
