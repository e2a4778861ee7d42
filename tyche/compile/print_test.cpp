// What compiled code prints is what the interpreter prints, once an evaluation, in each lane.
#include <algorithm>

#include "tyche/compile/equality_test.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/passes/gradient_test.hpp"

namespace tyche {
namespace {

using Lines = std::vector<std::string>;

/// A scalar, a whole array, a plate in turn, a side of a branch, a loop, and nothing after a
/// rejection.
const std::string talking = R"(
data x : matrix[2, 3]
density (%0 : vector[2]) {
  %1 : integer = constant 0
  %2 : real = load %0 %1
  %3 : matrix[2, 3] = data x
  %4 : real = exp %2
  print "begin" %4 %0 %3
  %5 : integer = constant 20
  plate mapped 0 order lanes %5 (%6 : integer) {
    %7 : real = to_real %6
    %8 : real = mul %7 %4
    %9 : real = sin %8
    print "row" %6 %9
    term prior %9
    yield
  }
  %10 : real = constant 0.3
  %11 : boolean = lt %2 %10
  if %11 {
    print "low" %11
    yield
  } {
    print "high"
    yield
  }
  %12 : real = while %2 (%13 : real) {
    %14 : real = constant 2
    %15 : boolean = lt %13 %14
    yield %15
  } (%16 : real) {
    %17 : real = constant 0.5
    %18 : real = add %16 %17
    print "turn" %18
    yield %18
  }
  term prior %12
  %19 : real = constant 0.75
  %20 : boolean = gt %2 %19
  if %20 {
    reject "high"
    yield
  } {
    yield
  }
  print "end"
  yield
}
)";

class Prints : public testing::Test {
 protected:
  Prints() {
    auto source = ir::parse(talking);
    EXPECT_TRUE(source.has_value()) << to_string(source.error());
    auto both = passes::differentiate(passes::simplify(passes::terms_to_sum(*source)));
    EXPECT_TRUE(both.has_value()) << to_string(both.error());
    program_ = passes::simplify(*both);
    data_ = {{"x", {.type = ir::Type::matrix(2, 3), .reals = {1, 2, 3, 4, 5, 6}}}};
    for (int l = 0; l < 8; ++l) points_.push_back({.1 * l + .05, -.1 * l});
  }

  Lines interpreted(const std::vector<double>& u) const {
    auto made = interpret::Interpreter::create(program_, data_);
    EXPECT_TRUE(made.has_value());
    return made->density(u).printed;
  }

  /// Of eight points, `lanes` at once.
  std::vector<Lines> compiled(Mapping mapping, int lanes) const {
    Lines said;
    auto made = Compiled::compile(
        program_, data_, {.mapping = mapping, .lanes = lanes, .print = [&](std::string_view line) {
                            said.emplace_back(line);
                          }});
    EXPECT_TRUE(made.has_value()) << to_string(made.error());
    const auto evaluator = (*made)->evaluator(lanes);
    std::vector<Lines> out;
    const std::size_t w = std::size_t(lanes);
    for (std::size_t first = 0; first < 8; first += w) {
      std::vector<double> q(2 * w), gradient(2 * w), lp(w);
      for (std::size_t l = 0; l < w; ++l) {
        for (std::size_t k = 0; k < 2; ++k) q[k * w + l] = points_[first + l][k];
      }
      evaluator->evaluate(evaluator->context(), q.data(), gradient.data(), lp.data());
      out.push_back(std::exchange(said, {}));
    }
    return out;
  }

  ir::Program program_;
  ir::DataSet data_;
  std::vector<std::vector<double>> points_;
};

TEST_F(Prints, InTheOrderOfTheText) {
  for (const Mapping mapping : {Mapping::rows, Mapping::chains}) {
    const std::vector<Lines> said = compiled(mapping, 1);
    for (std::size_t l = 0; l < 8; ++l) EXPECT_EQ(said[l], interpreted(points_[l])) << l;
  }
  const Lines first = interpreted(points_[0]);
  EXPECT_EQ(std::ranges::count(first, "end"), 1);
  EXPECT_EQ(std::ranges::count(first, "low 1"), 1);
  EXPECT_EQ(std::ranges::count(interpreted(points_[7]), "end"), 0);
}

TEST_F(Prints, OnceInEachLane) {
  Lines wanted;
  for (const auto& u : points_) std::ranges::copy(interpreted(u), std::back_inserter(wanted));
  std::ranges::sort(wanted);
  for (const Mapping mapping : {Mapping::rows, Mapping::chains}) {
    Lines said = compiled(mapping, 8)[0];
    std::ranges::sort(said);
    EXPECT_EQ(said, wanted);
  }
}

}  // namespace
}  // namespace tyche
