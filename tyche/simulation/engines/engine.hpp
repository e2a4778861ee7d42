// A run of entities on the engine of your choice.
//
//   auto run = simulate(std::vector<Machine>(100), {.stop = 1000, .engine = Engine::time_warp});
//   if (!run) return report(run.error());       // which entity, when, what to do
//   run->entities[0].done;                      // as after the last event before `stop`
//
// All engines give the same events and entities, bit for bit. Begin with the sequential one; run
// Engine::check once on a new model; use threads when an event's work is some microseconds or more.
#pragma once
#include <utility>
#include <vector>

#include "tyche/simulation/engines/check.hpp"
#include "tyche/simulation/engines/conservative.hpp"
#include "tyche/simulation/engines/sequential.hpp"
#include "tyche/simulation/engines/time_warp.hpp"

namespace tyche::simulation {

/// An Error if a setting is out of range or a handler at fault: the first in the order of events,
/// whatever the engine.
template <Entity E>
Result<Run<E>> simulate(std::vector<E> entities, const RunSettings& settings) {
  switch (settings.engine) {
    case Engine::sequential:
      return sequential(std::move(entities), settings);
    case Engine::conservative:
      return conservative(std::move(entities), settings);
    case Engine::time_warp:
      return time_warp(std::move(entities), settings);
    case Engine::check:
      return checked(std::move(entities), settings);
  }
  return std::unexpected(unknown_engine(settings.engine));
}

}  // namespace tyche::simulation
