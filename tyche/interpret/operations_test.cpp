// Operations one by one: arithmetic, elementary functions, memory, algebra.
#include <cmath>
#include <numbers>

#include "tyche/interpret/run_text_test.hpp"
#include "tyche/kernels/elementary.hpp"

namespace tyche::interpret {
namespace {

struct Case {
  const char* expression;  // after the `=`
  double value;
};

void check(const char* type, std::span<const Case> cases) {
  for (const auto& [expression, value] : cases) {
    const Reals found = yields(std::string("%9 : ") + type + " = " + expression + "\nyield %9");
    ASSERT_EQ(found.size(), 1u);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(found[0])) << expression;
    } else {
      EXPECT_EQ(found[0], value) << expression;
    }
  }
}

TEST(Arithmetic, OfReals) {
  const Case cases[] = {
      {"constant -0.75", -0.75}, {"add %0 %1", 1},       {"sub %0 %1", 5}, {"mul %0 %1", -6},
      {"div %0 %1", -1.5},       {"neg %0", -3},         {"abs %1", 2},    {"min %0 %1", -2},
      {"max %0 %1", 3},          {"fma %0 %1 %2", -5.5}, {"sqrt %1", nan}, {"to_real %5", 2},
      {"select %6 %0 %1", 3},    {"select %7 %0 %1", -2}};
  check("real", cases);
}

TEST(Arithmetic, OfIntegers) {
  const Case cases[] = {
      {"constant -4", -4},   {"add %4 %5", 3},       {"sub %4 %5", -1},    {"mul %5 %5", 4},
      {"div %4 %5", 0},      {"neg %5", -2},         {"abs %5", 2},        {"min %4 %5", 1},
      {"max %4 %5", 2},      {"remainder %4 %5", 1}, {"to_integer %6", 1}, {"to_integer %0", 3},
      {"to_integer %1", -2}, {"to_integer %2", 0},   {"size 0 %8", 3},     {"select %7 %4 %5", 2}};
  check("integer", cases);
  EXPECT_EQ(yields("%9 : integer = constant -7 %10 : integer = div %9 %5 "
                   "%11 : integer = remainder %9 %5 yield %10 %11"),
            (Reals{-3, -1}));
}

TEST(Arithmetic, OfIntegersWrapsAtTheEndsOfTheRange) {
  const std::string low =
      "%9 : integer = constant -9223372036854775808 "
      "%10 : integer = constant -1 ";
  EXPECT_EQ(yields(low + "%11 : integer = div %9 %10 yield %11"), (Reals{-0x1p63}));
  EXPECT_EQ(yields(low + "%11 : integer = remainder %9 %10 yield %11"), (Reals{0}));
  EXPECT_EQ(yields(low + "%11 : integer = abs %9 yield %11"), (Reals{-0x1p63}));
  EXPECT_EQ(yields(low + "%11 : integer = add %9 %10 yield %11"), (Reals{0x1p63}));
}

TEST(Arithmetic, ComparisonsAndLogic) {
  const Case cases[] = {{"lt %1 %0", 1},  {"lt %0 %0", 0},  {"le %0 %0", 1},     {"gt %0 %1", 1},
                        {"ge %1 %0", 0},  {"eq %4 %4", 1},  {"eq %0 %1", 0},     {"ne %4 %5", 1},
                        {"and %6 %7", 0}, {"and %6 %6", 1}, {"or %6 %7", 1},     {"or %7 %7", 0},
                        {"not %7", 1},    {"not %6", 0},    {"constant true", 1}};
  check("boolean", cases);
}

TEST(Arithmetic, NanIsUnequalToAllAndLosesMinAndMaxToTheSecond) {
  EXPECT_EQ(yields("%9 : real = constant nan %10 : boolean = eq %9 %9 %11 : boolean = ne %9 %9 "
                   "%12 : boolean = lt %9 %0 %13 : real = min %9 %0 %14 : real = max %9 %0 "
                   "yield %10 %11 %12 %13 %14"),
            (Reals{0, 1, 0, 3, 3}));
}

