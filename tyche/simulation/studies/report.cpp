#include "tyche/simulation/studies/report.hpp"

#include <cmath>
#include <vector>

#include "tyche/base/decimals.hpp"
#include "tyche/base/text_table.hpp"
#include "tyche/simulation/json_text.hpp"
#include "tyche/simulation/rounding.hpp"

namespace tyche::simulation {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string plus_minus(const MeanInterval& mean) {
  return "\u00b1 " + rounded_to(mean.half_width, mean.half_width);
}

std::string percent(double share) { return decimals(std::round(share * 1000) / 10) + " %"; }

/// "95 % interval".
std::string interval_name(double level) { return percent(level) + " interval"; }

void members(JsonText& json, const MeanInterval& mean) {
  json.member("mean", mean.mean)
      .member("half_width", mean.half_width)
      .member("low", mean.low())
      .member("high", mean.high())
      .member("sd", mean.sd)
      .member("count", mean.count);
}

void members(JsonText& json, const Shortfall& shortfall) {
  json.member("response", shortfall.response)
      .member("half_width", shortfall.half_width)
      .member("wanted", shortfall.wanted)
      .member("made", shortfall.made)
      .member("enough", shortfall.enough);
}

void members(JsonText& json, const FailedReplication& failed) {
  json.member("replication", failed.number)
      .member("where", failed.error.where)
      .member("expected", failed.error.expected)
      .member("found", failed.error.found)
      .member("remedy", failed.error.remedy);
}

std::string headline(const Study& study) {
  std::string text = std::to_string(study.replications()) + " replications";
  if (study.antithetic) text += " in antithetic pairs";
  if (study.has_inputs()) text += ", " + std::to_string(study.per_draw()) + " to a draw of inputs";
  return text + ", seed " + std::to_string(study.seed) + ", " + interval_name(study.level) +
         "s of means\n";
}

/// The share of the variance that the inputs have, and its interval.
void add_share(std::vector<std::string>& row, const Result<InputShare>& share) {
  if (!share) return;
  row.push_back(percent(share->share));
  row.push_back("(" + percent(share->low) + " to " + percent(share->high) + ")");
}

void members(JsonText& json, const InputShare& share) {
  json.member("draws", share.draws)
      .member("per_draw", share.per_draw)
      .member("input_variance", share.input_variance)
      .member("simulation_variance", share.simulation_variance)
      .member("share", share.share)
      .member("low", share.low)
      .member("high", share.high)
      .member("level", share.level)
      .member("share_of_draw_means", share.share_of_draw_means)
      .member("p_value", share.p_value);
}

/// What makes the numbers less than they seem.
std::string caveats(const Study& study) {
  std::string text;
  if (study.cancelled) text += "cancelled: not all replications were made\n";
  if (!study.failures.empty()) {
    text += std::to_string(study.failures.size()) +
            " of the replications failed, without which the means may be biased; the first:\n" +
            to_string(study.failures.front().error) + '\n';
  }
  for (const Estimate& one : estimates(study)) {
    if (one.lacking == 0) continue;
    text += one.response + ": none in " + std::to_string(one.lacking) +
            " replications, the mean is of the others\n";
  }
  if (study.shortfall) text += "not reached: " + to_string(*study.shortfall) + '\n';
  if (study.has_inputs() && study.per_draw() == 1) {
    text +=
        "the intervals hold the uncertainty of the inputs; 2 or more replications `per_draw` "
        "would tell how much of it\n";
  }
  return text;
}

}  // namespace

std::string to_text(const Study& study) {
  const bool tells_inputs = study.per_draw() > 1;
  Rows rows = {{"", "mean", "", "sd", "least", "most"}};
  if (study.antithetic) rows.front().push_back("gain of pairs");
  if (tells_inputs) rows.front().insert(rows.front().end(), {"inputs' share", ""});
  for (const Estimate& one : estimates(study)) {
    const MeanInterval& mean = one.mean;
    rows.push_back({one.response, rounded_to(mean.mean, mean.half_width), plus_minus(mean),
                    rounded_to(mean.sd, mean.half_width), rounded_to(one.least, mean.half_width),
                    rounded_to(one.most, mean.half_width)});
    if (study.antithetic)
      rows.back().push_back(rounded_to(*antithetic_gain(study, one.response), 1));
    if (tells_inputs) add_share(rows.back(), input_share(study, one.response));
  }
  return headline(study) + text_table(rows) + caveats(study);
}

