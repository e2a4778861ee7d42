// tyche summarize DIR: how far to trust the draws of a run, Tyche's or CmdStan's.
#include <filesystem>
#include <iostream>

#include "tyche/cli/verb.hpp"
#include "tyche/diagnostics/advice.hpp"
#include "tyche/sinks/csv.hpp"

namespace tyche::cli {

void add_summarize(CLI::App& app, Action& chosen) {
  struct Options {
    std::filesystem::path folder;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "summarize", "R-hat, effective sizes and errors of a run's draws (CmdStan CSV files too)");
  verb->add_option("DIR", options->folder, "folder with one CSV a chain")->required();
  verb->add_flag("--json", options->json, "print JSON, numbers in full");
  verb->callback([options, &chosen] {
    chosen = [options]() -> Result<int> {
      const auto run = read_csv(options->folder);
      if (!run) return std::unexpected(run.error());
      for (const std::string& note : run->notes) std::cerr << note << "\n";
      const Summary summary = summarize(run->draws);
      if (options->json) {
        std::cout << to_json(summary) << "\n";
        return done;
      }
      std::cout << summary << "\n";
      for (const std::string& line : advice(summary, sampler_report(run->draws, run->max_depth))) {
        std::cout << line << "\n";
      }
      return done;
    };
  });
}

}  // namespace tyche::cli
