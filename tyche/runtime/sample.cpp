#include "tyche/runtime/sample.hpp"

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
                       std::span<Sink* const> sinks, CancelToken cancel) {
  auto posterior = try_compile(model, {.lanes = settings.chains > 1 ? 8 : 1});
  if (!posterior) return std::unexpected(posterior.error());
  MemorySink memory;
  std::vector<Sink*> all{&memory};
  all.insert(all.end(), sinks.begin(), sinks.end());
  auto report = run("model", **posterior, settings, all, std::move(cancel));
  if (!report) return std::unexpected(report.error());
  return Fit{memory.take_draws(), *report};
}

std::vector<std::string> advice(const Fit& fit) {
  std::vector<std::string> lines = advice(summarize(fit.draws), sampler_report(fit.draws));
  lines.insert(lines.end(), fit.report.findings.begin(), fit.report.findings.end());
  return lines;
}

Fit sample(const Model& model, const SampleSettings& settings) {
  auto fit = try_sample(model, settings);
  if (!fit) throw Failure(fit.error());
  return std::move(*fit);
}

}  // namespace tyche
