#include "tyche/passes/structure.hpp"

#include "tyche/ir/parse.hpp"
#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {
namespace {

Program parsed(std::string_view text) {
  Result<Program> program = ir::parse(text);
  EXPECT_TRUE(program.has_value()) << to_string(program.error());
  expect_well_formed(*program);
  return *program;
}

bool holds(const Program& program, Op op) {
  bool found = false;
  for_each_instruction(program.density, [&](const Instruction& i) { found |= i.op == op; });
  return found;
}

/// The value at several points stays, with each pass and with both.
void expect_same(const Program& before, const Program& after, const std::vector<Point>& points) {
  expect_well_formed(after);
  for (const Point& u : points) {
    const interpret::Evaluation a = evaluated(before, {}, u), b = evaluated(after, {}, u);
    EXPECT_EQ(a.rejected, b.rejected);
    EXPECT_EQ(a.target, b.target) << ir::print(after);
    EXPECT_EQ(a.yields, b.yields) << ir::print(after);
  }
}

// s sums 0.5, 1.5, ... : even steps are skipped, and the loop ends once s exceeds u.
constexpr std::string_view jumping = R"(
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : vector[1] = local
  %4 : real = constant 0
  store %3 %1 %4
  %5 : integer = constant 20
  for %5 (%6 : integer) {
    %7 : integer = constant 2
    %8 : integer = remainder %6 %7
    %9 : boolean = eq %8 %1
    if %9 {
      continue
    } {
      yield
    }
    %10 : real = load %3 %1
    %11 : boolean = gt %10 %2
    if %11 {
      break
    } {
      %12 : real = to_real %6
      %13 : real = add %12 %10
      store %3 %1 %13
      yield
    }
    %14 : real = load %3 %1
    term prior %14
    yield
  }
  %15 : real = load %3 %1
  yield %15
}
)";

TEST(RemoveStructure, BreakAndContinue) {
  const Program before = parsed(jumping), after = remove_structure(before);
  EXPECT_FALSE(holds(after, Op::break_loop) || holds(after, Op::continue_loop));
  expect_same(before, after, {{-1}, {0}, {5}, {30}, {1000}});
}

TEST(PromoteLocals, LeavesNoLocalBehind) {
  const Program before = parsed(jumping);
  const Program after = promote_locals(remove_structure(before));
  EXPECT_FALSE(holds(after, Op::local));
  expect_same(before, after, {{-1}, {5}, {30}, {1000}});
}

// Two elements that change places in a loop under a condition.
constexpr std::string_view swapping = R"(
density (%0 : vector[2]) {
  %1 : integer = constant 0
  %2 : integer = constant 1
  %3 : vector[2] = local
  store %3 %0
  %4 : vector[2] = local
  %5 : real = load %0 %1
  %6 : real = load %0 %2
  store %4 %1 %5
  store %4 %2 %6
  %7 : integer = constant 5
  for %7 (%8 : integer) {
    %9 : real = load %4 %1
    %10 : real = load %4 %2
    %11 : boolean = lt %9 %10
    if %11 {
      store %4 %1 %10
      add_to %4 %2 %9
      yield
    } {
      store %4 %2 %9
      yield
    }
    yield
  }
  %12 : real = load %4 %1
  %13 : real = load %4 %2
  yield %12 %13 %3
}
)";

TEST(PromoteLocals, KeepsElementsApart) {
  const Program before = parsed(swapping), after = promote_locals(before);
  std::size_t locals = 0;
  for_each_instruction(after.density, [&](const Instruction& i) { locals += i.op == Op::local; });
  EXPECT_EQ(locals, 1U);  // the one that is yielded whole
  expect_same(before, after, {{1, 2}, {2, 1}, {-3, .5}, {-1, -1}});
}

// The first power of u above 100, found in a function that returns from two nested loops.
constexpr std::string_view returning = R"(
function above : real (%20 : real) {
  %21 : real = constant 100
  %22 : vector[1] = local
  %23 : integer = constant 0
  %24 : real = constant 1
  store %22 %23 %24
  %25 : integer = constant 5
  for %25 (%26 : integer) {
    for %25 (%27 : integer) {
      %28 : real = load %22 %23
      %29 : real = mul %28 %20
      store %22 %23 %29
      %30 : boolean = gt %29 %21
      if %30 {
        return %29
      } {
        yield
      }
      yield
    }
    yield
  }
  return %24
}
function twice : real (%40 : real) {
  %41 : real = call above %40
  %42 : real = add %41 %41
  return %42
}
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : real = call twice %2
  term prior %3
  %4 : real = call above %3
  yield %4
}
)";

