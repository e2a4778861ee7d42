// Whether a run is good enough to end: the diagnostics of its draws so far against what was asked.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tyche/diagnostics/summary.hpp"
#include "tyche/infer/sample.hpp"

namespace tyche {

/// Draws a chain after which is asked: 100, and then a quarter more each time, up to `most`.
std::int64_t next_round(std::int64_t draws, std::int64_t most);

/// Why a run that was to end when good enough has ended. `max_draws`: it never was.
enum class Ending : std::uint8_t { enough, time, max_draws, cancelled };

/// A scalar that is not good enough.
struct Lacking {
  std::string scalar;
  double ess = 0;  // the smaller of bulk and tail
  double rhat = 0;
};

struct UntilReport {
  Until asked = {};
  Ending ending = Ending::enough;
  std::int64_t draws = 0;           // that every chain has
  std::int64_t count = 0;           // scalars that lack something
  std::vector<Lacking> worst = {};  // of them, that of least ESS and that of largest R-hat
};

/// In words, how the run ended and what is lacking; empty if nothing is and draws or a wish to stop
/// ended it.
std::string to_string(const UntilReport& report);

/// Looks at the scalar that lacked most when last asked before all others: a round that is not the
/// last costs little more than one scalar.
class Judge {
 public:
  explicit Judge(const Until& asked) : asked_(asked) {}

  /// Of the draws that all of these chains have.
  bool enough(const Draws& draws, std::span<const int> chains);
  UntilReport report(const Draws& draws, std::span<const int> chains, Ending ending) const;

 private:
  bool good(const ScalarSummary& row) const;
  double part(const ScalarSummary& row) const;

  const Until asked_;
  std::optional<int> wanting_;
};

}  // namespace tyche
