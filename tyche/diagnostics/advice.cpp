#include "tyche/diagnostics/advice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>

#include "tyche/diagnostics/diagnostics.hpp"

namespace tyche {
namespace {

constexpr double highest_rhat = 1.01;
constexpr double least_size = 400;
constexpr double least_e_bfmi = 0.3;
constexpr std::size_t most_names = 5;

std::string decimals(double x, int places) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", places, x);
  return buffer;
}

using Measure = std::function<double(const ScalarSummary&)>;

struct Offenders {
  std::vector<const ScalarSummary*> scalars;  // the worst first
  std::string named;
};

// Those of which `measure` is `bad`, ordered by `worse`, the first few named with their value.
Offenders offenders(const Summary& summary, const Measure& measure, int places,
                    const std::function<bool(double)>& bad, bool larger_is_worse) {
  Offenders found;
  for (const ScalarSummary& row : summary.scalars) {
    if (bad(measure(row))) found.scalars.push_back(&row);
  }
  std::ranges::sort(found.scalars, [&](const ScalarSummary* a, const ScalarSummary* b) {
    const double x = measure(*a), y = measure(*b);
    return x == y ? a < b : larger_is_worse ? x > y : x < y;
  });
  for (std::size_t k = 0; k < std::min(most_names, found.scalars.size()); ++k) {
    const ScalarSummary& row = *found.scalars[k];
    if (k > 0) found.named += ", ";
    found.named += row.name + " (" + decimals(measure(row), places) + ")";
  }
  if (found.scalars.size() > most_names) {
    found.named += " and " + std::to_string(found.scalars.size() - most_names) + " more";
  }
  return found;
}

std::string count_of(long count, long total, const char* what) {
  const double percent = 100 * static_cast<double>(count) / static_cast<double>(total);
  return std::to_string(count) + " of " + std::to_string(total) + ' ' + what + " (" +
         decimals(percent, percent < 1 ? 2 : 0) + " %)";
}

std::optional<std::string> about_rhat(const Summary& summary) {
  const Offenders found = offenders(
      summary, [](const ScalarSummary& row) { return row.rhat; }, 2,
      [](double x) { return x >= highest_rhat; }, true);
  if (found.scalars.empty()) return std::nullopt;
  return "R-hat is 1.01 or more for " + found.named +
         ": the chains do not agree. Do not use these draws. Run longer; if it stays, the "
         "posterior "
         "may have several modes, or the model may not identify them.";
}

std::optional<std::string> about_sizes(const Summary& summary) {
  const Offenders found = offenders(
      summary, [](const ScalarSummary& row) { return std::min(row.ess_bulk, row.ess_tail); }, 0,
      [](double x) { return x < least_size; }, false);
  if (found.scalars.empty()) return std::nullopt;
  const ScalarSummary& worst = *found.scalars.front();
  const double size = std::min(worst.ess_bulk, worst.ess_tail);
  std::string text = "The effective sample size is below 400 for " + found.named +
                     ": its errors, and R-hat, are unsure.";
  if (worst.rhat < highest_rhat) {
    const double draws = std::ceil(summary.draws * least_size / size / 100) * 100;
    text += " About " + decimals(draws, 0) + " draws a chain would be enough.";
  }
  return text;
}

std::optional<std::string> about_values(const Summary& summary) {
  if (summary.draws < 2) return std::nullopt;
  std::string names;
  std::size_t count = 0;
  for (const ScalarSummary& row : summary.scalars) {
    if (std::isfinite(row.sd)) continue;
    if (++count <= most_names) names += (count > 1 ? ", " : "") + row.name;
  }
  if (count == 0) return std::nullopt;
  if (count > most_names) names += " and " + std::to_string(count - most_names) + " more";
  return "Some draws are NaN or infinite: " + names +
         ". Where they are computed, a logarithm, a division or an overflow is likely.";
}

std::optional<std::string> about_divergences(const SamplerReport& report) {
  if (report.divergent == 0) return std::nullopt;
  return count_of(report.divergent, report.draws, "draws ended in a divergence") +
         ": there is a part of the posterior where the step is too coarse, and the draws may miss "
         "it. Bound the step, or raise the target acceptance to 0.95; if they stay, write "
         "hierarchical "
         "parameters non-centred, or give weakly informed scales a tighter prior.";
}

std::optional<std::string> about_depth(const SamplerReport& report) {
  if (report.at_max_depth == 0) return std::nullopt;
  return count_of(report.at_max_depth, report.draws,
                  ("draws reached the tree depth limit of " + std::to_string(report.max_depth))
                      .c_str()) +
         ": the draws are right but cost more than they should. Look for parameters of very "
         "different scales or strong correlation before raising the limit.";
}

std::optional<std::string> about_energy(const SamplerReport& report) {
  std::string chains;
  for (std::size_t k = 0; k < report.e_bfmi.size(); ++k) {
    if (!(report.e_bfmi[k] < least_e_bfmi)) continue;
    chains += (chains.empty() ? "" : ", ") + std::to_string(k + 1) + " (" +
              decimals(report.e_bfmi[k], 2) + ")";
  }
  if (chains.empty()) return std::nullopt;
  return "E-BFMI is below 0.3 in chain " + chains +
         ": the energy moves too slowly, so heavy tails may not be explored. Rewrite the model so "
         "that scales and what they scale are less dependent (non-centred).";
}

std::optional<std::string> about_lost_energy(const SamplerReport& report) {
  std::string chains;
  for (std::size_t k = 0; k < report.e_bfmi.size() && report.draws > 0; ++k) {
    if (std::isnan(report.e_bfmi[k]))
      chains += (chains.empty() ? "" : ", ") + std::to_string(k + 1);
  }
  if (chains.empty()) return std::nullopt;
  return "E-BFMI cannot be had of chain " + chains +
         ": its energies are all the same or not finite, so the chain never moved, or there are "
         "fewer than two draws.";
}

// Of a constant nothing is wrong by itself: the diagonal of a correlation matrix is one.
std::optional<std::string> about_constants(const Summary& summary) {
  if (summary.draws < 4) return std::nullopt;
  std::string names;
  std::size_t count = 0;
  for (const ScalarSummary& row : summary.scalars) {
    if (row.sd != 0) continue;
    if (++count <= most_names) names += (count > 1 ? ", " : "") + row.name;
  }
  if (count == 0) return std::nullopt;
  if (count > most_names) names += " and " + std::to_string(count - most_names) + " more";
  return "All draws are the same number for " + names +
         ": R-hat and effective size say nothing of a constant. A parameter is none: its chains "
         "never moved.";
}

std::optional<std::string> about_chains(const Summary& summary) {
  if (summary.draws < 4) {
    return "There are " + std::to_string(summary.draws) +
           " draws a chain: with fewer than four nothing can be said of convergence.";
  }
  if (summary.chains == 1) {
    return "There is one chain: R-hat compares chains and cannot be had. Run four or more.";
  }
  return std::nullopt;
}

std::optional<std::string> about_stuck(const SamplerReport& report) {
  std::string text;
  for (const StuckChain& stuck : report.stuck) {
    text += (text.empty() ? "Chain " : "; chain ") + std::to_string(stuck.chain + 1) +
            " is far from the others: " + stuck.why;
  }
  if (text.empty()) return std::nullopt;
  return text +
         ". It may be stuck where its warm-up ended, or in a mode of its own. Look at it before "
         "you use the draws; it can be stopped alone.";
}

std::optional<std::string> about_lengths(const Summary& summary) {
  if (summary.left_out == 0) return std::nullopt;
  return "The chains are of unequal length: " + std::to_string(summary.left_out) +
         " draws that not all of them have were left out.";
}

}  // namespace

