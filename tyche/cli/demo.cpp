// tyche demo [NAME]: samples a model that ships with the program, and says how far to trust it.
#include <filesystem>
#include <iostream>

#include "tyche/cli/gallery.hpp"
#include "tyche/cli/interrupt.hpp"
#include "tyche/cli/verb.hpp"
#include "tyche/runtime/sample.hpp"
#include "tyche/sinks/csv.hpp"
#include "tyche/sinks/progress.hpp"

namespace tyche::cli {
namespace {

struct Options {
  std::string name = "all";
  std::string progress = "auto";
  std::string folder;
  SampleSettings settings{.chains = 8, .seed = 1};
  bool explain = false, text = false;
};

void add_until(CLI::App& verb, SampleSettings& settings) {
  Until& until = settings.until;
  verb.add_option("--until-ess", until.ess, "end when every effective size is at least this");
  verb.add_option("--until-rhat", until.rhat, "end when every R-hat is below this");
  verb.add_option_function<double>(
      "--until-time", [&until](double s) { until.time = std::chrono::duration<double>(s); },
      "seconds, warm-up included, after which to end in any case");
  verb.add_option("--max-draws", settings.max_draws,
                  "draws a chain after which to end in any case (with --until: 10000)");
}

Result<int> show(const Exhibit& shown, const Options& options) {
  std::cout << shown.name << ": " << shown.about << "\n" << std::flush;
  const auto posterior = try_compile(shown.model(), {.lanes = 0, .keep_text = options.text});
  if (!posterior) return std::unexpected(posterior.error());
  if (options.explain || options.text) std::cout << explain(**posterior, options.settings) << "\n";
  const auto style = progress_style(options.progress);
  if (!style) return std::unexpected(style.error());
  ProgressSink bar(*style);
  CsvSink csv(std::filesystem::path(options.folder) / shown.name);
  std::vector<Sink*> sinks{&bar};
  if (!options.folder.empty()) sinks.push_back(&csv);

  const Interrupt interrupt;
  const auto fit = try_sample(**posterior, options.settings, sinks, interrupt.token(), shown.name);
  if (!fit) return std::unexpected(fit.error());
  std::cout << "\n" << summarize(*fit) << "\n";
  for (const std::string& line : advice(*fit)) std::cout << line << "\n";
  std::cout << "\n";
  if (fit->ended_by) return std::unexpected(*fit->ended_by);
  if (!interrupt.signal()) return done;
  std::cout << "stopped at the draw in hand, as asked; the draws above are all there are\n";
  return signalled + interrupt.signal();
}

}  // namespace

void add_demo(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  SampleSettings& settings = options->settings;
  CLI::App* verb = app.add_subcommand("demo", "sample a model that ships with the program");
  std::string names = "all (the first two)";
  for (const Exhibit& each : gallery()) names += ", " + each.name;
  verb->add_option("NAME", options->name, names);
  verb->add_option("--chains", settings.chains, "how many chains")->capture_default_str();
  verb->add_option("--warmup", settings.warmup, "iterations a chain")->capture_default_str();
  verb->add_option("--draws", settings.draws, "draws a chain")->capture_default_str();
  add_until(*verb, settings);
  verb->add_option("--seed", settings.seed, "of all randomness")
      ->check(whole_number)
      ->capture_default_str();
  add_kernel(*verb, settings);
  add_mapping(*verb, settings.mapping);
  add_metric(*verb, settings);
  verb->add_option("--out", options->folder,
                   "folder: a folder a model in it, one CmdStan CSV a chain");
  verb->add_option("--progress", options->progress, "auto, bar, plain, json or none");
  verb->add_flag("--explain", options->explain, "print the passes with times, the mapping and why");
  verb->add_flag("--explain-text", options->text, "that, and the IR, LLVM IR and assembly");
  verb->callback([options, &chosen] {
    chosen = [options]() -> Result<int> {
      if (options->name == "all") {
        for (const Exhibit& each : gallery().first(2)) {
          const auto code = show(each, *options);
          if (!code || *code != done) return code;
        }
        return done;
      }
      const auto found = exhibit(options->name);
      if (!found) return std::unexpected(found.error());
      return show(**found, *options);
    };
  });
}

}  // namespace tyche::cli
