#include "tyche/passes/random_test.hpp"

#include "tyche/ir/random_program.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/gradient_test.hpp"
#include "tyche/passes/pipeline.hpp"

namespace tyche::passes {
namespace {

/// The list without what needs choices.
std::vector<Pass> passes_of(std::initializer_list<std::span<const Pass>> lists) {
  std::vector<Pass> out;
  for (std::span<const Pass> list : lists) {
    for (const Pass& pass : list) {
      if (pass.name != "resolve") out.push_back(pass);
    }
  }
  return out;
}

class RandomPrograms : public testing::TestWithParam<int> {};

TEST_P(RandomPrograms, EachPassKeepsTheValue) {
  const int seed = GetParam();
  const auto random = ir::random_program({.seed = std::uint64_t(seed),
                                          .statements = 15 + seed % 40,
                                          .dimension = 1 + seed % 4,
                                          .rejections = seed % 3 == 0});
  const Point u = random_point(std::size_t(1 + seed % 4));
  const passes::Run run;
  Context context{run, random.data};
  Program program = random.program;
  const double value = log_density(program, random.data, u);
  for (const Pass& pass : passes_of({pipeline().opening, pipeline().density, pipeline().value})) {
    const std::string before = ir::print(program);
    Result<Program> next = pass.apply(std::move(program), context);
    if (!next && pass.name == "expand_recursion") GTEST_SKIP() << to_string(next.error());
    ASSERT_TRUE(next.has_value()) << pass.name << to_string(next.error());
    program = *std::move(next);
    const Result<void> verdict = ir::verify(program);
    ASSERT_TRUE(verdict.has_value()) << pass.name << to_string(verdict.error()) << "\n" << before;
    const double now = log_density(program, random.data, u);
    if (now == value) continue;
    ASSERT_NEAR(now, value, 1e-10 * std::max(1.0, std::fabs(value))) << pass.name << "\n"
                                                                     << before << "\n"
                                                                     << ir::print(program);
  }
  EXPECT_EQ(ir::print(simplify(program)), ir::print(program));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0, 150));

class RandomGradients : public testing::TestWithParam<int> {};

TEST_P(RandomGradients, AreSlopes) {
  const int seed = GetParam();
  const auto random = ir::random_program({.seed = std::uint64_t(1000 + seed),
                                          .statements = 10 + seed % 30,
                                          .dimension = 1 + seed % 4,
                                          .smooth = true});
  const Point u = random_point(std::size_t(1 + seed % 4));
  const passes::Run run;
  Context context{run, random.data};
  Program program = random.program;
  Program summed;
  for (const Pass& pass :
       passes_of({pipeline().opening, pipeline().density, pipeline().gradient})) {
    if (pass.name == "differentiate") summed = program;
    Result<Program> next = pass.apply(std::move(program), context);
    if (!next && pass.name == "expand_recursion") GTEST_SKIP() << to_string(next.error());
    if (!next && pass.name == "differentiate") {  // the derivative of trigamma
      EXPECT_TRUE(next.error().found.starts_with("`trigamma`"));
      GTEST_SKIP() << to_string(next.error());
    }
    ASSERT_TRUE(next.has_value()) << pass.name << to_string(next.error());
    program = *std::move(next);
    expect_well_formed(program);
  }
  expect_gradient(summed, program, random.data, u, 1e-6);
  if (HasFailure()) std::puts(ir::print(summed).c_str());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGradients, testing::Range(0, 150));

}  // namespace
}  // namespace tyche::passes