SamplerReport sampler_report(const Draws& draws, int max_depth) {
  SamplerReport report{.draws = long{draws.draws()} * draws.chains(), .max_depth = max_depth};
  const auto count = [&](const char* statistic, double from) {
    long found = 0;
    const std::optional<int> index = draws.find(statistic);
    for (int chain = 0; index && chain < draws.chains(); ++chain) {
      found += std::ranges::count_if(draws.column(*index).chain(chain),
                                     [from](double x) { return x >= from; });
    }
    return found;
  };
  report.divergent = count("divergent__", 1);
  report.at_max_depth = count("treedepth__", max_depth);
  const std::optional<int> energy = draws.find("energy__");
  for (int chain = 0; energy && chain < draws.chains(); ++chain) {
    report.e_bfmi.push_back(e_bfmi(draws.column(*energy).chain(chain)));
  }
  report.stuck = stuck_chains(draws);
  return report;
}

std::vector<std::string> advice(const Summary& summary, const SamplerReport& report) {
  std::vector<std::string> findings;
  for (const std::optional<std::string>& finding :
       {about_chains(summary), about_lengths(summary), about_values(summary),
        about_divergences(report), about_stuck(report), about_rhat(summary), about_sizes(summary),
        about_energy(report), about_lost_energy(report), about_depth(report)}) {
    if (finding) findings.push_back(*finding);
  }
  if (findings.empty()) {
    findings.push_back(
        "All is well: every R-hat is below 1.01, every effective sample size above "
        "400, and the sampler met no trouble.");
  }
  if (const auto constants = about_constants(summary)) findings.push_back(*constants);
  return findings;
}

}  // namespace tyche
