#include "tyche/kernels/level.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tyche/kernels/level_setting.hpp"

namespace tyche {
namespace {

TEST(Level, IsTheOneThatTheEnvironmentAsksForElseTheBest) {
  ASSERT_TRUE(check_cpu_setting());
  EXPECT_TRUE(cpu_has(cpu_level()));
  if (const char* wanted = std::getenv("TYCHE_CPU")) {
    EXPECT_STREQ(name(cpu_level()), wanted);
    return;
  }
  for (const Level level : {Level::plain, Level::avx2, Level::avx512}) {
    EXPECT_TRUE(level <= cpu_level() || !cpu_has(level)) << name(level);
  }
}

TEST(Level, ASettingThatNamesNoneIsRefused) {
  const char* before = std::getenv("TYCHE_CPU");
  const std::string kept = before ? before : "";
  setenv("TYCHE_CPU", "avx9", 1);
  const auto refused = check_cpu_setting();
  before ? setenv("TYCHE_CPU", kept.c_str(), 1) : unsetenv("TYCHE_CPU");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().found, "\"avx9\"");
}

}  // namespace
}  // namespace tyche
