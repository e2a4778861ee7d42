// sample(model): from a model to its draws, in one call.
#pragma once
#include <iosfwd>
#include <optional>

#include "tyche/diagnostics/advice.hpp"
#include "tyche/diagnostics/summary.hpp"
#include "tyche/model/model.hpp"
#include "tyche/runtime/run.hpp"

namespace tyche {

/// The draws of a run and what the run did. A run that an Error ended after its first draw keeps
/// what it drew, and says so.
struct Fit {
  Draws draws;
  RunReport report;
  std::optional<Error> ended_by = {};
  RunState state = {};  // from which it is extended, and others start (SampleSettings::warm_start)
  SampleSettings settings = {};
  std::shared_ptr<const Posterior> posterior = {};
};

/// Compiles the model and samples it. Errors: a model or data that cannot be, a setting out of
/// range, a density that is -inf at every start, a sink that failed. Sinks are told `name`.
Result<Fit> try_sample(const Model& model, const SampleSettings& settings = {},
                       std::span<Sink* const> sinks = {}, CancelToken cancel = {},
                       const std::string& name = "model");

/// Of a posterior that was compiled before, under a name for the sinks.
Result<Fit> try_sample(const Posterior& posterior, const SampleSettings& settings,
                       std::span<Sink* const> sinks = {}, CancelToken cancel = {},
                       const std::string& name = "model");

/// The same; throws Failure, which carries the Error.
Fit sample(const Model& model, const SampleSettings& settings = {});

/// Goes on without warm-up: every chain to `draws` more than the longest has. All that comes out
/// is, bit for bit, what asking for more at first would have given. A chain that was stopped alone
/// stays so. Sinks are told the start anew, for each chain that it was taken over, and the new
/// draws. Errors: those of a run; a fit that cannot go on (it ended by an Error, a chain in its
/// warm-up), a posterior whose data have been replaced since.
Result<Fit> try_extend(Fit fit, std::int64_t draws, std::span<Sink* const> sinks = {},
                       CancelToken cancel = {}, const std::string& name = "model");
Fit extend(Fit fit, std::int64_t draws);

/// The posterior of a model, to evaluate or to hand to a method. Throws Failure.
std::shared_ptr<Posterior> compile(const Model& model, const CompileSettings& settings = {});
Result<std::shared_ptr<Posterior>> try_compile(const Model& model,
                                               const CompileSettings& settings = {});

/// The mapping that a run with these settings uses and why, and what Posterior::explain says once
/// its code is there. Throws Failure.
std::string explain(const Posterior& posterior, const SampleSettings& settings);

/// log density and gradient of a model at an unconstrained position. Compiles at each call: keep
/// the Posterior for more than one. Throws Failure.
LogDensity log_density(const Model& model, std::span<const double> position);

/// Of all chains that were not stopped alone; it says which they are.
Summary summarize(const Fit& fit);
/// What the diagnostics mean, and for divergences the statement behind them.
std::vector<std::string> advice(const Fit& fit);

}  // namespace tyche
