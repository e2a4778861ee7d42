#include "tyche/passes/resolve.hpp"

#include "tyche/passes/bind.hpp"
#include "tyche/passes/models_test.hpp"

namespace tyche::passes {
namespace {

struct Fixed : interpret::Generator {
  double uniform() override { return .3; }
  double normal() override { return .7; }
};

Resolved resolved(const Model& m, const Run& run = {}) {
  Result<Program> bound = bind_shapes(m.program, m.data);
  EXPECT_TRUE(bound.has_value()) << to_string(bound.error());
  Result<Resolved> out = resolve(*bound, run);
  EXPECT_TRUE(out.has_value()) << to_string(out.error());
  expect_well_formed(out->program);
  return *std::move(out);
}

Error refusal(const Model& m, const Run& run = {}) {
  Result<Program> bound = bind_shapes(m.program, m.data);
  if (!bound) return bound.error();
  Result<Resolved> out = resolve(*bound, run);
  EXPECT_FALSE(out.has_value());
  return out ? Error{} : out.error();
}

/// The resolved density is the assessed one at the constrained values, plus the log Jacobian.
void expect_agrees(const Model& m, double log_jacobian) {
  const Resolved r = resolved(m);
  EXPECT_EQ(r.layout.dimension, std::int64_t(m.u.size()));
  auto source = interpret::Interpreter::create(m.program, m.data);
  auto density = interpret::Interpreter::create(r.program, m.data);
  ASSERT_TRUE(source.has_value()) << to_string(source.error());
  ASSERT_TRUE(density.has_value()) << to_string(density.error());
  Fixed generator;
  const interpret::Evaluation at = density->outputs(m.u, generator);
  ASSERT_FALSE(at.rejected) << at.why;
  ir::DataSet values;
  for (const ir::Parameter& p : r.layout.parameters) {
    ASSERT_TRUE(at.outputs.contains(p.name)) << p.name;
    EXPECT_EQ(at.outputs.at(p.name).type, p.type);
    values[p.name] = at.outputs.at(p.name);
  }
  const interpret::Evaluation assessed = source->assess(values);
  ASSERT_FALSE(assessed.rejected) << assessed.why;
  EXPECT_NEAR(at.target, assessed.target + log_jacobian, 1e-12 * std::fabs(at.target));
}

TEST(Resolve, AgreesWithTheSourceProgram) {
  const Model schools = eight_schools(), rows = radon(17, 5), level = local_level(7);
  expect_agrees(schools, schools.u[1]);
  expect_agrees(logistic(13, 3), 0);
  expect_agrees(rows, rows.u[2] + rows.u[3]);
  expect_agrees(level, level.u[0]);
}

TEST(Resolve, LaysOutParametersInTheOrderOfTheText) {
  const ir::Layout layout = resolved(eight_schools()).layout;
  ASSERT_EQ(layout.parameters.size(), 3U);
  EXPECT_EQ(layout.parameters[2].name, "eta");
  EXPECT_EQ(layout.parameters[2].type, Type::vector(8));
  EXPECT_EQ(layout.parameters[2].offset, 2);
  EXPECT_EQ(layout.parameters[2].elements, 8);
  EXPECT_EQ(layout.dimension, 10);
}

/// Two plates and a loop around a choice: row-major addresses, and dims of all three.
TEST(Resolve, ChoicesInPlatesInLoops) {
  Model m;
  Builder b(m.program, m.program.density);
  b.for_loop(b.integer(2), {}, [&](Builder& in, Value i, auto) -> std::vector<Value> {
    in.plate(3, 0, [&](Builder& deep, Value j) -> std::vector<Value> {
      const Value mean = deep.emit(Op::to_real, {deep.emit(Op::mul, {i, j})});
      normal(deep, "x", mean, deep.real(1));
      return {};
    });
    return {};
  });
  b.yield({});
  m.u = {1, 2, 3, 4, 5, 6};
  expect_agrees(m, 0);
  const Resolved r = resolved(m);
  EXPECT_EQ(ir::to_string(r.layout.parameters[0].type), "array[2] vector[3]");
  auto made = interpret::Interpreter::create(r.program, {});
  Fixed generator;
  EXPECT_EQ(made->outputs(m.u, generator).outputs.at("x").reals, m.u);
}

TEST(Resolve, ARunMayFixAndFreeChoices) {
  Model m = eight_schools();
  const Resolved predictive = resolved(m, {{"y", Status::sampled}});
  EXPECT_EQ(predictive.layout.dimension, 18);
  m.program.data.push_back({"mu", Type::real()});
  m.data["mu"] = {.type = Type::real(), .reals = {3.5}};
  const Resolved fixed = resolved(m, {{"mu", Status::fixed}});
  EXPECT_EQ(fixed.layout.dimension, 9);
  const Resolved observed = resolved(m, {{"mu", Status::observed}});
  const Point u = some_point(9);
  const double difference =
      evaluated(observed.program, m.data, u).target - evaluated(fixed.program, m.data, u).target;
  EXPECT_NEAR(difference, -.5 * .49 - std::log(5) - .5 * std::log(2 * std::numbers::pi), 1e-12);
}

TEST(Resolve, ObservationsAreNumberedInTheData) {
  const Model m = eight_schools();
  auto made = interpret::Interpreter::create(resolved(m).program, m.data);
  const interpret::Evaluation at = made->density(m.u, interpret::Record::terms);
  std::vector<std::int64_t> observations;
  for (const interpret::Term& t : at.terms) {
    if (t.role == ir::Role::likelihood) observations.push_back(t.observation);
  }
  EXPECT_EQ(observations, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Resolve, RefusesByName) {
  EXPECT_EQ(refusal(logistic(13, 3), {{"y", Status::sampled}}).where, "y");
  EXPECT_EQ(refusal(eight_schools(), {{"nu", Status::sampled}}).where, "nu");
  Model twice;
  Builder b(twice.program, twice.program.density);
  normal(b, "x", b.real(0), b.real(1));
  normal(b, "x", b.real(0), b.real(1));
  b.yield({});
  EXPECT_EQ(refusal(twice).found, "a second choice named x");
  Model branch;
  Builder c(branch.program, branch.program.density);
  c.if_else(
      c.boolean(true),
      [](Builder& in) -> std::vector<Value> {
        normal(in, "x", in.real(0), in.real(1));
        return {};
      },
      [](Builder&) -> std::vector<Value> { return {}; });
  c.yield({});
  EXPECT_EQ(refusal(branch).found, "one inside an if");
}

TEST(BindShapes, RefusesDataThatDoNotFit) {
  Model m = eight_schools();
  m.data.erase("s");
  EXPECT_EQ(refusal(m).found, "no data");
  m = eight_schools();
  m.data["s"] = integers({1, 2, 3});
  EXPECT_EQ(refusal(m).found, "array[3] integer");
  m = eight_schools();
  m.program.data.push_back({"mu", Type::vector(2)});
  m.data["mu"] = reals({1, 2});
  EXPECT_EQ(refusal(m).found, "vector[2]");
}

}  // namespace
}  // namespace tyche::passes
