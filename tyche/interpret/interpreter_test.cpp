// Control, sums, rejections, and what create checks.
#include "tyche/interpret/interpreter.hpp"

#include "tyche/interpret/run_text_test.hpp"
#include "tyche/kernels/elementary.hpp"

namespace tyche::interpret {
namespace {

TEST(Control, ForCarriesValuesTogether) {
  // (a, b) -> (b, a + b)
  EXPECT_EQ(yields("%9 : integer = constant 10 %10 : integer, %11 : integer = for %9 %3 %4 "
                   "(%12 : integer, %13 : integer, %14 : integer) {\n"
                   "%15 : integer = add %13 %14 yield %14 %15 } yield %10 %11"),
            (Reals{55, 89}));
  EXPECT_EQ(yields("%9 : integer = constant -3 %10 : real = for %9 %0 "
                   "(%12 : integer, %13 : real) { yield %2 } yield %10"),
            (Reals{3}));
}

TEST(Control, BreakAndContinueLeaveTheInnermostLoop) {
  // Adds i for i = 0, 2, 4 of 0..9, three times: continue at odd i, break at 5.
  EXPECT_EQ(
      yields("%9 : vector[1] = local %10 : real = constant 0 store %9 %3 %10\n"
             "%11 : integer = constant 10 %12 : integer = constant 5 %13 : integer = constant 3\n"
             "for %13 (%14 : integer) { for %11 (%15 : integer) {\n"
             "%16 : boolean = eq %15 %12 if %16 { break } { yield }\n"
             "%17 : integer = remainder %15 %5 %18 : boolean = eq %17 %4\n"
             "if %18 { continue } { yield }\n"
             "%19 : real = to_real %15 add_to %9 %3 %19 yield } yield }\nyield %9"),
      (Reals{18}));
}

TEST(Control, WhileRunsAsLongAsItsConditionHolds) {
  EXPECT_EQ(yields("%9 : integer = constant 100 %10 : integer = while %4 (%11 : integer) {\n"
                   "%12 : boolean = lt %11 %9 yield %12 } (%13 : integer) {\n"
                   "%14 : integer = mul %13 %5 yield %14 } yield %10"),
            (Reals{128}));
  EXPECT_EQ(yields("%9 : vector[1] = local store %9 %3 %0\n"
                   "while { yield %6 } { %10 : real = load %9 %3 %11 : real = mul %10 %0\n"
                   "store %9 %3 %11 %12 : real = constant 50 %13 : boolean = gt %11 %12\n"
                   "if %13 { break } { continue } yield }\nyield %9"),
            (Reals{81}));
}

TEST(Control, IfRunsOneSide) {
  EXPECT_EQ(yields("%9 : real, %10 : integer = if %7 { yield %0 %4 } { %11 : real = neg %0 "
                   "yield %11 %5 } yield %9 %10"),
            (Reals{-3, 2}));
}

TEST(Control, FunctionsRecurseAndAreValues) {
  const Interpreter made = interpreter(R"(
function factorial : real (%0 : integer) {
  %1 : integer = constant 0
  %2 : boolean = le %0 %1
  if %2 { %3 : real = constant 1 return %3 } { yield }
  %4 : integer = constant -1
  %5 : integer = add %0 %4
  %6 : real = call factorial %5
  %7 : real = to_real %0
  %8 : real = mul %6 %7
  return %8
}
function apply : real (%10 : function(integer, real), %11 : integer) {
  for %11 (%12 : integer) { %13 : real = call_value %10 %11 return %13 }
  %14 : real = constant 0
  return %14
}
function note : none (%15 : real) { term prior %15 return }
density {
  %20 : integer = constant 10
  %21 : real = call factorial %20
  %22 : function(integer, real) = function factorial
  %23 : integer = constant 5
  %24 : real = call apply %22 %23
  call note %24
  yield %21 %24
})");
  const Evaluation found = made.density({});
  EXPECT_EQ(found.yields[0].reals[0], 3628800);
  EXPECT_EQ(found.yields[1].reals[0], 120);
  EXPECT_EQ(found.target, 120);
}

TEST(Control, ScanStacksItsOutputs) {
  // Running sums of u, and u squared.
  EXPECT_EQ(yields("%9 : integer = constant 3 %10 : real = constant 0\n"
                   "%11 : real, %12 : vector[3], %13 : vector[3] = scan carried 1 %9 %10 %8\n"
                   "(%14 : integer, %15 : real, %16 : real) { %17 : real = add %15 %16\n"
                   "%18 : real = mul %16 %16 yield %17 %17 %18 }\nyield %11 %12 %13"),
            (Reals{1.5, 3, 1, 1.5, 9, 4, 0.25}));
}

TEST(Plate, StacksScalarsAndContainers) {
  EXPECT_EQ(yields("%9 : vector[2], %10 : array[2] integer, %11 : array[2] vector[3] =\n"
                   "plate mapped 3 %5 (%12 : integer) { %13 : real = load %8 %12 yield %13 %12 %8 }"
                   "\n%14 : real = load %11 %4 %5 yield %9 %10 %14 %11"),
            (Reals{3, -2, 0, 1, 0.5, 3, -2, 0.5, 3, -2, 0.5}));
}

double joined(const double* p) {
  return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
}

std::vector<double> uneven(int n) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i) x.push_back((i % 3 == 0 ? 1e8 : -1.0) / (i + 3));
  return x;
}

