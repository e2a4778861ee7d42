#include "tyche/ir/verify.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tyche/ir/parse.hpp"

namespace tyche::ir {
namespace {

struct Rule {
  const char* body;   // of the density, after a few values that all rows share
  const char* error;  // whole text, its place apart
};

/// %0 real, %1 integer, %2 boolean, %3 local vector[4], %4 vector[4] of data.
std::string whole(const std::string& body) {
  return "data x : vector[4]\n"
         "function f : real (%900 : real) { return %900 }\n"
         "density (%u.5 : vector[2]) {\n"
         "%0 : real = constant 1\n%1 : integer = constant 4\n%2 : boolean = constant true\n"
         "%3 : vector[4] = local\n%4 : vector[4] = data x\n" +
         body + "\n}\noutputs {\n}\nlocation 0 \"m.stan\" 7\n";
}

const Rule rules[] = {
    // values
    {"%10 : real = neg %11", "a value defined before, here or in a region around, found %11"},
    {"%0 : real = constant 2", "a value defined once, found %0 twice"},
    {"if %2 { %10 : real = constant 1 yield } { yield } term prior %10",
     "a value defined before, here or in a region around, found %10"},
    {"%10 : array[3] tuple(real) = data x", "a type that values have, found array[3] tuple(real)"},
    {"term prior %0 @ 3", "a location below 1, found 3"},
    // types
    {"%10 : integer = constant 1 @ 0\n%11 : real = add %0 %10",
     "operands that add takes, found real, integer"},
    {"%10 : integer = mul %0 %0", "results: real, found integer"},
    {"%10 : real = mul %0", "2 operands, found 1"},
    {"%10 : real = fma %1 %1 %1", "operands that fma takes, found integer, integer, integer"},
    {"%10 : real = load %4 %0", "operands that load takes, found vector[4], real"},
    {"%10 : real = load %4 %1 %1", "operands that load takes, found vector[4], integer, integer"},
    {"%10 : vector[4] = data z", "data that is declared, found z"},
    {"%10 : vector[5] = data x", "results: vector[4], found vector[5]"},
    {"%10 : integer = size 1 %4", "operands that size takes, found vector[4]"},
    {"%10 : real = item 2 %4", "a tuple with item 2, found vector[4]"},
    {"%10 : vector[4] = cholesky %4", "operands that cholesky takes, found vector[4]"},
    {"%10 : real = call g %0", "a function of the program, found g"},
    {"%10 : real = call f %1", "operands: real, found integer"},
    {"%10 : real = call_value %0", "a function first, found real"},
    {"%10 : real = select %0 %0 %0", "operands that select takes, found real, real, real"},
    // locals
    {"store %4 %1 %0", "a local of the density, found %4"},
    {"store %3 %1 %1", "a value of type real, found integer"},
    {"store %3 %0 %0", "a container and integers, found vector[4], real"},
    {"add_to %3 %3", "a container and integers, found vector[4]"},
    {"plate mapped 0 %1 (%10 : integer) { store %3 %10 %0 yield }",
     "a local of the plate's own body, found %3"},
    {"plate mapped 0 %1 (%10 : integer) { add_to in_turn %3 %10 %0 add_to in_turn %3 %10 %0 yield "
     "}",
     "the only add_to a local of outside, at the top of an outermost plate, found in_turn"},
    {"add_to in_turn %3 %1 %0",
     "the only add_to a local of outside, at the top of an outermost plate, found in_turn"},
    {"plate mapped 0 %1 (%10 : integer) { %11 : real = load %3 %10 add_to %3 %10 %11 yield }",
     "a local that the plate sums into and does not read, found %3 read"},
    {"%10 : integer = local", "results: one container, found integer"},
    // regions
    {"plate mapped 0 %1 (%10 : integer) { term prior %0 }", "a yield after it, found nothing"},
    {"plate mapped 0 %1 (%10 : integer) {}", "regions that end in a yield, found an empty one"},
    {"yield\nterm prior %0", "the end of the region, found more instructions"},
    {"%10 : real = plate mapped 0 %1 (%11 : integer) { yield %11 }",
     "summed yields: real, found integer"},
    {"%10 : real = plate mapped 1 %1 (%11 : integer) { yield %0 }",
     "results: vector[?], found real"},
    {"plate mapped 1 %1 (%11 : integer) { yield }", "at most as many mapped as yields, found 1"},
    {"plate mapped 0 %0 (%11 : integer) { yield }", "an integer count first, found real"},
    {"%10 : real = for %1 %0 (%11 : integer, %12 : real) { yield %11 }",
     "yields: real, found integer"},
    {"%10 : real = for %1 %0 (%11 : integer) { yield %0 }",
     "arguments: integer, real, found integer"},
    {"%10 : real = for %1 (%11 : integer) { yield }", "results: nothing, found real"},
    {"%10 : real = if %2 { yield %0 } { yield }", "yields of region 1: real, found nothing"},
    {"if %2 { yield }", "2 regions, found 1"},
    {"if %1 { yield } { yield }", "a boolean, found integer"},
    {"while { yield %0 } { yield }", "yields of region 0: boolean, found real"},
    {"%10 : real = scan carried 1 %1 %0 %0 (%11 : integer, %12 : real) { yield %12 }",
     "data: containers, found real"},
    {"%10 : real = scan carried 3 %1 %0 (%11 : integer, %12 : real) { yield %12 }",
     "at most as many carried as operands, found 3"},
    // leaving
    {"break", "a for or while around it, found none"},
    {"%10 : real = for %1 %0 (%11 : integer, %12 : real) { break }",
     "a for or while that carries nothing around it, found "
     "%10 : real = for %1 %0"},
    {"for %1 (%11 : integer) { plate mapped 0 %1 (%12 : integer) { break } yield }",
     "a for or while that carries nothing around it, found plate mapped 0 %1"},
    {"while { break } { yield }", "a for or while that carries nothing around it, found while"},
    {"return %0", "a function around it, found density"},
    // meaning
    {"%10 : real = draw_normal", "the outputs, a sampler or a function around it, found density"},
    {"term prior %1", "operands: real, found integer"},
    {"%10 : real = choice c (%11 : real) { yield %11 }", "4 regions, found 1"},
    {"%10 : real = choice c {} {} {} {}", "a log density in region 0, found nothing"},
    {"%10 : real = choice c %0 (%11 : real) { yield %11 } {} {} {}",
     "arguments of region 0: real, real, found real"},
    {"%10 : real = choice c (%11 : real) { %12 : real = draw_normal yield %12 } {} {} {}",
     "the outputs, a sampler or a function around it, found density"},
    {"%10 : real = choice c (%11 : real) { term prior %11 yield %11 } {} {} {}",
     "the density or a function around it, and no choice, found density"},
    {"%10 : real = choice c (%11 : real) { yield %11 } {} {} { yield %1 }",
     "yields of region 3: real, found integer"},
};

TEST(Verify, EveryRuleSaysWhatItExpected) {
  for (const Rule& rule : rules) {
    const auto program = parse(whole(rule.body));
    ASSERT_TRUE(program.has_value()) << rule.body << "\n" << to_string(program.error());
    const auto verified = verify(*program);
    ASSERT_FALSE(verified.has_value()) << rule.body;
    EXPECT_EQ(verified.error().expected + ", found " + verified.error().found, rule.error)
        << rule.body;
  }
}

TEST(Verify, ErrorsNameTheEntryTheInstructionAndThePlace) {
  const auto program = parse(whole("%10 : real = add %0 %1 @ 0"));
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(
      to_string(verify(*program).error()),
      "m.stan:7: density: %10 : real = add %0 %1 @ 0: expected operands that add takes, "
      "found real, integer\n  mend the program there: tyche/ir/op.hpp says what each operation "
      "takes");
}

TEST(Verify, WhatTheEntriesSeeOfEachOther) {
  const char* const good =
      "prelude { %0 : real = constant 1 }\ndensity { %1 : real = neg %0 }\n"
      "outputs { output a %0 output b %1 %2 : real = draw_normal }";
  EXPECT_TRUE(verify(*parse(good)).has_value());
  const char* const bad[] = {
      "prelude { term prior %0 }",
      "prelude { %0 : real = constant 1 term prior %0 }",
      "prelude { %0 : real = draw_normal }",
      "function f : none { term prior %0 return }\nprelude { %0 : real = constant 1 }",
      R"(prelude { %0 : vector[1] = local }
         density { %1 : integer = constant 0 %2 : real = constant 0 store %0 %1 %2 })",
      "prelude { %0 : integer = constant 0 yield %0 }",
      "density (%0 : real) { yield %0 }",
      "outputs (%0 : vector[1]) { yield }",
      "data x : real\ndata x : integer",
      "data x : tuple(real)",
      "data x : vector[-2]",
      "function f : none { return }\nfunction f : none { return }",
      "function f : real { return }",
      "function f : none (%0 : real) { return %0 }",
      "function f : none (%0 : integer) { plate mapped 0 %0 (%1 : integer) { return } return }",
  };
  for (const char* text : bad) {
    const auto program = parse(text);
    ASSERT_TRUE(program.has_value()) << text << to_string(program.error());
    EXPECT_FALSE(verify(*program).has_value()) << text;
  }
}

TEST(Verify, AcceptsLeavingLoopsThroughBranches) {
  const char* const good =
      "function f : real (%0 : real, %1 : boolean, %2 : integer) {\n"
      "  for %2 (%3 : integer) { if %1 { return %0 } { continue } yield }\n"
      "  while { yield %1 } { if %1 { break } { yield } yield }\n"
      "  return %0\n"
      "}";
  const auto verified = verify(*parse(good));
  EXPECT_TRUE(verified.has_value()) << to_string(verified.error());
}

}  // namespace
}  // namespace tyche::ir
