// The course of a run, from its settings to its end: what `run`, `sample` and `extend` share.
#pragma once
#include <span>
#include <string>

#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/run.hpp"

namespace tyche {

struct Course {
  const std::string& name;
  const Posterior& posterior;
  SampleSettings settings;
  std::span<Sink* const> sinks;
  CancelToken cancel;
  const MemorySink* memory = nullptr;  // one of the sinks, which `until` asks
  const RunState* from = nullptr;      // of a run that is extended, and
  const RunReport* so_far = nullptr;   // what it did
};

struct Outcome {
  RunReport report;
  RunState state;
};

/// Sinks are told to finish, whatever happened.
Result<Outcome> carry_out(Course course);

/// The chains that were not stopped alone, by number: those that a summary covers.
std::vector<int> covered_chains(const RunReport& report);

}  // namespace tyche
