#include "tyche/ir/random_program.hpp"

#include "tyche/compile/equality_test.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/pipeline.hpp"
#include "tyche/passes/random_test.hpp"

namespace tyche {
namespace {

class RandomPrograms : public testing::TestWithParam<int> {};

TEST_P(RandomPrograms, CompiledIsInterpreted) {
  const int seed = GetParam();
  const ir::RandomProgram random = ir::random_program({.seed = std::uint64_t(seed),
                                                       .statements = 15 + seed % 40,
                                                       .dimension = 1 + seed % 5,
                                                       .terms = false,
                                                       .functions = false,
                                                       .rejections = seed % 3 == 0});
  const auto bound = passes::bind_shapes(random.program, random.data);
  ASSERT_TRUE(bound.has_value()) << to_string(bound.error());
  check_equality(*bound, random.data, eight_points(std::size_t(1 + seed % 5), 2));
  if (HasFailure()) std::fprintf(stderr, "%s\n", ir::print(*bound).c_str());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0, 25));

/// In one of the twelve ways to compile.
void check_in_one_way(const ir::Program& gradient, const ir::DataSet& data,
                      const std::vector<std::vector<double>>& points, int seed) {
  constexpr Level levels[] = {Level::avx512, Level::avx2, Level::plain};
  const Level level = levels[seed % 3];
  if (!cpu_has(level)) GTEST_SKIP() << "no such CPU";
  const CompileSettings settings{.level = level,
                                 .mapping = seed / 3 % 2 == 0 ? Mapping::chains : Mapping::rows,
                                 .lanes = seed / 6 % 2 == 0 ? 8 : 1};
  if (!interpret::Interpreter::create(gradient, data, level)) {
    EXPECT_FALSE(Compiled::compile(gradient, data, settings));
    return;  // the data alone reject every point
  }
  check_equality(gradient, data, points, settings);
  if (testing::Test::HasFailure()) std::fprintf(stderr, "%s\n", ir::print(gradient).c_str());
}

/// TYCHE_RANDOM_PROGRAMS asks for more programs.
class SourcePrograms : public testing::TestWithParam<int> {};

TEST_P(SourcePrograms, CompiledIsInterpretedAfterThePasses) {
  const ir::RandomProgram random = passes::random_source(GetParam());
  passes::Trace trace{.verify = true};
  const auto prepared = passes::prepare(random.program, {}, random.data, &trace);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  check_in_one_way(prepared->gradient, random.data,
                   eight_points(std::size_t(prepared->layout.dimension), 2), GetParam());
}

TEST_P(SourcePrograms, CompiledIsInterpretedWhenCentredByDegree) {
  const ir::RandomProgram random = passes::random_source(GetParam());
  const auto written = passes::prepare(random.program, {}, random.data);
  ASSERT_TRUE(written.has_value()) << to_string(written.error());
  if (written->layout.recentred == 0) GTEST_SKIP() << "nothing to centre";
  passes::Trace trace{.verify = true};
  const auto prepared = passes::prepare_by_degree(random.program, {}, random.data, &trace);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  auto points = eight_points(std::size_t(written->layout.dimension), 2);
  for (std::vector<double>& point : points) {
    for (std::int64_t k = 0; k < written->layout.recentred; ++k) {
      point.push_back(double((5 * k + 3 * (&point - points.data())) % 17));
    }
  }
  check_in_one_way(prepared->gradient, random.data, points, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Seeds, SourcePrograms, testing::Range(0, passes::random_programs(180)));

}  // namespace
}  // namespace tyche
