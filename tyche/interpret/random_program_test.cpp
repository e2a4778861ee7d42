// Random programs, run.
#include "tyche/ir/random_program.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/ir/print.hpp"

namespace tyche::interpret {
namespace {

std::vector<double> position(std::int64_t dimension, std::uint64_t seed) {
  std::vector<double> u;
  for (std::int64_t k = 0; k < dimension; ++k) {
    u.push_back(3 * std::sin(double(seed) * 1.7 + double(k) * 2.3));
  }
  return u;
}

Interpreter interpreter(ir::Program program, ir::DataSet data) {
  auto made = Interpreter::create(std::move(program), std::move(data));
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
  return *made;
}

std::vector<std::uint64_t> bits(const Evaluation& evaluation) {
  std::vector<std::uint64_t> out{evaluation.rejected,
                                 std::bit_cast<std::uint64_t>(evaluation.target)};
  for (const ir::Array& yield : evaluation.yields) {
    for (double x : yield.reals) out.push_back(std::bit_cast<std::uint64_t>(x));
  }
  return out;
}

TEST(RandomPrograms, StayInRangeAndAreNotRejected) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const ir::RandomProgramOptions options{
        .seed = seed, .smooth = seed % 3 == 0, .terms = seed % 2 == 0};
    auto [program, data] = ir::random_program(options);
    const Interpreter run = interpreter(std::move(program), std::move(data));
    const Evaluation found = run.density(position(options.dimension, seed));
    ASSERT_FALSE(found.rejected) << seed << ": " << found.why;
    ASSERT_LT(std::fabs(found.target), 1e9) << seed;
    ASSERT_EQ(found.yields.size(), options.terms ? 0u : 2u);
    for (const ir::Array& yield : found.yields) {
      for (double x : yield.reals) ASSERT_LT(std::fabs(x), 1e9) << seed;
    }
  }
}

TEST(RandomPrograms, MeanTheSameAfterPrintAndParse) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const ir::RandomProgramOptions options{
        .seed = seed, .terms = seed % 2 == 0, .rejections = seed % 4 < 2};
    auto [program, data] = ir::random_program(options);
    auto read = ir::parse(ir::print(program));
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    const auto u = position(options.dimension, seed);
    ASSERT_EQ(bits(interpreter(std::move(program), data).density(u)),
              bits(interpreter(std::move(*read), data).density(u)))
        << seed;
  }
}

TEST(RandomPrograms, SomeDependOnThePositionSmoothly) {
  int moved = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    auto [program, data] = ir::random_program({.seed = seed, .smooth = true});
    const Interpreter run = interpreter(std::move(program), std::move(data));
    auto u = position(3, seed);
    const double at = run.density(u).target;
    for (double& x : u) x *= 1 - 1e-9;
    const double near = run.density(u).target;
    ASSERT_NEAR(near, at, 1e-4 * (1 + std::fabs(at))) << seed;
    moved += near != at;
  }
  EXPECT_GT(moved, 40);
}

TEST(RandomPrograms, WithRejectionsSomeAreRejected) {
  int rejected = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto [program, data] = ir::random_program({.seed = seed, .statements = 80, .rejections = true});
    const Interpreter run = interpreter(std::move(program), std::move(data));
    rejected += run.density(position(3, seed)).rejected;
  }
  EXPECT_GT(rejected, 5);
  EXPECT_LT(rejected, 150);
}

}  // namespace
}  // namespace tyche::interpret
