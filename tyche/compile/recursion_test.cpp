// Recursion, compiled: equal to the interpreter running the calls, its gradient to differences.
#include "tyche/compile/equality_test.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/gradient_test.hpp"
#include "tyche/passes/structure.hpp"

namespace tyche {
namespace {

using ir::Op;
using ir::Program;

Program parsed(const std::string& text) {
  auto program = ir::parse(text);
  EXPECT_TRUE(program.has_value()) << to_string(program.error());
  passes::expect_well_formed(*program);
  return *program;
}

Result<Program> without_calls(const Program& program, const ir::DataSet& data) {
  Program looped = passes::remove_structure(passes::loop_tail_calls(program));
  auto bound = passes::bind_shapes(passes::inline_functions(std::move(looped)), data);
  if (!bound) return bound;
  return passes::expand_recursion(*std::move(bound), data);
}

ir::Array count(std::int64_t n) { return {.type = ir::Type::integer(), .integers = {n}}; }

void check(const std::string& text, const ir::DataSet& data, const passes::Point& u) {
  const Program source = parsed(text);
  const auto expanded = without_calls(source, data);
  ASSERT_TRUE(expanded.has_value()) << to_string(expanded.error());
  passes::expect_well_formed(*expanded);
  passes::for_each_instruction(expanded->density, [](const ir::Instruction& i) {
    EXPECT_NE(i.op, Op::call);
    EXPECT_NE(i.op, Op::call_value);
  });
  const Program summed = passes::terms_to_sum(passes::promote_locals(*expanded));
  auto both = passes::differentiate(passes::simplify(summed));
  ASSERT_TRUE(both.has_value()) << to_string(both.error());
  const Program gradient = passes::simplify(*both);
  passes::expect_gradient(passes::terms_to_sum(source), gradient, data, u);
  std::vector<std::vector<double>> points;
  for (int l = 0; l < 8; ++l) {
    points.push_back(u);
    for (double& x : points.back()) x += .01 * l;
  }
  check_equality(gradient, data, points);
}

const std::string from_one_parameter = R"(
data n : integer
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : integer = data n
)";

TEST(Recursion, PowerWhoseDepthIsData) {
  check(R"(
function power : real (%20 : real, %21 : integer) {
  %22 : integer = constant 0
  %23 : boolean = le %21 %22
  if %23 {
    %24 : real = constant 1
    return %24
  } { yield }
  %25 : integer = constant 1
  %26 : integer = sub %21 %25
  %27 : real = call power %20 %26
  %28 : real = mul %27 %20
  return %28
}
)" + from_one_parameter +
            "%4 : real = call power %2 %3 term prior %4 yield }",
        {{"n", count(150)}}, {1.01});
}

/// Thirty deep: 1.3 million calls, if calls alike did not share one body.
TEST(Recursion, FibonacciWhoseDepthIsData) {
  const std::string text = R"(
function fib : real (%20 : real, %21 : integer) {
  %22 : integer = constant 0
  %23 : integer = constant 1
  %24 : boolean = le %21 %22
  if %24 { return %20 } { yield }
  %25 : boolean = eq %21 %23
  if %25 {
    %26 : real = sin %20
    return %26
  } { yield }
  %27 : integer = sub %21 %23
  %28 : integer = sub %27 %23
  %29 : real = call fib %20 %27
  %30 : real = call fib %20 %28
  %31 : real = constant 0.5
  %32 : real = fma %30 %31 %29
  return %32
}
)" + from_one_parameter + "%4 : real = call fib %2 %3 term prior %4 yield }";
  check(text, {{"n", count(12)}}, {.4});
  const auto deep = without_calls(parsed(text), {{"n", count(30)}});
  ASSERT_TRUE(deep.has_value()) << to_string(deep.error());
  EXPECT_LT(passes::count_instructions(*deep), 2000U);
}

const std::string newton = R"(
function root : real (%20 : real, %21 : real) {
  %22 : real = mul %20 %20
  %23 : real = sub %22 %21
  %24 : real = abs %23
  %25 : real = constant 1e-12
  %26 : boolean = lt %24 %25
  if %26 { return %20 } { yield }
  %27 : real = div %21 %20
  %28 : real = add %20 %27
  %29 : real = constant 0.5
  %30 : real = mul %28 %29
  %31 : real = call root %30 %21
  return %31
}
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : real = exp %2
  %4 : real = call root %3 %3
  term prior %4
  yield
}
)";

TEST(Recursion, NewtonWhoseDepthAParameterDecides) {
  check(newton, {}, {1.3});
  const auto expanded = without_calls(parsed(newton), {});
  auto both = passes::differentiate(passes::terms_to_sum(*expanded));
  ASSERT_TRUE(both.has_value());
  for (const double u : {-2., .1, 4.}) {
    const auto at = passes::evaluated(*both, {}, {u});
    EXPECT_NEAR(at.yields[0].reals[0], std::exp(u / 2), 1e-11);
    EXPECT_NEAR(at.yields[1].reals[0], std::exp(u / 2) / 2, 1e-9);
  }
}

