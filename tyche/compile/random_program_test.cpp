#include "tyche/ir/random_program.hpp"

#include "tyche/compile/equality_test.hpp"
#include "tyche/passes/bind.hpp"

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

}  // namespace
}  // namespace tyche
