#include "tests/bad_input/cases.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <regex>

namespace tyche::bad_input {
namespace {

/// An Error says all: where, what was expected, what was found, and what to do.
std::string whole(const Error& error) {
  EXPECT_FALSE(error.where.empty()) << to_string(error);
  EXPECT_FALSE(error.expected.empty()) << to_string(error);
  EXPECT_FALSE(error.found.empty()) << to_string(error);
  EXPECT_FALSE(error.remedy.empty()) << to_string(error);
  return to_string(error);
}

/// Output and exit code of the program `tyche`.
std::string said_by_program(const std::string& words) {
  const std::string command = std::string(TYCHE_PROGRAM) + " " + words + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += char(c);
  const int status = pclose(pipe);
  return text + "exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::string told(const std::function<Result<void>()>& act) {
  try {
    const auto done = act();
    return done ? "accepted" : whole(done.error());
  } catch (const Failure& failure) {
    return whole(failure.error());
  }
}

Case library(std::string what, std::function<Result<void>()> act) {
  return {std::move(what), [act = std::move(act)](const fs::path&) { return told(act); }};
}

Case refused(std::string what, std::function<void(Model&)> act) {
  return library(std::move(what), [act = std::move(act)] {
    Model m;
    act(m);
    return sampled(m);
  });
}

Case program(std::string what, const std::string& words) {
  return {
      std::move(what), [words](const fs::path& folder) {
        return said_by_program(std::regex_replace(words, std::regex("FOLDER"), folder.string()));
      }};
}

Result<void> sampled(const Model& model, Sink* sink) {
  const std::vector<Sink*> sinks(sink ? 1 : 0, sink);
  const auto fit =
      try_sample(model, {.chains = 2, .warmup = 100, .draws = 2000, .threads = 1}, sinks);
  if (!fit) return std::unexpected(fit.error());
  return fit->ended_by ? std::unexpected(*fit->ended_by) : Result<void>();
}

Result<void> observed(const Distribution& d, const Expression& y) {
  Model m;
  m.observe("y", d, y);
  return sampled(m);
}

}  // namespace tyche::bad_input