/// Deeper than calls may be nested: a call whose result is returned nests nothing.
TEST(Recursion, TailCallsAreAsDeepAsParametersLike) {
  check(R"(
function steps : real (%20 : real, %21 : real, %22 : real) {
  %23 : boolean = lt %21 %22
  if %23 {
    %24 : real = add %20 %22
    %25 : real = cos %24
    %26 : real = constant 0.5
    %27 : real = mul %25 %26
    %28 : real = constant 1
    %29 : real = add %21 %28
    %30 : real = call steps %27 %29 %22
    return %30
  } { yield }
  return %20
}
density (%0 : vector[2]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : integer = constant 1
  %4 : real = load %0 %3
  %5 : real = constant 0
  %6 : real = call steps %2 %5 %4
  term prior %6
  yield
}
)",
        {}, {.3, 2500.4});
}

TEST(Recursion, TwoFunctionsThatCallEachOther) {
  const std::string text = R"(
function even : real (%20 : real, %21 : integer) {
  %22 : integer = constant 0
  %23 : boolean = le %21 %22
  if %23 { return %20 } { yield }
  %24 : integer = constant 1
  %25 : integer = sub %21 %24
  %26 : real = sin %20
  %27 : real = call odd %26 %25
  return %27
}
function odd : real (%40 : real, %41 : integer) {
  %42 : integer = constant 0
  %43 : boolean = le %41 %42
  if %43 { %44 : real = neg %40 return %44 } { yield }
  %45 : integer = constant 1
  %46 : integer = sub %41 %45
  %47 : real = exp %40
  %48 : real = call even %47 %46
  return %48
}
)" + from_one_parameter + "%4 : real = call even %2 %3 term prior %4 yield }";
  check(text, {{"n", count(7)}}, {.4});
  check(text, {{"n", count(8)}}, {.4});
}

TEST(Recursion, FunctionsAsArguments) {
  check(R"(
function apply : real (%20 : function(real, real), %21 : real, %22 : integer) {
  %23 : integer = constant 0
  %24 : boolean = le %22 %23
  if %24 { return %21 } { yield }
  %25 : integer = constant 1
  %26 : integer = sub %22 %25
  %27 : real = call apply %20 %21 %26
  %28 : real = call_value %20 %27
  return %28
}
function wave : real (%40 : real) {
  %41 : real = sin %40
  %42 : real = add %41 %40
  return %42
}
)" + from_one_parameter +
            R"(
  %4 : function(real, real) = function wave
  %5 : real = call apply %4 %2 %3
  term prior %5
  yield
})",
        {{"n", count(5)}}, {.4});
}

/// Halves of a vector: sizes decide.
TEST(Recursion, SlicesOfDecidedSizes) {
  check(R"(
function total : real (%20 : vector[?]) {
  %21 : integer = size 0 %20
  %22 : integer = constant 1
  %23 : integer = constant 0
  %24 : boolean = le %21 %22
  if %24 {
    %25 : real = load %20 %23
    %26 : real = exp %25
    return %26
  } { yield }
  %27 : integer = constant 2
  %28 : integer = div %21 %27
  %29 : integer = sub %21 %28
  %30 : vector[?] = slice %20 %23 %28
  %31 : vector[?] = slice %20 %28 %29
  %32 : real = call total %30
  %33 : real = call total %31
  %34 : real = fma %32 %33 %33
  return %34
}
density (%0 : vector[5]) {
  %1 : real = call total %0
  term prior %1
  yield
}
)",
        {}, {.3, -.4, .2, .1, -.7});
}

TEST(Recursion, WhoseDepthNothingDecidesIsAnErrorWithARemedy) {
  const auto expanded = without_calls(parsed(R"(
function half : real (%20 : real) {
  %21 : real = constant 0.1
  %22 : boolean = lt %20 %21
  if %22 { return %20 } { yield }
  %23 : real = constant 0.5
  %24 : real = mul %20 %23
  %25 : real = call half %24
  %26 : real = sin %25
  return %26
}
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : real = call half %2
  term prior %3
  yield
}
)"),
                                      {});
  ASSERT_FALSE(expanded.has_value());
  EXPECT_EQ(expanded.error().where, "function half");
  EXPECT_NE(expanded.error().found.find("calls 1000 deep"), std::string::npos);
  EXPECT_NE(expanded.error().found.find("data do not decide"), std::string::npos);
}

TEST(Recursion, DataThatDecideADepthCannotBeReplaced) {
  const std::string text = R"(
function power : real (%20 : real, %21 : integer) {
  %22 : integer = constant 0
  %23 : boolean = le %21 %22
  if %23 { return %20 } { yield }
  %25 : integer = constant 1
  %26 : integer = sub %21 %25
  %27 : real = call power %20 %26
  %28 : real = mul %27 %20
  return %28
}
)" + from_one_parameter + "%4 : real = call power %2 %3 term prior %4 yield }";
  const ir::DataSet data = {{"n", count(3)}};
  const auto expanded = without_calls(parsed(text), data);
  ASSERT_TRUE(expanded.has_value());
  auto both = passes::differentiate(passes::simplify(passes::terms_to_sum(*expanded)));
  ASSERT_TRUE(both.has_value());
  const auto compiled = Compiled::compile(*both, data);
  ASSERT_TRUE(compiled.has_value()) << to_string(compiled.error());
  EXPECT_TRUE((*compiled)->rebind("n", count(3)).has_value());
  const auto refused = (*compiled)->rebind("n", count(4));
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().remedy.find("compile the model again"), std::string::npos);
}

}  // namespace
}  // namespace tyche
