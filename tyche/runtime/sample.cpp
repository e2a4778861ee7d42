#include "tyche/runtime/sample.hpp"

#include <algorithm>

#include "tyche/kernels/sampler.hpp"
#include "tyche/runtime/course.hpp"

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

namespace {

/// Draws of the longest chain.
std::int64_t longest(const RunReport& report) {
  std::int64_t most = 0;
  for (const ChainReport& chain : report.chains) most = std::max(most, chain.draws);
  return most;
}

/// `memory` is one of the sinks.
Result<Fit> carried_out(Course course, MemorySink& memory) {
  const SampleSettings settings = course.settings;
  const auto posterior = course.posterior.shared_from_this();
  const std::int64_t before = course.so_far ? longest(*course.so_far) : 0;
  auto outcome = carry_out(std::move(course));
  Fit fit{.draws = memory.take_draws(), .report = {}};
  if (outcome) {
    fit.report = std::move(outcome->report);
    fit.report.stuck = stuck_chains(fit.draws);
    fit.state = std::move(outcome->state);
    fit.settings = settings;
    fit.settings.warm_start = nullptr;
    fit.posterior = posterior;
    return fit;
  }
  std::int64_t most = 0;
  for (int chain = 0; chain < fit.draws.chains(); ++chain) {
    most = std::max<std::int64_t>(most, fit.draws.draws(chain));
  }
  if (most == before) return std::unexpected(outcome.error());
  fit.ended_by = outcome.error();
  return fit;
}

std::vector<Sink*> with(MemorySink& memory, std::span<Sink* const> sinks) {
  std::vector<Sink*> all{&memory};
  all.insert(all.end(), sinks.begin(), sinks.end());
  return all;
}

std::optional<Error> not_extendable(const Fit& fit, std::int64_t draws) {
  const auto wrong = [](std::string expected, std::string found, std::string remedy) {
    return Error{"extend", std::move(expected), std::move(found), std::move(remedy)};
  };
  if (fit.ended_by) {
    return wrong("a fit that can go on", "one that an Error ended", "sample anew");
  }
  if (!fit.posterior) return wrong("a fit that was sampled", "none", "sample first");
  for (const ChainState& state : fit.state.chains) {
    if (!state.point.empty() || state.stopped) continue;
    return wrong("chains past their warm-up",
                 "chain " + std::to_string(state.chain + 1) + " interrupted in its warm-up",
                 "sample anew");
  }
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  if (draws < 0 || draws > most) {
    return wrong("0 to 2147483647 draws", std::to_string(draws), "a thousand a chain are usual");
  }
  return std::nullopt;
}

}  // namespace

Result<Fit> try_sample(const Posterior& posterior, const SampleSettings& settings,
                       std::span<Sink* const> sinks, CancelToken cancel, const std::string& name) {
  MemorySink memory;
  return carried_out({.name = name,
                      .posterior = posterior,
                      .settings = settings,
                      .sinks = with(memory, sinks),
                      .cancel = std::move(cancel),
                      .memory = &memory},
                     memory);
}

Result<Fit> try_extend(Fit fit, std::int64_t draws, std::span<Sink* const> sinks,
                       CancelToken cancel, const std::string& name) {
  if (auto error = not_extendable(fit, draws)) return std::unexpected(std::move(*error));
  for (ChainState& state : fit.state.chains) state.epoch += !state.stopped;
  SampleSettings settings = fit.settings;
  settings.until = {};
  settings.max_draws = 0;
  settings.draws = longest(fit.report) + draws;
  MemorySink memory(std::move(fit.draws));
  return carried_out({.name = name,
                      .posterior = *fit.posterior,
                      .settings = settings,
                      .sinks = with(memory, sinks),
                      .cancel = std::move(cancel),
                      .memory = &memory,
                      .from = &fit.state,
                      .so_far = &fit.report},
                     memory);
}

std::string explain(const Posterior& posterior, const SampleSettings& settings) {
  const MappingChoice choice = mapping_of(posterior, settings);
  const int lanes = lanes_of(posterior, settings);
  posterior.evaluator(lanes);  // compiles it
  return posterior.explain() + "mapping of a run of " + std::to_string(settings.chains) +
         " chains: " + name(choice.mapping) + " in lanes: " + choice.reason + "\ngroups of " +
         std::to_string(lanes) + " on " + std::to_string(most_threads(settings)) + " thread(s)\n";
}

Summary summarize(const Fit& fit) {
  if (fit.report.chains.empty()) return summarize(fit.draws);
  return summarize(fit.draws, covered_chains(fit.report));
}

std::vector<std::string> advice(const Fit& fit) {
  const Summary summary = summarize(fit);
  SamplerReport sampler =
      summary.covered.empty()
          ? sampler_report(fit.draws, fit.report.max_depth)
          : sampler_report(of_chains(fit.draws, summary.covered), fit.report.max_depth);
  sampler.stuck = fit.report.stuck;
  std::vector<std::string> lines = advice(summary, sampler);
  const std::string ended = fit.report.until ? to_string(*fit.report.until) : "";
  if (!ended.empty()) lines.insert(lines.begin(), ended);
  for (std::size_t k = fit.report.chains.size(); k-- > 0;) {
    if (!fit.report.chains[k].stopped) continue;
    lines.insert(lines.begin(), "Chain " + std::to_string(k + 1) + " was stopped alone after " +
                                    std::to_string(fit.draws.draws(int(k))) +
                                    " draws; the summary is of " + coverage(summary) + ".");
  }
  if (fit.ended_by) lines.insert(lines.begin(), "The run ended early. " + to_string(*fit.ended_by));
  for (const auto* more : {&fit.report.failed_starts, &fit.report.findings}) {
    lines.insert(lines.end(), more->begin(), more->end());
  }
  return lines;
}

Fit sample(const Model& model, const SampleSettings& settings) {
  auto fit = try_sample(model, settings);
  if (!fit) throw Failure(fit.error());
  return std::move(*fit);
}

Fit extend(Fit fit, std::int64_t draws) {
  auto more = try_extend(std::move(fit), draws);
  if (!more) throw Failure(more.error());
  return std::move(*more);
}

}  // namespace tyche