TEST(InlineFunctions, ReturnsFromLoops) {
  const Program before = parsed(returning);
  const Program after = inline_functions(remove_structure(before));
  EXPECT_FALSE(holds(after, Op::call));
  EXPECT_TRUE(after.functions.empty());
  expect_same(before, after, {{2}, {1.01}, {-3}, {400}});
  const Program promoted = promote_locals(after);
  EXPECT_FALSE(holds(promoted, Op::local));
  expect_same(before, promoted, {{2}, {1.01}, {-3}, {400}});
}

constexpr std::string_view recursive = R"(
function power : real (%20 : real, %21 : integer) {
  %22 : integer = constant 0
  %23 : boolean = le %21 %22
  if %23 {
    %24 : real = constant 1
    return %24
  } {
    yield
  }
  %25 : integer = constant 1
  %26 : integer = sub %21 %25
  %27 : real = call power %20 %26
  %28 : real = mul %27 %20
  return %28
}
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : integer = constant 4
  %4 : real = call power %2 %3
  yield %4
}
)";

TEST(InlineFunctions, LeavesRecursionAlone) {
  const Program before = parsed(recursive);
  const Program after = inline_functions(remove_structure(before));
  EXPECT_TRUE(holds(after, Op::call));
  expect_same(before, after, {{2}, {-1.5}});
}

// A function that is handed on as a value, called by one that is recursive and by one that is not.
constexpr std::string_view handed_on = R"(
function double : real (%30 : real) {
  %31 : real = add %30 %30
  return %31
}
function apply : real (%32 : function(real, real), %33 : real) {
  %34 : real = call_value %32 %33
  return %34
}
function power : real (%20 : real, %21 : integer) {
  %22 : integer = constant 0
  %23 : boolean = le %21 %22
  if %23 {
    %24 : real = constant 1
    return %24
  } {
    yield
  }
  %25 : integer = constant 1
  %26 : integer = sub %21 %25
  %27 : real = call power %20 %26
  %28 : real = call double %27
  return %28
}
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : integer = constant 4
  %5 : function(real, real) = function double
  %6 : real = call apply %5 %2
  %4 : real = call power %6 %3
  %7 : real = add %4 %6
  yield %7
}
)";

TEST(InlineFunctions, KeepsWhatIsStillCalledAndNoFunctionValue) {
  const Program before = parsed(handed_on);
  const Program after = inline_functions(remove_structure(before));
  EXPECT_FALSE(holds(after, Op::function));
  EXPECT_EQ(after.functions.size(), 2u);  // power, and double that it calls
  expect_same(before, after, {{2}, {-1.5}});
}

constexpr std::string_view whiles = R"(
density (%0 : vector[1]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : vector[2] = local
  store %3 %1 %2
  while {
    %4 : real = load %3 %1
    %5 : real = constant 10
    %6 : boolean = lt %4 %5
    yield %6
  } {
    %7 : real = load %3 %1
    %8 : real = constant 3
    %9 : real = add %7 %8
    store %3 %1 %9
    %10 : real = constant 5
    %11 : boolean = gt %9 %10
    if %11 {
      break
    } {
      yield
    }
    term prior %9
    yield
  }
  %12 : real = load %3 %1
  yield %12
}
)";

TEST(RemoveStructure, BreakOutOfWhile) {
  const Program before = parsed(whiles), after = remove_structure(before);
  EXPECT_FALSE(holds(after, Op::break_loop));
  expect_same(before, after, {{-9}, {0}, {20}});
  expect_same(before, promote_locals(after), {{-9}, {0}, {20}});
}

constexpr std::string_view scanning = R"(
density (%0 : vector[3]) {
  %1 : integer = constant 3
  %2 : real = constant 0
  %3 : real, %4 : vector[3] = scan carried 1 %1 %2 %0 (%5 : integer, %6 : real, %7 : real) {
    %8 : real = add %6 %7
    %9 : real = mul %8 %7
    yield %8 %9
  }
  yield %3 %4
}
)";

TEST(LowerScan, GivesTheSame) {
  const Program before = parsed(scanning), after = lower_scan(before);
  EXPECT_FALSE(holds(after, Op::scan));
  expect_same(before, after, {{1, 2, 3}, {-.5, .25, 8}});
}

}  // namespace
}  // namespace tyche::passes
