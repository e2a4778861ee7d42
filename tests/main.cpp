// Runs a test program, unless TYCHE_CPU asks for a level at which its code cannot run: a typo there
// would pass every test at another level.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tyche/kernels/level.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const char* asked = std::getenv("TYCHE_CPU");
  const char* level = tyche::name(tyche::cpu_level());
  if (asked && std::string_view(asked) != level) {
    std::fprintf(stderr, "TYCHE_CPU asks for %s, the tests would run at %s\n", asked, level);
    return 2;
  }
  return RUN_ALL_TESTS();
}
