#include "tyche/passes/simplify.hpp"

#include "tyche/ir/parse.hpp"
#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {
namespace {

std::string simplified(std::string_view text) {
  Result<Program> program = ir::parse(text);
  EXPECT_TRUE(program.has_value()) << to_string(program.error());
  expect_well_formed(*program);
  const Program once = simplify(*program);
  expect_well_formed(once);
  EXPECT_EQ(ir::print(simplify(once)), ir::print(once));
  return ir::print(once);
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

TEST(Simplify, ExactIdentitiesOnly) {
  const std::string text = simplified(R"(
density (%0 : vector[2]) {
  %1 : integer = constant 0
  %2 : integer = constant 1
  %3 : integer = add %1 %2
  %4 : real = load %0 %1
  %5 : real = load %0 %3
  %6 : real = constant 1
  %7 : real = constant 0
  %8 : real = constant -0
  %9 : real = mul %4 %6
  %10 : real = add %9 %8
  %11 : real = add %10 %7
  %12 : real = neg %11
  %13 : real = neg %12
  %14 : real = sub %13 %7
  yield %14 %5
}
)");
  // x + 0 is not x where x is -0; all the others go.
  EXPECT_EQ(count(text, "= add"), 1);
  EXPECT_EQ(count(text, "= mul") + count(text, "= neg") + count(text, "= sub"), 0);
  EXPECT_EQ(count(text, "= load"), 2);
}

TEST(Simplify, SharesWhatDominatesAndNotWhatDoesNot) {
  const std::string text = simplified(R"(
density (%0 : vector[2]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : real = exp %2
  %4 : real = constant 0
  %5 : boolean = lt %2 %4
  %6 : real = if %5 {
    %7 : real = exp %2
    %8 : real = sin %2
    %9 : real = add %7 %8
    yield %9
  } {
    %10 : real = sin %2
    yield %10
  }
  %11 : real = sin %2
  %12 : real = add %6 %11
  %13 : real = add %12 %3
  yield %13
}
)");
  EXPECT_EQ(count(text, "= exp"), 1);
  EXPECT_EQ(count(text, "= sin"), 3);
}

TEST(Simplify, RaisesInvariantsOutOfPlatesThatRun) {
  const std::string text = simplified(R"(
density (%0 : vector[8]) {
  %1 : integer = constant 8
  %2 : integer = constant 0
  %3 : real = plate mapped 0 %1 (%4 : integer) {
    %5 : real = load %0 %2
    %6 : real = exp %5
    %7 : real = load %0 %4
    %8 : real = mul %6 %7
    yield %8
  }
  %9 : real = plate mapped 0 %2 (%10 : integer) {
    %11 : integer = constant 12
    %12 : real = load %0 %11
    yield %12
  }
  %13 : real = add %3 %9
  yield %13
}
)");
  EXPECT_LT(text.find("exp"), text.find("plate"));
  // The load that would reject the point stays in the plate that does not run.
  EXPECT_GT(text.rfind("load"), text.rfind("plate"));
}

TEST(Simplify, DropsUnusedResultsCarriesAndLocals) {
  const std::string text = simplified(R"(
density (%0 : vector[3]) {
  %1 : integer = constant 3
  %2 : real = constant 0
  %3 : vector[3], %4 : real = plate mapped 1 %1 (%5 : integer) {
    %6 : real = load %0 %5
    %7 : real = exp %6
    yield %7 %6
  }
  %8 : real, %9 : real, %10 : real = for %1 %2 %2 %4 (%11 : integer, %12 : real, %13 : real, %20 : real) {
    %14 : real = sin %13
    %15 : real = add %12 %4
    yield %15 %14 %20
  }
  %16 : vector[3] = local
  store %16 %1 %2
  %17 : real = add %8 %10
  yield %17
}
)");
  EXPECT_EQ(count(text, "exp") + count(text, "sin") + count(text, "local") + count(text, "store"),
            0);
  EXPECT_EQ(count(text, "mapped 0"), 1);
  // %20 never changes: the loop carries only its sum.
  EXPECT_NE(text.find("%8 : real = for"), std::string::npos) << text;
}

TEST(Simplify, ReadsOfAViewReadTheArray) {
  const std::string text = simplified(R"(
data g : array[4] integer
density (%0 : vector[6]) {
  %1 : integer = constant 4
  %2 : integer = constant 2
  %3 : vector[4] = slice %0 %2 %1
  %4 : array[4] integer = data g
  %5 : real = plate mapped 0 %1 (%6 : integer) {
    %7 : real = load %3 %6
    %8 : integer = load %4 %6
    %9 : real = load %3 %8
    %10 : real = mul %7 %9
    yield %10
  }
  yield %5
}
)");
  // The gather keeps the view, which checks its range.
  EXPECT_EQ(count(text, "load %0"), 1) << text;
  EXPECT_EQ(count(text, "load %3"), 1) << text;
}

}  // namespace
}  // namespace tyche::passes
