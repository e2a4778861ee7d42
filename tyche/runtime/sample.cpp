#include "tyche/runtime/sample.hpp"

#include <algorithm>

#include "tyche/kernels/nuts.hpp"
#include "tyche/runtime/memory.hpp"

namespace tyche {

Result<std::shared_ptr<Posterior>> try_compile(const Model& model,
                                               const CompileSettings& settings) {
  return Posterior::create(model.program(), model.data(), settings);
}

std::shared_ptr<Posterior> compile(const Model& model, const CompileSettings& settings) {
  auto posterior = try_compile(model, settings);
  if (!posterior) throw Failure(posterior.error());
  return std::move(*posterior);
}

LogDensity log_density(const Model& model, std::span<const double> position) {
  return compile(model)->log_density(position);
}

Result<Fit> try_sample(const Model& model, const SampleSettings& settings,
                       std::span<Sink* const> sinks, CancelToken cancel, const std::string& name) {
  const auto posterior = try_compile(model, {.lanes = 0});
  if (!posterior) return std::unexpected(posterior.error());
  return try_sample(**posterior, settings, sinks, std::move(cancel), name);
}

Result<Fit> try_sample(const Posterior& posterior, const SampleSettings& settings,
                       std::span<Sink* const> sinks, CancelToken cancel, const std::string& name) {
  MemorySink memory;
  std::vector<Sink*> all{&memory};
  all.insert(all.end(), sinks.begin(), sinks.end());
  auto report = run(name, posterior, settings, all, std::move(cancel));
  Draws draws = memory.take_draws();
  if (report) return Fit{std::move(draws), *report};
  int most = 0;
  for (int chain = 0; chain < draws.chains(); ++chain) most = std::max(most, draws.draws(chain));
  if (most == 0) return std::unexpected(report.error());
  return Fit{std::move(draws), {}, report.error()};
}

std::string explain(const Posterior& posterior, const SampleSettings& settings) {
  const MappingChoice choice = mapping_of(posterior, settings);
  const bool in_lanes = choice.mapping == Mapping::chains;
  posterior.evaluator(in_lanes ? nuts_max_lanes : 1);  // compiles it
  return posterior.explain() + "mapping of a run of " + std::to_string(settings.chains) +
         " chains: " + name(choice.mapping) + " in lanes: " + choice.reason + "\n";
}

std::vector<std::string> advice(const Fit& fit) {
  std::vector<std::string> lines =
      advice(summarize(fit.draws), sampler_report(fit.draws, fit.report.max_depth));
  if (fit.ended_by) lines.insert(lines.begin(), "The run ended early. " + to_string(*fit.ended_by));
  lines.insert(lines.end(), fit.report.findings.begin(), fit.report.findings.end());
  return lines;
}

Fit sample(const Model& model, const SampleSettings& settings) {
  auto fit = try_sample(model, settings);
  if (!fit) throw Failure(fit.error());
  return std::move(*fit);
}

}  // namespace tyche