TEST(Elementary, EachIsTheKernelOfItsName) {
  const ElementaryTable& table = elementary(cpu_level());
  const Case cases[] = {
      {"exp %1", table.exp(-2)},
      {"log %0", table.log(3)},
      {"log1p %0", table.log1p(3)},
      {"inv1p %0", table.inv1p(3)},
      {"log1p_unit %2", table.log1p_unit(0.5)},
      {"expm1 %2", table.expm1(0.5)},
      {"tanh %2", table.tanh(0.5)},
      {"inv_logit %0", table.inv_logit(3)},
      {"log1p_exp %0", table.log1p_exp(3)},
      {"log1m_exp %1", table.log1m_exp(-2)},
      {"log_sum_exp %0 %1", table.log_sum_exp(3, -2)},
      {"sin %0", table.sin(3)},
      {"cos %0", table.cos(3)},
      {"pow %0 %1", table.pow(3, -2)},
      {"erf %2", table.erf(0.5)},
      {"erfc %2", table.erfc(0.5)},
      {"Phi %1", table.Phi(-2)},
      {"inv_Phi %2", table.inv_Phi(0.5)},
      {"lgamma %2", table.lgamma(0.5)},
      {"digamma %2", table.digamma(0.5)},
      {"trigamma %2", table.trigamma(0.5)},
      {"sqrt %0", std::sqrt(3.0)},
      {"floor %2", 0},
      {"round %2", 1},
  };
  check("real", cases);
}

TEST(Elementary, AgreesWithIndependentValues) {
  const double gamma = 0.57721566490153286;
  const double pi = std::numbers::pi;
  const std::pair<const char*, double> cases[] = {
      {"exp %1", 0.13533528323661270},
      {"log %0", 1.0986122886681098},
      {"log_sum_exp %0 %0", 3 + std::numbers::ln2},
      {"inv1p %0", 0.25},
      {"pow %0 %1", 1.0 / 9},
      {"erf %2", 0.52049987781304654},
      {"Phi %1", 0.022750131948179207},
      {"lgamma %2", 0.5 * std::log(pi)},
      {"digamma %2", -gamma - 2 * std::numbers::ln2},
      {"trigamma %2", pi * pi / 2},
  };
  for (const auto& [expression, value] : cases) {
    EXPECT_NEAR(yields(std::string("%9 : real = ") + expression + " yield %9")[0], value, 1e-14)
        << expression;
  }
}

TEST(Memory, LoadsElementsAndParts) {
  EXPECT_EQ(yields("%9 : matrix[2, 3] = local\n"
                   "store %9 %3 %3 %0 store %9 %4 %3 %1 store %9 %3 %4 %2 store %9 %4 %4 %0\n"
                   "store %9 %3 %5 %1 store %9 %4 %5 %1\n"
                   "%10 : real = load %9 %4 %4 %11 : row_vector[3] = load %9 %3 yield %10 %11 %9"),
            (Reals{3, 3, 0.5, -2, 3, -2, 0.5, 3, -2, -2}));
  // An array of matrices: elements whole, each by columns.
  EXPECT_EQ(yields("%9 : array[2] matrix[2, 2] = local\n"
                   "for %5 (%10 : integer) { for %5 (%11 : integer) { for %5 (%12 : integer) {\n"
                   "%13 : integer = add %10 %10 %14 : integer = add %13 %11\n"
                   "%15 : integer = add %14 %14 %16 : integer = add %15 %12\n"
                   "%17 : real = to_real %16 store %9 %10 %11 %12 %17 yield } yield } yield }\n"
                   "%18 : matrix[2, 2] = load %9 %4 %19 : row_vector[2] = load %9 %4 %3\n"
                   "yield %9 %18 %19"),
            (Reals{0, 2, 1, 3, 4, 6, 5, 7, 4, 6, 5, 7, 4, 5}));
}

