#include "tyche/compile/compiled.hpp"

#include <unistd.h>

#include <cstdio>

#include "tyche/compile/equality_test.hpp"

namespace tyche {
namespace {

using ir::Builder;
using ir::Op;
using ir::Program;
using ir::Type;
using ir::Value;

/// lp = a sum of scale[g[i]] x[i] u + k, gradient its slope.
Program linear(double k = 0) {
  Program program;
  program.data = {
      {"x", Type::vector(9)}, {"g", Type::array(Type::integer(), {9})}, {"scale", Type::vector(3)}};
  program.density.arguments = {program.new_value(Type::vector(1), "u")};
  Builder prelude(program, program.prelude);
  const Value x = prelude.data("x"), scale = prelude.data("scale");
  const Value doubled = prelude.plate(3, 1, [&](Builder& in, Value i) {
    const Value s = in.load(scale, {i});
    return std::vector<Value>{in.emit(Op::add, {s, s})};
  })[0];
  prelude.yield({});
  Builder b(program, program.density);
  const Value u = b.load(program.density.arguments[0], {b.integer(0)}), g = b.data("g");
  const Value sum = b.plate(9, 0, [&](Builder& in, Value i) {
    const Value s = in.load(doubled, {in.load(g, {i})});
    return std::vector<Value>{in.emit(Op::mul, {s, in.load(x, {i})})};
  })[0];
  program.density.body.back().order = ir::Order::lanes;
  const Value gradient = b.local(Type::vector(1));
  b.store(gradient, {b.integer(0)}, sum);
  b.yield({b.emit(Op::fma, {sum, u, b.real(k)}), gradient});
  return program;
}

ir::DataSet data_of(double first, std::int64_t group) {
  return {
      {"x", {.type = Type::vector(9), .reals = {first, 2, 3, 4, 5, 6, 7, 8, 9}}},
      {"g",
       {.type = Type::array(Type::integer(), {9}), .integers = {0, 1, 2, 0, 1, 2, 0, 1, group}}},
      {"scale", {.type = Type::vector(3), .reals = {1, 10, 100}}}};
}

double lp_at(const Compiled& compiled, double u) {
  const auto evaluator = compiled.evaluator(1);
  double gradient = 0, lp = 0;
  evaluator->evaluate(evaluator->context(), &u, &gradient, &lp);
  return lp;
}

TEST(Compiled, RebindsDataAndRunsThePreludeAgain) {
  const auto compiled = Compiled::compile(linear(), data_of(1, 2));
  ASSERT_TRUE(compiled.has_value()) << to_string(compiled.error());
  EXPECT_EQ(lp_at(**compiled, 1), 2 * (1 + 4 + 7 + 10 * (2 + 5 + 8) + 100 * (3 + 6 + 9)));
  ASSERT_TRUE((*compiled)->rebind("x", data_of(2, 2).at("x")).has_value());
  EXPECT_EQ(lp_at(**compiled, 1), 2 * (2 + 4 + 7 + 10 * (2 + 5 + 8) + 100 * (3 + 6 + 9)));
  ir::Array scale = data_of(0, 0).at("scale");
  scale.reals = {0, 0, 1};
  ASSERT_TRUE((*compiled)->rebind("scale", scale).has_value());
  EXPECT_EQ(lp_at(**compiled, 1), 2 * (3 + 6 + 9));
}

TEST(Compiled, RefusesAnotherShapeOrRange) {
  const auto compiled = Compiled::compile(linear(), data_of(1, 2));
  ASSERT_TRUE(compiled.has_value());
  const double before = lp_at(**compiled, 1);
  const auto shape = (*compiled)->rebind("x", {.type = Type::vector(1), .reals = {1}});
  ASSERT_FALSE(shape.has_value());
  EXPECT_EQ(shape.error().expected, "vector[9]");
  const auto range = (*compiled)->rebind("g", data_of(1, 3).at("g"));
  ASSERT_FALSE(range.has_value());
  EXPECT_EQ(range.error().found, "[0, 3]");
  EXPECT_FALSE((*compiled)->rebind("z", {}).has_value());
  EXPECT_EQ(lp_at(**compiled, 1), before);
}

TEST(Compiled, SaysWhichOperationItLacks) {
  Program program;
  program.density.arguments = {program.new_value(Type::vector(1), "u")};
  Builder b(program, program.density);
  b.append({.op = Op::draw_normal, .results = {program.new_value(Type::real())}});
  b.yield({b.real(0)});
  const auto compiled = Compiled::compile(program, ir::DataSet());
  ASSERT_FALSE(compiled.has_value());
  EXPECT_NE(compiled.error().found.find("draw_normal"), std::string::npos);
}

TEST(Compiled, OneLaneOfNaNsLeavesTheOthersAlone) {
  const auto compiled =
      Compiled::compile(linear(), data_of(1, 2), {.mapping = Mapping::chains, .lanes = 8});
  ASSERT_TRUE(compiled.has_value());
  const auto evaluator = (*compiled)->evaluator(8);
  double q[8], gradient[8], lp[8];
  for (double& x : q) x = NAN;
  q[3] = 1.5;
  evaluator->evaluate(evaluator->context(), q, gradient, lp);
  EXPECT_EQ(lp[3], lp_at(**compiled, 1.5));
  EXPECT_EQ(lp[2], -INFINITY);
}

std::size_t resident_bytes() {
  std::size_t pages = 0, resident = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * std::size_t(sysconf(_SC_PAGESIZE));
}

TEST(Compiled, ModelsThatAreDroppedGiveTheirMemoryBack) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer keeps freed memory";
#endif
  const auto models = [](int count) {
    for (int k = 0; k < count; ++k) {
      const auto compiled = Compiled::compile(linear(k), data_of(1, 2));
      ASSERT_EQ(lp_at(**compiled, 0), k);
    }
  };
  models(200);
  const std::size_t before = resident_bytes();
  models(1800);
  // A model's code alone is two pages.
  EXPECT_LT(resident_bytes(), before + (std::size_t(4) << 20));
}

}  // namespace
}  // namespace tyche
