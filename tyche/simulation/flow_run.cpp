#include "tyche/simulation/flow_run.hpp"

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/engine.hpp"

namespace tyche::simulation::flows {
namespace {

/// In stretches, so that somebody may look.
Result<FlowReport> watched(const Program& program, const RunSettings& settings,
                           const Watch& watch) {
  constexpr double stretches = 1000;
  auto run = Sequential<Place>::start(places(program), settings);
  if (!run) return std::unexpected(run.error());
  double reached = 0;
  for (double k = 1; k <= stretches && reached < settings.stop; ++k) {
    reached = k < stretches ? settings.stop * (k / stretches) : settings.stop;
    if (auto done = run->run(reached); !done) return std::unexpected(done.error());
    if (!watch(reached)) break;
  }
  const RunReport report = run->report();
  return report_of(program, std::move(*run).entities(), report, reached);
}

}  // namespace

Result<FlowReport> simulate(const Program& program, const RunSettings& settings,
                            const Watch& watch) {
  if (!(program.warmup < settings.stop)) {
    return std::unexpected(Error{"stop",
                                 "a time after the warm-up's end at " + decimals(program.warmup),
                                 decimals(settings.stop), "run longer, or warm up less"});
  }
  RunSettings own = settings;
  own.lookahead = program.lookahead;
  if (watch && settings.engine == Engine::sequential) return watched(program, own, watch);
  auto run = simulation::simulate(places(program), own);
  if (!run) return std::unexpected(run.error());
  FlowReport report = report_of(program, std::move(run->entities), run->report, settings.stop);
  report.parallel = run->parallel;
  return report;
}

Result<FlowReport> simulate(const Flow& flow, const FlowSettings& settings) {
  const auto program = compile(flow, settings.run.seed, settings.warmup);
  if (!program) return std::unexpected(program.error());
  return simulate(*program, settings.run);
}

}  // namespace tyche::simulation::flows
