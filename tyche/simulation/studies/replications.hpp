// Replications: a model run again and again with other luck, and what it showed each time.
//
//   auto study = replicate(
//       [](const Streams& streams) -> Result<Responses> {
//         ...
//         return Responses{{"queue.mean_wait", wait.mean()}, {"server.busy", busy.mean(stop)}};
//       },
//       {.replications = 100});
//   if (study) std::cout << to_text(*study);  // report.hpp
//
// A study depends on the model, the seed and the settings, and not on the number of threads.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tyche/base/cancellation.hpp"
#include "tyche/base/error.hpp"
#include "tyche/draws/draws.hpp"
#include "tyche/simulation/random.hpp"
#include "tyche/simulation/run.hpp"
#include "tyche/simulation/studies/study.hpp"

namespace tyche::simulation {

/// What a model knows of the replication that it is. A model that needs its streams alone may take
/// `const Streams&` instead.
struct Replication {
  Streams streams;
  std::uint32_t number = 0;  // from 0
  std::uint64_t seed = 1;
  std::uint32_t luck = 0;  // the replication that its streams are of; that of a pair is the same
  bool antithetic = false;
  const Draws* inputs = nullptr;  // the table of inputs, if there is one
  std::int64_t draw = -1;         // its draw for this replication, counted through the chains

  /// The input of this flat name; throws a Failure where the table has none, which `replicate`
  /// makes an Error of.
  double input(std::string_view name) const;
  /// Of an engine's run of this replication.
  RunSettings run_until(double stop) const;

  operator const Streams&() const { return streams; }  // NOLINT(google-explicit-constructor)
};

/// Called from several threads at once. An Error or an exception is that of its replication alone.
using Scenario = std::function<Result<Responses>(const Replication&)>;

/// Replications go on until the interval of a response is narrow enough (Chow and Robbins 1965). As
/// the width is looked at again and again, such an interval covers a little less than it says where
/// there are few replications: let the first look be at 20 or more.
struct Precision {
  std::string response;
  double half_width = 0;
  bool relative = false;        // to the mean's absolute value
  std::uint32_t most = 10'000;  // replications
};

struct ReplicationSettings {
  /// With `until`, those before the first look.
  std::uint32_t replications = 100;
  int threads = 0;  // at most 1024; 0: a thread a CPU
  std::uint64_t seed = 1;
  double level = 0.95;
  /// Every second replication repeats the one before with each u turned into 1 - u.
  bool antithetic = false;
  std::optional<Precision> until = {};
  /// A table of inputs, such as a posterior; it must outlive the call. Each draw is used for
  /// `per_draw` replications (pairs, if antithetic). Draws are taken in bit-reversed order, so that
  /// however many are used come from all chains and all parts of them.
  const Draws* inputs = nullptr;
  std::uint32_t per_draw = 1;
  /// Asked for between replications; what was made till then is kept.
  CancelToken cancel = {};
};

/// Replications that fail are listed in the study, which holds all others; an Error if none did
/// not, or if a setting is out of range.
Result<Study> replicate(const Scenario& model, const ReplicationSettings& settings = {});

}  // namespace tyche::simulation
