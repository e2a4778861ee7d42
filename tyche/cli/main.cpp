// The program `tyche`: one verb a file.
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>

#include "tyche/cli/verb.hpp"
#include "tyche/kernels/level_setting.hpp"

std::string tyche::cli::whole_number(const std::string& word) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(word.data(), word.data() + word.size(), value);
  if (end.ec == std::errc{} && end.ptr == word.data() + word.size()) return {};
  return "expected a whole number from 0 to 18446744073709551615, found " + word;
}

static int report(const tyche::Error& error) {
  std::fprintf(stderr, "%s\n", to_string(error).c_str());
  return tyche::cli::bad_input;
}

int main(int argc, char** argv) {
  using namespace tyche;
  CLI::App app{"Reasoning under uncertainty: models, posteriors, and how far to trust them."};
  app.name("tyche");
  app.set_version_flag("--version", "tyche " TYCHE_VERSION);
  app.require_subcommand(1);
  cli::Action chosen;
  cli::add_demo(app, chosen);
  cli::add_summarize(app, chosen);
  cli::add_bench(app, chosen);
  cli::add_simulate(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::done : cli::bad_usage;
  }
  try {
    if (auto known = check_cpu_setting(); !known) return report(known.error());
    const Result<int> code = chosen();
    if (!code) return report(code.error());
    std::cout.flush();
    if (std::cout && std::fflush(stdout) == 0) return *code;
    return report({"standard output", "room for what is printed", std::strerror(errno),
                   "print to another place"});
  } catch (const Failure& failure) {
    return report(failure.error());
  } catch (const std::bad_alloc&) {
    return report({"memory", "room for the draws and the model", "none left",
                   "ask for fewer draws or chains, or free memory"});
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "a bug of Tyche: %s\nplease report it with the command line\n",
                 bug.what());
    return cli::our_bug;
  }
}
