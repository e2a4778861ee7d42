#include "tyche/simulation/flow_run.hpp"

#include "tyche/simulation/engine.hpp"

namespace tyche::simulation::flows {

Result<FlowReport> simulate(const Program& program, const RunSettings& settings) {
  RunSettings own = settings;
  own.lookahead = program.lookahead;
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
