// The program `tyche`: one verb a file.
#include <cstdio>
#include <exception>

#include "tyche/cli/verb.hpp"

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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::done : cli::bad_usage;
  }
  try {
    const Result<int> code = chosen();
    if (code) return *code;
    std::fprintf(stderr, "%s\n", to_string(code.error()).c_str());
    return cli::bad_input;
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "a bug of Tyche: %s\nplease report it with the command line\n",
                 bug.what());
    return cli::our_bug;
  }
}
