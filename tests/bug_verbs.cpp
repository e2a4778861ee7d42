// The program with verbs that have a bug, to see what main makes of one.
#include <stdexcept>

#include "tyche/cli/verb.hpp"

namespace tyche::cli {

void add_demo(CLI::App& app, Action& chosen) {
  app.add_subcommand("demo")->callback(
      [&chosen] { chosen = []() -> Result<int> { throw std::logic_error("on purpose"); }; });
}

void add_summarize(CLI::App&, Action&) {}
void add_bench(CLI::App&, Action&) {}
void add_simulate(CLI::App&, Action&) {}

}  // namespace tyche::cli
