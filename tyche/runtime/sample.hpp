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

inline Summary summarize(const Fit& fit) { return summarize(fit.draws); }
/// What the diagnostics mean, and for divergences the statement behind them.
std::vector<std::string> advice(const Fit& fit);

}  // namespace tyche