std::string to_json(const Study& study) {
  JsonText json;
  json.open('{')
      .member("replications", study.replications())
      .member("seed", study.seed)
      .member("level", study.level)
      .member("antithetic", study.antithetic)
      .member("block", study.block)
      .member("inputs", study.has_inputs())
      .member("cancelled", study.cancelled)
      .open('[', "failures");
  for (const FailedReplication& failed : study.failures) {
    json.open('{');
    members(json, failed);
    json.close('}');
  }
  json.close(']');
  if (study.shortfall) {
    json.open('{', "shortfall");
    members(json, *study.shortfall);
    json.close('}');
  } else {
    json.null("shortfall");
  }
  json.open('{', "responses");
  for (const Estimate& one : estimates(study)) {
    json.open('{', one.response);
    members(json, one.mean);
    json.member("least", one.least).member("most", one.most).member("lacking", one.lacking);
    if (study.antithetic) json.member("antithetic_gain", *antithetic_gain(study, one.response));
    if (const auto share = input_share(study, one.response)) {
      members(json.open('{', "input_share"), *share);
      json.close('}');
    }
    json.close('}');
  }
  return std::move(json.close('}').close('}')).str();
}

std::string to_text(const Comparison& comparison) {
  Rows means = {{comparison.response, "mean", "", "sd"}};
  for (std::size_t k = 0; k < comparison.names.size(); ++k) {
    const MeanInterval& mean = comparison.means[k];
    means.push_back({comparison.names[k], rounded_to(mean.mean, mean.half_width), plus_minus(mean),
                     rounded_to(mean.sd, mean.half_width)});
  }
  Rows contrasts = {{"difference", "mean", "", "correlation", "gain"}};
  for (const Contrast& one : comparison.contrasts) {
    const MeanInterval& mean = one.difference;
    contrasts.push_back({one.a + " \u2212 " + one.b, rounded_to(mean.mean, mean.half_width),
                         plus_minus(mean), rounded_to(one.correlation, 0.01),
                         rounded_to(one.gain, 1)});
  }
  return text_table(means) + '\n' + text_table(contrasts) + "all differences at once with " +
         percent(comparison.level) + " confidence (Bonferroni); gain: times fewer replications " +
         "than with independent luck\n";
}

std::string to_json(const Comparison& comparison) {
  JsonText json;
  json.open('{').member("response", comparison.response).member("level", comparison.level);
  json.open('{', "means");
  for (std::size_t k = 0; k < comparison.names.size(); ++k) {
    json.open('{', comparison.names[k]);
    members(json, comparison.means[k]);
    json.close('}');
  }
  json.close('}').open('[', "contrasts");
  for (const Contrast& one : comparison.contrasts) {
    json.open('{').member("a", one.a).member("b", one.b);
    members(json, one.difference);
    json.member("level", one.difference.level)
        .member("correlation", one.correlation)
        .member("gain", one.gain)
        .close('}');
  }
  return std::move(json.close(']').close('}')).str();
}

std::string to_text(const InputShare& share) {
  const Rows rows = {
      {share.response, "variance", "share"},
      {"of the inputs", rounded_to(share.input_variance, 0), percent(share.share)},
      {"of the simulation", rounded_to(share.simulation_variance, 0), percent(1 - share.share)}};
  return text_table(rows) + interval_name(share.level) +
         " of the inputs' share: " + percent(share.low) + " to " + percent(share.high) + " (" +
         std::to_string(share.draws) + " draws, " + std::to_string(share.per_draw) +
         " replications of each)\n";
}

std::string to_json(const InputShare& share) {
  JsonText json;
  json.open('{').member("response", share.response);
  members(json, share);
  return std::move(json.close('}')).str();
}

std::string to_text(const SteadyState& steady) {
  const MeanInterval& mean = steady.mean;
  std::string text = "mean " + rounded_to(mean.mean, mean.half_width) + " " + plus_minus(mean) +
                     " (" + interval_name(mean.level) + " from " + std::to_string(mean.count) +
                     " batches of " + std::to_string(steady.batch_size) + ", after " +
                     std::to_string(steady.warm_up) +
                     " of warm-up; lag 1: " + rounded_to(steady.lag1, 0.01) +
                     ", of their eighths " + rounded_to(steady.lag1_eighths, 0.01) + ")\n";
  for (const std::string& warning : steady.warnings) text += "warning: " + warning + '\n';
  return text;
}

std::string to_json(const SteadyState& steady) {
  JsonText json;
  json.open('{');
  members(json, steady.mean);
  json.member("level", steady.mean.level)
      .member("observations", std::uint64_t{steady.observations})
      .member("warm_up", std::uint64_t{steady.warm_up})
      .member("batch_size", std::uint64_t{steady.batch_size})
      .member("lag1", steady.lag1)
      .member("lag1_eighths", steady.lag1_eighths)
      .member("von_neumann", steady.von_neumann)
      .open('[', "warnings");
  for (const std::string& warning : steady.warnings) json.element(warning);
  return std::move(json.close(']').close('}')).str();
}

std::string to_text(const KolmogorovSmirnov& test) {
  return "distance " + rounded_to(test.distance, 0) + ", p = " + rounded_to(test.p_value, 0) +
         (test.exact ? " (exact)\n" : " (limit law)\n");
}

std::string to_json(const KolmogorovSmirnov& test) {
  JsonText json;
  json.open('{')
      .member("distance", test.distance)
      .member("p_value", test.p_value)
      .member("exact", test.exact);
  return std::move(json.close('}')).str();
}

}  // namespace tyche::simulation
