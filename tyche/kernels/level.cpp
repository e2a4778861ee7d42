#include "tyche/kernels/level.hpp"

#include <cstdlib>
#include <cstring>

#include "tyche/kernels/level_setting.hpp"

namespace tyche {

bool cpu_has(Level level) {
  __builtin_cpu_init();
  switch (level) {
    case Level::plain:
      return true;
    case Level::avx2:
      return __builtin_cpu_supports("x86-64-v3");
    case Level::avx512:
      return __builtin_cpu_supports("x86-64-v4");
  }
  return false;
}

const char* name(Level level) {
  switch (level) {
    case Level::plain:
      return "plain";
    case Level::avx2:
      return "avx2";
    case Level::avx512:
      return "avx512";
  }
  return "?";
}

static Level best_level() {
  const Level all[] = {Level::avx512, Level::avx2, Level::plain};
  if (const char* wanted = std::getenv("TYCHE_CPU")) {
    for (Level level : all) {
      if (std::strcmp(wanted, name(level)) == 0 && cpu_has(level)) return level;
    }
  }
  for (Level level : all) {
    if (cpu_has(level)) return level;
  }
  return Level::plain;
}

Result<void> check_cpu_setting() {
  const char* wanted = std::getenv("TYCHE_CPU");
  if (!wanted || std::strcmp(wanted, name(cpu_level())) == 0) return {};
  return std::unexpected(Error{"environment variable TYCHE_CPU",
                               "plain, avx2 or avx512, if the CPU has it",
                               "\"" + std::string(wanted) + "\"", "unset it or name a level"});
}

Level cpu_level() {
  static const Level level = best_level();
  return level;
}

}  // namespace tyche
