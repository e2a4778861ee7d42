#include "tyche/runtime/until.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "tyche/diagnostics/column_analysis.hpp"

namespace tyche {
namespace {

/// NaN if either is.
double least_size(const ScalarSummary& row) {
  return row.ess_tail < row.ess_bulk || std::isnan(row.ess_tail) ? row.ess_tail : row.ess_bulk;
}

/// What cannot be had is the worst there is.
double known_size(const ScalarSummary& row) {
  return std::isnan(least_size(row)) ? -1 : least_size(row);
}
double known_rhat(const ScalarSummary& row) {
  return std::isnan(row.rhat) ? std::numeric_limits<double>::infinity() : row.rhat;
}

/// That all of these chains have.
int draws_of(const Draws& draws, std::span<const int> chains) {
  int least = chains.empty() ? 0 : draws.draws(chains.front());
  for (const int chain : chains) least = std::min(least, draws.draws(chain));
  return least;
}

Lacking lacking(const ScalarSummary& row) { return {row.name, least_size(row), row.rhat}; }

std::string number(const char* format, double x) {
  char text[64];
  std::snprintf(text, sizeof text, format, x);
  return text;
}

std::string asked_for(const Until& asked) {
  std::string text;
  if (asked.ess > 0) text += "an effective size of " + number("%.6g", asked.ess);
  if (asked.rhat > 0) {
    text += (text.empty() ? "" : " and ") + ("an R-hat below " + number("%.6g", asked.rhat));
  }
  return text;
}

}  // namespace

std::int64_t next_round(std::int64_t draws, std::int64_t most) {
  constexpr std::int64_t first = 100;
  return std::min(draws == 0 ? first : draws + draws / 4, most);
}

/// Of a constant neither says anything.
bool Judge::good(const ScalarSummary& row) const {
  if (row.sd == 0) return true;
  return (asked_.ess == 0 || least_size(row) >= asked_.ess) &&
         (asked_.rhat == 0 || row.rhat < asked_.rhat);
}

/// What there is of what was asked for: the smaller, the further the scalar is from good enough.
double Judge::part(const ScalarSummary& row) const {
  const double size = asked_.ess > 0 ? known_size(row) / asked_.ess : 1;
  const double agreement = asked_.rhat > 0 ? (asked_.rhat - 1) / (known_rhat(row) - 1) : 1;
  return std::min(size, agreement);
}

bool Judge::enough(const Draws& all, std::span<const int> chains) {
  const Draws some = int(chains.size()) < all.chains() ? of_chains(all, chains) : Draws();
  const Draws& draws = some.chains() > 0 ? some : all;
  if (wanting_) {
    ColumnAnalysis analysis(draws.chains(), draws.draws());
    analysis.load(draws.column(*wanting_));
    const ColumnAnalysis::Sizes sizes = analysis.sizes();
    ScalarSummary row{};
    row.sd = analysis.sd();
    row.ess_bulk = sizes.bulk;
    row.ess_tail = std::min(sizes.q05, sizes.q95);
    row.rhat = analysis.rhat();
    if (!good(row)) return false;
  }
  const Summary summary = summarize(draws);
  wanting_.reset();
  for (std::size_t k = 0; k < summary.scalars.size(); ++k) {
    if (good(summary.scalars[k])) continue;
    if (!wanting_ || part(summary.scalars[k]) < part(summary.scalars[std::size_t(*wanting_)])) {
      wanting_ = int(k);
    }
  }
  return !wanting_;
}

UntilReport Judge::report(const Draws& draws, std::span<const int> chains, Ending ending) const {
  UntilReport report{.asked = asked_, .ending = ending, .draws = draws_of(draws, chains)};
  if (ending == Ending::enough) return report;
  const Summary summary = summarize(draws, chains);
  const ScalarSummary *least = nullptr, *largest = nullptr;
  for (const ScalarSummary& row : summary.scalars) {
    if (good(row)) continue;
    ++report.count;
    if (asked_.ess > 0 && !(least_size(row) >= asked_.ess) &&
        (!least || known_size(row) < known_size(*least))) {
      least = &row;
    }
    if (asked_.rhat > 0 && !(row.rhat < asked_.rhat) &&
        (!largest || known_rhat(row) > known_rhat(*largest))) {
      largest = &row;
    }
  }
  if (least) report.worst.push_back(lacking(*least));
  if (largest && largest != least) report.worst.push_back(lacking(*largest));
  return report;
}

std::string to_string(const UntilReport& report) {
  const std::string draws = std::to_string(report.draws) + " draws a chain";
  if (report.ending == Ending::enough) return "Good enough after " + draws + ".";
  if (report.count == 0) {
    if (report.ending != Ending::time) return {};
    return "The time of " + number("%.6g", report.asked.time.count()) + " s was over after " +
           draws + ".";
  }
  std::string text =
      "Asked for were " + asked_for(report.asked) + " of every scalar. After " + draws + ", ";
  text += report.ending == Ending::max_draws ? "all that max_draws allows"
          : report.ending == Ending::time    ? "when the time was over"
                                             : "when it was stopped";
  text += ", " + std::to_string(report.count) + (report.count == 1 ? " lacks" : " lack") + " it: ";
  for (const Lacking& each : report.worst) {
    if (&each != report.worst.data()) text += "; ";
    text += each.scalar + " has an effective size of " + number("%.0f", each.ess) +
            " and an R-hat of " + number("%.3f", each.rhat);
  }
  return text + ".";
}

}  // namespace tyche