TEST(Plate, SumsInEightPartialSumsJoinedByTheTree) {
  const std::vector<double> x = uneven(19);
  double p[8] = {}, sequential = 0;
  for (int i = 0; i < 19; ++i) {
    p[i % 8] += x[std::size_t(i)];
    sequential += x[std::size_t(i)];
  }
  ASSERT_NE(joined(p), sequential);
  for (const bool lanes : {true, false}) {
    const Interpreter made = interpreter(
        std::string("density (%0 : vector[19]) { %1 : integer = constant 19 %9 : integer = "
                    "constant 0 %8 : vector[1] = local %10 : real = constant 0 store %8 %9 %10 "
                    "%2 : real = plate mapped 0 ") +
        (lanes ? "order lanes" : "") +
        " %1 (%3 : integer) { %4 : real = load %0 %3 term prior %4 add_to %8 %9 %4 yield %4 }\n"
        "yield %2 %8 }");
    const Evaluation found = made.density(x);
    const double expected = lanes ? joined(p) : sequential;
    EXPECT_EQ(found.yields[0].reals[0], expected);
    EXPECT_EQ(found.yields[1].reals[0], expected);
    EXPECT_EQ(found.target, expected);
  }
}

TEST(Plate, AddsProductsOfTheSameRegionByFma) {
  const std::vector<double> x = uneven(9);
  const auto fma = elementary(cpu_level()).fma;
  double fused = 0, rounded = 0;
  for (double v : x) {
    fused = fma(v, v, fused);
    rounded += v * v;
  }
  const auto sum = [&](const std::string& body) {
    const Interpreter made = interpreter(
        "density (%0 : vector[9]) { %1 : integer = constant 9 %8 : boolean = constant "
        "true %2 : real = plate mapped 0 %1 (%3 : integer) { %4 : real = load %0 %3 " +
        body + " } yield %2 }");
    return made.density(x).yields[0].reals[0];
  };
  EXPECT_EQ(sum("%5 : real = mul %4 %4 yield %5"), fused);
  // In a region of its own the product is rounded first.
  EXPECT_EQ(sum("%6 : real = if %8 { %5 : real = mul %4 %4 yield %5 } { yield %4 } yield %6"),
            rounded);
}

TEST(Plate, AddsInTurnInOneSumAndRoundsProducts) {
  const std::vector<double> x = uneven(19);
  double sum = 0.5;
  for (double v : x) sum += v * v;
  const Interpreter made = interpreter(
      "density (%0 : vector[19]) { %1 : integer = constant 19 %2 : integer = constant 0 "
      "%3 : vector[1] = local %4 : real = constant 0.5 store %3 %2 %4 "
      "plate mapped 0 order lanes %1 (%5 : integer) { %6 : real = load %0 %5 "
      "%7 : real = mul %6 %6 add_to in_turn %3 %2 %7 yield } yield %4 %3 }");
  EXPECT_EQ(made.density(x).yields[1].reals[0], sum);
}

TEST(Plate, OfPlatesSumsSums) {
  const std::vector<double> x = uneven(30);
  const auto fma = elementary(cpu_level()).fma;
  // 3 outer iterations of 10; element 0 of the local holds 7 before, element 1 is not added to.
  double outer[8] = {};
  for (int i = 0; i < 3; ++i) {
    double inner[8] = {};
    for (int j = 0; j < 10; ++j) {
      const double v = x[std::size_t(10 * i + j)];
      inner[j % 8] = fma(v, v, inner[j % 8]);
    }
    outer[i] += joined(inner);
  }
  const Interpreter made = interpreter(R"(density (%0 : vector[30]) {
  %1 : integer = constant 3 %2 : integer = constant 10 %3 : vector[2] = local
  %4 : integer = constant 0 %5 : real = constant 7 %15 : integer = constant 1
  store %3 %4 %5 store %3 %15 %5
  plate mapped 0 order lanes %1 (%6 : integer) {
    plate mapped 0 order lanes %2 (%7 : integer) {
      %8 : integer = mul %6 %2 %9 : integer = add %8 %7 %10 : real = load %0 %9
      %11 : real = mul %10 %10
      add_to %3 %4 %11
      term likelihood %11 %9
      yield
    }
    yield
  }
  yield %3
})");
  const Evaluation found = made.density(x, Record::terms);
  EXPECT_EQ(found.yields[0].reals, (Reals{7 + joined(outer), 7}));
  EXPECT_EQ(found.target, joined(outer));
  ASSERT_EQ(found.terms.size(), 30u);
  EXPECT_EQ(found.terms[12].observation, 12);
  EXPECT_EQ(found.terms[12].role, ir::Role::likelihood);
}

