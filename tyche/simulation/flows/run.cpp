#include "tyche/simulation/flows/run.hpp"

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/engines/engine.hpp"

namespace tyche::simulation::flows {
namespace {

/// In the words of the flow: the place's name for its number, and what a step threw as it is.
Error in_words(Error error, const Program& program) {
  const std::string entity = "entity ", thrown = "an exception: ";
  if (error.where.starts_with(entity)) {
    std::size_t digits = 0;
    const std::size_t place = std::stoul(error.where.substr(entity.size()), &digits);
    error.where = program.places[place].name + error.where.substr(entity.size() + digits);
  }
  if (error.found.starts_with(thrown)) {
    error.found = error.found.substr(thrown.size());
    error.expected = "steps that can be done";
    error.remedy = "mend that step, or what leads such tokens to it";
  }
  return error;
}

/// In stretches, so that somebody may look.
Result<FlowReport> watched(const Program& program, const RunSettings& settings,
                           const Watch& watch) {
  constexpr double stretches = 1000;
  auto run = Sequential<Place>::start(places(program), settings);
  if (!run) return std::unexpected(run.error());
  double reached = 0;
  for (double k = 1; k <= stretches && reached < settings.stop; ++k) {
    reached = k < stretches ? settings.stop * (k / stretches) : settings.stop;
    if (auto done = run->run(reached); !done) {
      return std::unexpected(in_words(done.error(), program));
    }
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
  if (!run) return std::unexpected(in_words(run.error(), program));
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
