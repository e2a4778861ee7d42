// Programs with choices: simulated, assessed, and their outputs.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/ir/verify.hpp"

namespace tyche::interpret {
namespace {

using ir::Array;
using ir::DataSet;
using ir::Role;
using ir::Type;

/// 1, 2, 3, ... as normals and 1/2, 1/3, ... as uniforms.
struct Counting : Generator {
  double normals = 0;
  double uniforms = 1;
  double uniform() override { return 1 / (uniforms += 1); }
  double normal() override { return normals += 1; }
};

/// mu ~ N(0, 1) without constants; theta[i] ~ N(mu, 1); y[i, j] ~ uniform(theta[i], theta[i] + 1).
const char* const source = R"(
data y : array[2] vector[3]
function kernel : real (%0 : real, %1 : real) {
  %2 : real = sub %0 %1 %3 : real = mul %2 %2 %4 : real = constant -0.5 %5 : real = mul %3 %4
  return %5
}
density {
  %10 : real = constant 0
  %mu.11 : real = choice mu unnormalised %10 (%12 : real, %13 : real) {
    %14 : real = call kernel %12 %13 yield %14
  } {} {} (%15 : real) { %16 : real = draw_normal %17 : real = add %16 %15 yield %17 }
  %18 : integer = constant 2 %19 : integer = constant 3
  %theta.20 : vector[2] = plate mapped 1 %18 (%21 : integer) {
    %22 : real = choice theta %mu.11 (%23 : real, %24 : real) {
      %25 : real = call kernel %23 %24 yield %25
    } {} {} (%26 : real) { %27 : real = draw_normal %28 : real = add %27 %26 yield %28 }
    plate mapped 0 order lanes %19 (%29 : integer) {
      %30 : real = choice y %22 (%31 : real, %32 : real) {
        %33 : real = sub %31 %32 %34 : real = constant 1 %35 : boolean = le %33 %34
        %36 : boolean = ge %33 %10 %37 : boolean = and %35 %36 %38 : real = constant -inf
        %39 : real = select %37 %10 %38 yield %39
      } {} {} (%40 : real) { %41 : real = draw_uniform %42 : real = add %41 %40 yield %42 }
      yield
    }
    yield %22
  }
  yield
}
outputs {
  %50 : real = draw_normal %51 : real = add %50 %mu.11
  output next %51
  plate mapped 0 %18 (%52 : integer) {
    %53 : real = load %theta.20 %52 %54 : real = exp %53 %55 : integer = add %52 %18
    output effect %54 output pair %theta.20 output number %55 yield
  }
  print "mu is" %mu.11
}
)";

Array vector(std::vector<double> x) {
  return {.type = Type::vector(std::int64_t(x.size())), .reals = std::move(x)};
}

Array real(double x) { return {.type = Type::real(), .reals = {x}}; }

Array y() {
  return {.type = Type::array(Type::vector(3), {2}), .reals = {1.5, 1.25, 2, 3.5, 3.25, 4}};
}

Interpreter interpreter(const char* text, DataSet data) {
  auto program = ir::parse(text);
  EXPECT_TRUE(program.has_value()) << to_string(program.error());
  const auto verified = ir::verify(*program);
  EXPECT_TRUE(verified.has_value()) << to_string(verified.error());
  auto made = Interpreter::create(std::move(*program), std::move(data));
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
  return *made;
}

TEST(Simulate, DrawsEveryChoiceInTheOrderOfTheText) {
  Counting generator;
  const Evaluation found = interpreter(source, {{"y", y()}}).simulate(generator);
  ASSERT_FALSE(found.rejected) << found.why;
  EXPECT_EQ(found.choices.at("mu"), real(1));
  EXPECT_EQ(found.choices.at("theta"), vector({1 + 2, 1 + 3}));
  const Array& drawn = found.choices.at("y");
  EXPECT_EQ(drawn.type, y().type);
  const std::vector<double> expected{3 + 1.0 / 2, 3 + 1.0 / 3, 3 + 1.0 / 4,
                                     4 + 1.0 / 5, 4 + 1.0 / 6, 4 + 1.0 / 7};
  for (std::size_t k = 0; k < 6; ++k) EXPECT_DOUBLE_EQ(drawn.reals[k], expected[k]);
  EXPECT_EQ(found.target, -0.5 * (1 + 4 + 9));
  ASSERT_EQ(found.terms.size(), 9u);
  EXPECT_EQ(found.terms[1].value, -2);
}

TEST(Simulate, RunsTheOutputs) {
  Counting generator;
  const Evaluation found = interpreter(source, {{"y", y()}}).simulate(generator);
  EXPECT_EQ(found.outputs.at("next"), real(4 + 1));
  EXPECT_EQ(found.outputs.at("effect").type, Type::vector(2));
  EXPECT_NEAR(found.outputs.at("effect").reals[1], std::exp(4.0), 1e-13);
  EXPECT_EQ(found.outputs.at("pair").type, Type::array(Type::vector(2), {2}));
  EXPECT_EQ(found.outputs.at("pair").reals, (std::vector<double>{3, 4, 3, 4}));
  EXPECT_EQ(found.outputs.at("number").integers, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(found.printed, (std::vector<std::string>{"mu is 1.000000"}));
}

TEST(Assess, ObservesDataAndTakesTheOtherChoices) {
  const Interpreter made = interpreter(source, {{"y", y()}});
  const Evaluation found = made.assess({{"mu", real(2)}, {"theta", vector({1, 3})}});
  ASSERT_FALSE(found.rejected) << found.why;
  EXPECT_EQ(found.target, -0.5 * (4 + 1 + 1));
  ASSERT_EQ(found.terms.size(), 9u);
  EXPECT_EQ(found.terms[0].role, Role::prior);
  EXPECT_EQ(found.terms[0].observation, -1);
  EXPECT_EQ(found.terms[1].role, Role::prior);
  EXPECT_EQ(found.terms[2].role, Role::likelihood);
  EXPECT_EQ(found.terms[8].observation, 5);  // y[1, 2]
  // y[0, 0] = 1.5 is not in (2, 3).
  const Evaluation outside = made.assess({{"mu", real(2)}, {"theta", vector({2, 3})}});
  EXPECT_FALSE(outside.rejected);
  EXPECT_EQ(outside.target, -std::numeric_limits<double>::infinity());
}

TEST(Assess, WhatWasSimulatedHasTheSameTerms) {
  Counting generator;
  const Interpreter made = interpreter(source, {{"y", y()}});
  const Evaluation simulated = made.simulate(generator);
  const Evaluation assessed = made.assess(simulated.choices);
  EXPECT_EQ(assessed.target, simulated.target);
  EXPECT_EQ(assessed.choices, simulated.choices);
}

TEST(Assess, GivenValuesComeBeforeData) {
  const Interpreter made = interpreter(source, {{"y", y()}});
  Array other = y();
  for (double& x : other.reals) x += 10;
  const Evaluation found =
      made.assess({{"mu", real(11)}, {"theta", vector({11, 13})}, {"y", other}});
  EXPECT_EQ(found.target, -0.5 * (121 + 4));
  EXPECT_EQ(found.terms[2].role, Role::prior);
}

TEST(Assess, RejectsWhatHasNoValue) {
  const Interpreter made = interpreter(source, {{"y", y()}});
  EXPECT_EQ(made.assess({{"mu", real(2)}}).why, "choice theta has no value (at 0)");
  EXPECT_EQ(made.assess({{"mu", real(2)}, {"theta", vector({1})}}).why,
            "choice theta: value has too few elements (at 1)");
  EXPECT_EQ(made.assess({{"mu", real(2)}, {"theta", real(1)}}).why,
            "choice theta: its value has fewer indices than loops around it (at 0)");
}

TEST(Choices, NeedASamplerToBeSimulatedAndARunToBeAsked) {
  const char* const text = "density { %0 : real = choice mu (%1 : real) { yield %1 } {} {} {} }";
  const Interpreter made = interpreter(text, {});
  Counting generator;
  EXPECT_EQ(made.simulate(generator).why, "choice mu has no sampler");
  EXPECT_EQ(made.density({}).why, "choice mu is not resolved");
  EXPECT_EQ(made.assess({{"mu", real(7)}}).target, 7);
}

TEST(Choices, AreMadeOnceAnAddress) {
  const Interpreter made = interpreter(
      "density { %0 : real = choice mu (%1 : real) { yield %1 } {} {} {}\n"
      "%2 : real = choice mu (%3 : real) { yield %3 } {} {} {} }",
      {});
  EXPECT_EQ(made.assess({{"mu", real(7)}}).why,
            "choice mu made twice at the same place, or in two shapes");
}

TEST(Outputs, SeeThePositionAndTheGenerator) {
  const Interpreter made = interpreter(
      "density (%0 : vector[1]) { %1 : integer = constant 0 %2 : real = load %0 %1 "
      "term prior %2 %3 : real = add %2 %2 yield %3 }\n"
      "outputs { %4 : real = draw_uniform %5 : real = mul %4 %3 output x %5 }",
      {});
  Counting generator;
  const Evaluation found = made.outputs(std::vector<double>{8}, generator);
  EXPECT_EQ(found.outputs.at("x"), real(8));
  EXPECT_EQ(found.target, 8);
  EXPECT_TRUE(made.density(std::vector<double>{8}).outputs.empty());
}

TEST(Outputs, AreOneArrayAName) {
  const Interpreter made = interpreter(
      "outputs { %0 : real = constant 1 output x %0 %1 : integer = constant 2\n"
      "plate mapped 0 %1 (%2 : integer) { output x %0 yield } }",
      {});
  Counting generator;
  EXPECT_EQ(made.outputs({}, generator).why,
            "output x twice at the same place, or in two shapes (at 0)");
}

TEST(Prelude, RunsOnceAndIsSeenByBothOthers) {
  const Interpreter made = interpreter(
      "data n : integer\nprelude { %0 : integer = data n %1 : real = to_real %0 "
      "%2 : real = mul %1 %1 }\n"
      "density { term prior %2 }\noutputs { output square %2 }",
      {{"n", {.type = Type::integer(), .integers = {5}}}});
  Counting generator;
  const Evaluation found = made.outputs({}, generator);
  EXPECT_EQ(found.target, 25);
  EXPECT_EQ(found.outputs.at("square"), real(25));
}

}  // namespace
}  // namespace tyche::interpret