TEST(Memory, StoresParts) {
  EXPECT_EQ(yields("%9 : array[2] vector[3] = local store %9 %4 %8 store %9 %3 %8\n"
                   "store %9 %3 %5 %0 yield %9"),
            (Reals{3, -2, 3, 3, -2, 0.5}));
  // A row of a matrix, which is not contiguous.
  EXPECT_EQ(yields("%9 : array[1] row_vector[3] = local %10 : row_vector[3] = load %9 %3\n"
                   "%11 : row_vector[3] = local store %11 %3 %0 store %11 %4 %1 store %11 %5 %2\n"
                   "%12 : matrix[2, 3] = local store %12 %3 %11 store %12 %4 %11\n"
                   "store %12 %4 %4 %0 yield %12"),
            (Reals{3, 3, -2, 3, 0.5, 0.5}));
}

TEST(Memory, SlicesAlongTheFirstIndex) {
  EXPECT_EQ(yields("%9 : vector[2] = slice %8 %4 %5 yield %9"), (Reals{-2, 0.5}));
  EXPECT_EQ(yields("%9 : vector[0] = slice %8 %5 %3 %10 : integer = size 0 %9 yield %10"),
            (Reals{0}));
  EXPECT_EQ(yields("%9 : matrix[2, 2] = local store %9 %3 %3 %0 store %9 %4 %3 %1\n"
                   "store %9 %3 %4 %2 store %9 %4 %4 %0\n"
                   "%10 : matrix[1, 2] = slice %9 %4 %4 yield %10"),
            (Reals{-2, 3}));
}

TEST(Memory, LocalsBeginUndefinedAndAreCopiedWhenRead) {
  const Reals fresh = yields("%9 : vector[1] = local %10 : array[1] integer = local yield %9 %10");
  EXPECT_TRUE(std::isnan(fresh[0]));
  EXPECT_EQ(fresh[1], 0);
  // What a branch yields, a tuple holds or a loop carries keeps the contents of that moment.
  EXPECT_EQ(yields("%9 : vector[1] = local store %9 %3 %0\n"
                   "%10 : vector[1] = if %6 { yield %9 } { yield %9 }\n"
                   "%11 : tuple(vector[1]) = tuple %9\n"
                   "store %9 %3 %1 %12 : vector[1] = item 0 %11 yield %9 %10 %12"),
            (Reals{-2, 3, 3}));
}

TEST(Memory, Tuples) {
  EXPECT_EQ(yields("%9 : tuple(real, integer) = tuple %0 %5 %10 : tuple(tuple(real, integer)) = "
                   "tuple %9 %11 : tuple(real, integer) = item 0 %10 %12 : integer = item 1 %11 "
                   "%13 : real = item 0 %11 yield %12 %13"),
            (Reals{2, 3}));
}

TEST(Algebra, CholeskyAndSolves) {
  const std::string matrix =
      "%9 : matrix[2, 2] = local %10 : real = constant 4 %11 : real = constant 2\n"
      "%12 : real = constant 10\n"
      "store %9 %3 %3 %10 store %9 %4 %3 %11 store %9 %3 %4 %11 store %9 %4 %4 %12\n"
      "%13 : matrix[2, 2] = cholesky %9 %14 : vector[2] = slice %8 %3 %5\n";
  EXPECT_EQ(yields(matrix + "yield %13"), (Reals{2, 1, 0, 3}));
  EXPECT_EQ(yields(matrix + "%15 : vector[2] = solve_lower %13 %14 yield %15"),
            (Reals{1.5, -3.5 * (1.0 / 3)}));
  EXPECT_EQ(yields(matrix + "%15 : vector[2] = solve_lower_transposed %13 %14 yield %15"),
            (Reals{(3 + 2.0 / 3) / 2, -2.0 / 3}));
  EXPECT_EQ(yields(matrix + "%15 : matrix[2, 2] = solve_lower %13 %9 yield %15"),
            (Reals{2, 0, 1, 3}));
}

}  // namespace
}  // namespace tyche::interpret