/// A sum of its own would be 2 x 2^-53, which 1 does not swallow.
TEST(Plate, SequentialInAnotherLeavesItsAddsToIt) {
  EXPECT_EQ(yields(R"(%9 : vector[1] = local %10 : real = constant 0 store %9 %3 %10
    %11 : real = constant 1 %12 : real = constant 1.1102230246251565e-16
    plate mapped 0 order lanes %4 (%13 : integer) {
      add_to %9 %3 %11
      plate mapped 0 %5 (%14 : integer) { add_to %9 %3 %12 yield }
      yield
    }
    yield %9)"),
            (Reals{1}));
}

TEST(Rejection, SaysWhereAndWhy) {
  EXPECT_EQ(why("%9 : real = load %8 %4 @ 0"), "m.stan:12: index 7 outside [0, 3)");
  EXPECT_EQ(why("%9 : integer = constant -1 %10 : real = load %8 %9"), "index -1 outside [0, 3)");
  EXPECT_EQ(why("plate mapped 0 %4 (%9 : integer) { %10 : real = load %8 %9 yield }"),
            "index 3 outside [0, 3) (at 3)");
  EXPECT_EQ(why("%9 : integer = div %4 %3"), "division of an integer by 0");
  EXPECT_EQ(why("%9 : integer = remainder %4 %3"), "division of an integer by 0");
  EXPECT_EQ(why("%9 : real = constant 1e19 %10 : integer = to_integer %9"),
            "no integer for 10000000000000000000.000000");
  EXPECT_EQ(why("%9 : real = constant nan %10 : integer = to_integer %9"), "no integer for nan");
  EXPECT_EQ(why("reject \"sigma is negative\" @ 0"), "m.stan:12: sigma is negative");
  EXPECT_EQ(why("%9 : vector[?] = slice %8 %3 %4"), "slice of 7 from 0 outside [0, 3)");
  EXPECT_EQ(why("%9 : matrix[1, 1] = local %10 : real = constant -1 store %9 %3 %3 %10 "
                "%11 : matrix[1, 1] = cholesky %9"),
            "a matrix that is not positive definite");
  EXPECT_EQ(why("%9 : matrix[1, 1] = local %11 : matrix[1, 1] = cholesky %9"),
            "a matrix that is not positive definite");
}

TEST(Rejection, OfEndlessRecursion) {
  const Interpreter made =
      interpreter("function f : none { call f call f return }\ndensity { call f }");
  EXPECT_EQ(made.density({}).why, "calls nested deeper than 1000");
}

TEST(Rejection, OfAFunctionThatEndsWithoutItsResult) {
  const Interpreter made =
      interpreter("function f : real { yield }\ndensity { %0 : real = call f }");
  EXPECT_EQ(made.density({}).why, "a function that ended without a result");
}

TEST(Create, SaysWhichDataDoNotFit) {
  const std::string text =
      "data y : vector[?]\ndata g : array[2] integer\nprelude {\n"
      "%0 : array[2] integer = data g %1 : integer = constant 0\n"
      "%2 : integer = load %0 %1 %3 : integer = div %1 %2 }";
  const Array g{.type = Type::array(Type::integer(), {2}), .integers = {1, 2}};
  const auto error = [&](DataSet data) {
    const auto made = Interpreter::create(program(text), std::move(data));
    EXPECT_FALSE(made.has_value());
    return to_string(made.error());
  };
  EXPECT_TRUE(Interpreter::create(program(text), {{"y", vector({})}, {"g", g}}).has_value());
  EXPECT_EQ(error({{"g", g}}), "data y: expected vector[?], found nothing\n  give y");
  EXPECT_EQ(error({{"y", vector({1})}, {"g", vector({1})}}),
            "data g: expected array[2] integer, found vector[1]\n"
            "  give data of the declared kind and dims");
  Array short_g = g;
  short_g.integers.pop_back();
  EXPECT_EQ(error({{"y", vector({1})}, {"g", short_g}}),
            "data g: expected 2 elements, found 1\n"
            "  give as many numbers as the dims of the array say");
  Array zero = g;
  zero.integers[0] = 0;
  EXPECT_EQ(error({{"y", vector({1})}, {"g", zero}}),
            "prelude: expected data that the program accepts, found division of an integer by 0\n"
            "  mend the data: they alone decide this, at every point");
}

TEST(Create, NeedsKnownDimsOfLocals) {
  const auto made = Interpreter::create(program("density { %0 : vector[?] = local }"), {});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().where, "local %0");
}

}  // namespace
}  // namespace tyche::interpret
