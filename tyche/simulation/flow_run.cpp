#include "tyche/simulation/flow_run.hpp"

#include "tyche/simulation/sequential.hpp"

namespace tyche::simulation::flows {

Result<FlowReport> simulate(const Program& program, const RunSettings& settings) {
  auto run = Sequential<Place>::start(places(program), settings);
  if (!run) return std::unexpected(run.error());
  if (auto done = run->run(settings.stop); !done) return std::unexpected(done.error());
  const RunReport report = run->report();
  return report_of(program, std::move(*run).entities(), report, settings.stop);
}

Result<FlowReport> simulate(const Flow& flow, const FlowSettings& settings) {
  const auto program = compile(flow, settings.run.seed, settings.warmup);
  if (!program) return std::unexpected(program.error());
  return simulate(*program, settings.run);
}

}  // namespace tyche::simulation::flows
