// The exit codes of the program: 0 done, 1 bad input, 2 bad usage, 70 a bug of ours, 128 + n a
// signal; and what a signal leaves behind.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

int exit_code(const std::string& program, const std::string& words) {
  const int status = std::system((program + " " + words + " >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ExitCodes, SayHowItEnded) {
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "--version"), 0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "demo simple --draws 100"), 0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "demo simple --until-ess 1e9 --max-draws 100"), 0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "demo simple --until-rhat 1"), 1);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "demo nobody"), 1);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "summarize /nowhere"), 1);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate " TYCHE_FACTORY " --stop 1000"), 0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate " TYCHE_FACTORY " --stop 1000 --replications 5"), 0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate " TYCHE_FACTORY " --stop -1"), 1);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate /nowhere/flow.json --stop 1"), 1);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate " TYCHE_FACTORY), 0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate " TYCHE_FACTORY
                                     " --stop 1000 --half-width 1 --relative --of wafer.time"),
            0);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "simulate --stop 1"), 2);
  for (const char* wrong : {"--level 7", "--antithetic", "--out /dev/null",
                            "--of '' --half-width 1", "--replications 2 --threads 2000000000"}) {
    EXPECT_EQ(exit_code(TYCHE_PROGRAM, std::string("simulate " TYCHE_FACTORY " --stop 9 ") + wrong),
              1)
        << wrong;
  }
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, ""), 2);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "fly"), 2);
  EXPECT_EQ(exit_code(TYCHE_PROGRAM, "demo --draws many"), 2);
  EXPECT_EQ(exit_code(TYCHE_WITH_A_BUG, "demo"), 70);
}

/// The program, its standard error to be read here.
struct Child {
  pid_t id;
  std::FILE* errors;
};

Child start(std::vector<std::string> words) {
  std::array<int, 2> ends;
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t id = fork();
  if (id == 0) {
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    std::freopen("/dev/null", "w", stdout);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  return {id, fdopen(ends[0], "r")};
}

/// Reads what it says until `word` comes; false if it ended before.
bool says(std::FILE* from, const std::string& word) {
  std::string line;
  for (int c; (c = std::fgetc(from)) != EOF;) {
    line += char(c);
    if (line.ends_with(word)) return true;
    if (c == '\n') line.clear();
  }
  return false;
}

/// Draws in a chain's file, each of which must be whole.
int whole_draws(const fs::path& file) {
  std::ifstream in(file);
  std::ptrdiff_t commas = -1;
  int draws = -1;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    const auto here = std::ranges::count(line, ',');
    if (commas < 0) commas = here;
    EXPECT_EQ(here, commas) << file << ": " << line;
    EXPECT_FALSE(in.eof()) << file << ": the last line has no end";
    ++draws;
  }
  return draws;
}

class Signal : public testing::TestWithParam<int> {};

TEST_P(Signal, EndsTheRunAndLosesNoDraw) {
  const fs::path folder = fs::path(testing::TempDir()) /
                          ("signal_" + std::to_string(getpid()) + std::to_string(GetParam()));
  const Child child = start({TYCHE_PROGRAM, "demo", "funnel", "--chains", "2", "--draws", "400000",
                             "--progress", "json", "--out", folder});
  ASSERT_TRUE(says(child.errors, "\"phase\":\"sampling\""));
  kill(child.id, GetParam());
  while (std::fgetc(child.errors) != EOF) continue;
  std::fclose(child.errors);
  int status = 0;
  waitpid(child.id, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + GetParam());
  int draws = 0;
  for (const auto& file : fs::directory_iterator(folder / "funnel")) draws += whole_draws(file);
  EXPECT_GT(draws, 0);
  EXPECT_LT(draws, 800000);
  fs::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(ExitCodes, Signal, testing::Values(SIGINT, SIGTERM));

}  // namespace
