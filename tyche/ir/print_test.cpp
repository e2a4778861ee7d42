#include "tyche/ir/print.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tyche/ir/builder.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/ir/verify.hpp"

namespace tyche::ir {
namespace {

/// Every op and every attribute, in a program that verify accepts.
const char* const golden = R"(data y : vector[?] within 0 to inf from -inf to 9.5 @ 0
data "group of y" : array[?] integer
function f : real (%x.0 : real, %n.1 : integer) {
  %2 : integer = constant 0
  %3 : boolean = le %n.1 %2
  if %3 {
    return %x.0
  } {
    yield
  }
  %4 : integer = constant -1
  %5 : integer = add %n.1 %4
  %6 : real = call f %x.0 %5
  return %6
}
prelude {
  %y.7 : vector[?] = data y
  %8 : integer = size 0 %y.7
}
density (%u.9 : vector[3]) {
  %10 : real = constant 0.1
  %11 : real = constant -1e-310
  %12 : real = constant inf
  %13 : boolean = constant true
  %"tau squared".14 : real = choice tau unnormalised %10 @ 0 (%15 : real, %16 : real) {
    %17 : real = sub %15 %16
    yield %17
  } (%18 : vector[1], %19 : real) {
    %20 : integer = constant 0
    %21 : real = load %18 %20
    yield %21 %19
  } {} (%22 : real) {
    %23 : real = draw_normal
    yield %23
  }
  %grad.24 : vector[2] = local
  %25 : real, %26 : vector[?] = for %8 %10 %y.7 (%27 : integer, %28 : real, %29 : vector[?]) {
    yield %28 %29
  }
  %30 : vector[?], %31 : real = plate mapped 1 order lanes %8 @ 1 (%32 : integer) {
    %33 : real = load %y.7 %32
    %34 : integer = constant 1
    add_to in_turn %grad.24 %34 %33
    term likelihood unnormalised %33 %32
    yield %33 %33
  }
  %35 : real, %36 : vector[?] = scan carried 1 %8 %10 %y.7 (%37 : integer, %38 : real, %39 : real) {
    yield %39 %38
  }
  while {
    yield %13
  } {
    break
  }
  %40 : tuple(real, boolean) = tuple %35 %13
  %41 : boolean = item 1 %40
  %42 : function(real, integer, real) = function f
  %43 : real = call_value %42 %10 %8
  print "a \"quoted\"\nword" %43
  yield %43 %grad.24
}
outputs {
  %44 : real = draw_uniform
  output "y next" %44
  reject "never \\ more"
}
location 0 "a model.stan" 3
location 1 "b.stan" 14
)";

TEST(Print, GivesBackWhatParseReads) {
  const auto program = parse(golden);
  ASSERT_TRUE(program.has_value()) << to_string(program.error());
  EXPECT_EQ(print(*program), golden);
}

TEST(Print, GoldenProgramIsWellFormed) {
  const auto program = parse(golden);
  ASSERT_TRUE(program.has_value());
  const auto verified = verify(*program);
  EXPECT_TRUE(verified.has_value()) << to_string(verified.error());
}

TEST(Print, OfABuiltProgram) {
  Program program;
  program.density.arguments = {program.new_value(Type::vector(2), "u")};
  Builder b(program, program.density);
  const auto sums = b.plate(2, 0, [&](Builder& in, Value i) {
    const Value x = in.load(program.density.arguments[0], {i});
    return std::vector{in.emit(Op::mul, {x, x})};
  });
  b.term(sums[0], Role::prior, false);
  EXPECT_EQ(print(program), R"(density (%u.0 : vector[2]) {
  %1 : integer = constant 2
  %5 : real = plate mapped 0 %1 (%2 : integer) {
    %3 : real = load %u.0 %2
    %4 : real = mul %3 %3
    yield %4
  }
  term prior unnormalised %5
}
)");
}

TEST(Print, RealsReadBackAsTheSameNumber) {
  using Limits = std::numeric_limits<double>;
  for (double x : {0.1, -0.0, 1.0 / 3, Limits::min(), Limits::denorm_min(), Limits::max(),
                   Limits::infinity(), -Limits::infinity(), 0x1.fffffffffffffp-3, 1e22, 1e23}) {
    Program program;
    Builder(program, program.density).real(x);
    const auto read = parse(print(program));
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    const double back = read->density.body[0].number;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(x)) << x;
  }
}

TEST(Parse, KeepsEveryField) {
  const auto program = parse(golden);
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(program->data[1].name, "group of y");
  EXPECT_EQ(program->data[0].location, 0);
  EXPECT_EQ(program->locations[1].line, 14);
  EXPECT_EQ(program->values[14].hint, "tau squared");
  EXPECT_EQ(program->type({42}).parts.size(), 3u);
  const Instruction& choice = program->density.body[4];
  EXPECT_EQ(choice.op, Op::choice);
  EXPECT_FALSE(choice.normalised);
  EXPECT_TRUE(choice.regions[2].body.empty());
  EXPECT_EQ(choice.location, 0);
  const Instruction& plate = program->density.body[7];
  EXPECT_EQ(plate.order, Order::lanes);
  EXPECT_EQ(plate.integer, 1);
  EXPECT_EQ(plate.regions[0].body[3].role, Role::likelihood);
  EXPECT_EQ(program->outputs.body.back().name, "never \\ more");
}

struct Bad {
  const char* text;
  const char* error;
};

TEST(Parse, SaysWhereAndWhatIsWrong) {
  const Bad table[] = {
      {"density {\n  %1 real = constant 1\n}", "line 2: expected ':', found real"},
      {"density {\n  %1 : real = konstant 1\n}", "line 2: expected an operation, found konstant"},
      {"density {\n  %1 : integer = constant 1.5\n}", "line 2: expected a whole number, found 1.5"},
      {"density {\n  %1 : real = constant 1\n", "line 3: expected an operation, found the end"},
      {"densities {}",
       "line 1: expected data, function, prelude, density, outputs or location, found densities"},
      {"data x : vector[3, 3]", "line 1: expected 1 dims, found the end"},
      {"density {\n  output \"x\n}", "line 2: expected a name, found \"x\n}"},
      {"density {\n  term prior %x\n}", "line 2: expected an operation, found %x\n}"},
      {"density {\n  %5000000 : real = constant 1\n}", "line 2: expected a value, found %5000000"},
      {"location 1 \"f\" 2", "line 1: expected locations in order, found f"},
  };
  for (const auto& [text, error] : table) {
    const auto program = parse(text);
    ASSERT_FALSE(program.has_value()) << text;
    const Error& told = program.error();
    EXPECT_EQ(told.where + ": expected " + told.expected + ", found " + told.found, error) << text;
    EXPECT_FALSE(told.remedy.empty());
  }
}

TEST(Parse, DeepNestingIsAnErrorNotACrash) {
  std::string text = "density {";
  for (int k = 0; k < 100000; ++k) text += " if %0 {";
  const auto program = parse(text);
  ASSERT_FALSE(program.has_value());
  EXPECT_EQ(program.error().expected, "braces nested less deep");
  std::string type = "data x : ";
  for (int k = 0; k < 100000; ++k) type += "array[1] ";
  EXPECT_FALSE(parse(type).has_value());
}

}  // namespace
}  // namespace tyche::ir
