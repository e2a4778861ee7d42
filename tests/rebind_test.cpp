// A posterior with other data is the posterior that is made of them, bit for bit.
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/ir/builder.hpp"
#include "tyche/tyche.hpp"

namespace tyche {
namespace {

using Numbers = std::vector<double>;

/// Groups, a function of data alone for the prelude, and a quantity that reads data.
Model regression() {
  Model m;
  const auto x = m.data("x", Numbers{1, 2, 3, 4, 5});
  const auto group = m.data("group", std::vector<int>{0, 1, 2, 0, 1});
  const auto a = m.param("a", normal(0, 2), 3);
  const auto b = m.param("b", normal(0, 1));
  const auto sigma = m.param("sigma", half_normal(1));
  m.observe("y", lognormal(a[group] + b * log(x), sigma), Numbers{1, 2, 4, 3, 2});
  m.let("at_x", b * x);
  return m;
}

ir::Array reals(Numbers values) {
  return {.type = ir::Type::vector(std::int64_t(values.size())), .reals = std::move(values)};
}

ir::Array integers(std::vector<std::int64_t> values) {
  return {.type = ir::Type::array(ir::Type::integer(), {std::int64_t(values.size())}),
          .integers = std::move(values)};
}

std::shared_ptr<Posterior> posterior_of(const ir::Program& program, const ir::DataSet& data) {
  auto made = Posterior::create(program, data);
  if (!made) throw Failure(made.error());
  return *made;
}

Numbers position_of(int dimension) {
  Numbers position;
  for (int k = 0; k < dimension; ++k) position.push_back(0.6 * std::sin(2.0 * k + 1));
  return position;
}

void expect_same(const Posterior& a, const Posterior& b) {
  const Numbers position = position_of(a.dimension());
  const LogDensity first = a.log_density(position), second = b.log_density(position);
  EXPECT_EQ(first.value, second.value);
  EXPECT_EQ(first.gradient, second.gradient);
  EXPECT_EQ(a.constrain(position), b.constrain(position));
  Numbers drawn(a.constrain(position).size()), again = drawn;
  const DrawId id{.seed = 3, .chain = 1, .iteration = 9};
  a.quantities()->evaluate(id, position, drawn);
  b.quantities()->evaluate(id, position, again);
  EXPECT_EQ(drawn, again);
  const auto one = a.explanation(), other = b.explanation();
  ASSERT_TRUE(one && other);
  const Numbers beside(position.size(), 0.25);
  EXPECT_EQ(one->largest_change(position, beside)->value,
            other->largest_change(position, beside)->value);
}

void rebinds_as_if_made(const ir::Program& program, const ir::DataSet& data) {
  const auto posterior = posterior_of(program, data);
  const auto eight = posterior->evaluator(8);
  const auto quantities = posterior->quantities();
  ir::DataSet now = data;
  for (const auto& [name, array] : ir::DataSet{{"x", reals({2, 1, 7, 0.5, 3})},
                                               {"y", reals({0.1, 3, 2, 9, 1})},
                                               {"group", integers({2, 2, 0, 1, 0})}}) {
    const Numbers position = position_of(posterior->dimension());
    const double before = posterior->log_density(position).value;
    const auto done = posterior->rebind(name, array);
    ASSERT_TRUE(done) << to_string(done.error());
    now[name] = array;
    EXPECT_NE(posterior->log_density(position).value, before) << name;
    expect_same(*posterior, *posterior_of(program, now));
  }
  // What was handed out before sees the new numbers too.
  Numbers q, gradient(std::size_t(posterior->dimension()) * 8), lp(8);
  const Numbers position = position_of(posterior->dimension());
  for (const double u : position) q.insert(q.end(), 8, u);
  eight->evaluate(eight->context(), q.data(), gradient.data(), lp.data());
  EXPECT_EQ(lp[5], posterior->log_density(position).value);
  Numbers values(posterior->constrain(position).size());
  quantities->evaluate({}, position, values);
  EXPECT_EQ(values, posterior->constrain(position));
}

TEST(Rebind, EqualsAPosteriorThatIsMadeOfTheData) {
  const Model model = regression();
  rebinds_as_if_made(model.program(), model.data());
}

TEST(Rebind, AlsoWhereQuantitiesAreInterpretedBecauseTheyAskForRandomNumbers) {
  const Model model = regression();
  ir::Program program = model.program();
  std::erase_if(program.outputs.body,
                [](const ir::Instruction& at) { return at.op == ir::Op::yield; });
  ir::Builder b(program, program.outputs);
  const ir::Value x = b.load(b.data("x"), {b.integer(1)});
  const ir::Value drawn = b.emit(ir::Op::mul, {x, b.emit(ir::Op::draw_normal, {})});
  b.append({.op = ir::Op::output, .operands = {drawn}, .name = "drawn"});
  b.yield({});
  rebinds_as_if_made(program, model.data());
}

TEST(Rebind, WhatDoesNotFitIsRefusedByNameAndChangesNothing) {
  const Model model = regression();
  const auto posterior = posterior_of(model.program(), model.data());
  const auto refused = [&](const std::string& name, const ir::Array& array) {
    const auto done = posterior->rebind(name, array);
    EXPECT_FALSE(done);
    if (done) return std::string();
    EXPECT_EQ(done.error().where, "data " + name);
    EXPECT_NE(done.error().remedy, "");
    return done.error().expected + "; " + done.error().found;
  };
  EXPECT_EQ(refused("z", reals({1})), "a name of the program's data; no such name");
  EXPECT_EQ(refused("x", reals({1, 2})), "vector[5]; vector[2]");
  EXPECT_EQ(refused("y", reals({1, 2, 0, 1, 1})), "finite numbers in (0, inf); 0 as number 3");
  EXPECT_EQ(refused("x", reals({1, NAN, 1, 1, 1})),
            "finite numbers in [-inf, inf]; nan as number 2");
  EXPECT_EQ(refused("group", integers({0, 1, 2, 3, 0})),
            "integers in [0, 2], as when it was compiled; [0, 3]");
  expect_same(*posterior, *posterior_of(model.program(), model.data()));
}

}  // namespace
}  // namespace tyche
