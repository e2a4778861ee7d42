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

void tyche::cli::add_kernel(CLI::App& verb, Kernel& kernel) {
  std::vector<std::string> names;
  std::string list;
  for (const Kernel each : all_kernels) {
    names.emplace_back(name(each));
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const auto set = [&kernel](const std::string& word) {
    for (const Kernel each : all_kernels) {
      if (word == name(each)) kernel = each;
    }
  };
  verb.add_option_function<std::string>("--kernel", set, "what moves a chain: " + list)
      ->check(CLI::IsMember(names));
}

void tyche::cli::add_mapping(CLI::App& verb, Mapping& mapping) {
  const auto set = [&mapping](const std::string& word) {
    for (const Mapping each : {Mapping::automatic, Mapping::chains, Mapping::rows}) {
      if (word == name(each)) mapping = each;
    }
  };
  verb.add_option_function<std::string>(
          "--mapping", set, "what SIMD lanes carry: automatic (what is cheaper), chains or rows")
      ->check(CLI::IsMember({"automatic", "chains", "rows"}));
}

void tyche::cli::add_metric(CLI::App& verb, SampleSettings& settings) {
  const std::vector<std::string> names(std::begin(metric_names), std::end(metric_names));
  const auto set = [&settings, names](const std::string& word) {
    settings.metric = Metric(std::ranges::find(names, word) - names.begin());
  };
  verb.add_option_function<std::string>("--metric", set,
                                        "what a chain learns of the posterior's shape")
      ->check(CLI::IsMember(names));
  verb.add_flag("!--as-written", settings.recentre,
                "parameters are centred as the model says, not as the warm-up finds best");
  verb.add_flag("!--whole-warmup", settings.end_warmup_early,
                "warm up to the last iteration even where the metric has settled before");
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
