// The options of the verbs that sample: what moves a chain, and in which coordinates.
#include <algorithm>

#include "tyche/cli/verb.hpp"

namespace tyche::cli {
namespace {

/// Leaves the parser's usual way: --help, then exit code bad_usage.
void refuse_unless(Kernel wanted, Kernel taken, const std::vector<CLI::Option*>& options) {
  for (const CLI::Option* each : options) {
    if (each->empty() || taken == wanted) continue;
    throw CLI::ValidationError(
        each->get_name(), std::string("expected --kernel ") + name(wanted) + ", found " +
                              name(taken) + ", which has no use for it; leave it out, or give " +
                              "--kernel " + name(wanted));
  }
}

}  // namespace

void add_kernel(CLI::App& verb, SampleSettings& settings) {
  std::vector<std::string> names;
  std::string list;
  for (const Kernel each : all_kernels) {
    names.emplace_back(name(each));
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const auto set = [&settings](const std::string& word) {
    for (const Kernel each : all_kernels) {
      if (word == name(each)) settings.kernel = each;
    }
  };
  verb.add_option_function<std::string>("--kernel", set, "what moves a chain: " + list)
      ->check(CLI::IsMember(names));
  const std::vector of_hmc = {verb.add_option("--trajectory-length", settings.trajectory_length,
                                              "of hmc: the time that a trajectory takes")
                                  ->capture_default_str()};
  const std::vector of_walnuts = {
      verb.add_option("--max-step-error", settings.max_step_error,
                      "of walnuts: the spread of the energy above which a step is halved")
          ->capture_default_str(),
      verb.add_option("--max-halvings", settings.max_halvings, "of walnuts: of one step")
          ->capture_default_str()};
  verb.parse_complete_callback([&settings, of_hmc, of_walnuts] {
    refuse_unless(Kernel::hmc, settings.kernel, of_hmc);
    refuse_unless(Kernel::walnuts, settings.kernel, of_walnuts);
  });
}

void add_mapping(CLI::App& verb, Mapping& mapping) {
  const auto set = [&mapping](const std::string& word) {
    for (const Mapping each : {Mapping::automatic, Mapping::chains, Mapping::rows}) {
      if (word == name(each)) mapping = each;
    }
  };
  verb.add_option_function<std::string>(
          "--mapping", set, "what SIMD lanes carry: automatic (what is cheaper), chains or rows")
      ->check(CLI::IsMember({"automatic", "chains", "rows"}));
}

void add_metric(CLI::App& verb, SampleSettings& settings) {
  const std::vector<std::string> names(std::begin(metric_names), std::end(metric_names));
  const auto set = [&settings, names](const std::string& word) {
    settings.metric = Metric(std::ranges::find(names, word) - names.begin());
  };
  verb.add_option_function<std::string>("--metric", set,
                                        "what a chain learns of the posterior's shape")
      ->check(CLI::IsMember(names));
  verb.add_flag("!--as-written", settings.recentre,
                "parameters are centred as the model says, not as the warm-up finds best");
  verb.add_flag("--bound-step,!--no-bound-step", settings.bound_step,
                "no step of NUTS is longer than is stable everywhere, or as the target has it; by "
                "itself the first where parameters are re-centred");
  verb.add_flag("!--whole-warmup", settings.end_warmup_early,
                "warm up to the last iteration even where the metric has settled before");
}

}  // namespace tyche::cli
