// A run of a flow, from its text or builder to its report.
//
//   auto report = simulate(flow, {.run = {.stop = 1e5, .seed = 1}, .warmup = 1e3});
//   if (report) std::cout << to_text(*report);
//
// A run that is to be stopped, saved or branched is made of its parts: compile() the flow, start an
// engine on places(program), and ask report_of(). A branch into a what-if goes on with a program of
// other times, probabilities, capacities or seed:
//
//   auto run = Sequential<Place>::start(places(program), settings);
//   auto done = run->run(480);
//   auto what_if = Sequential<Place>::resume(run->save(), places(with_one_more_nurse));
//
// A capacity changes at the next event of its resource.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/flows/place.hpp"
#include "tyche/simulation/run.hpp"
#include "tyche/simulation/studies/study.hpp"

namespace tyche::simulation::flows {

struct FlowSettings {
  RunSettings run;    // the lookahead is the flow's own
  double warmup = 0;  // what is counted before is forgotten
};

struct ResourceReport {
  std::string name;
  double capacity = 0;     // averaged over time
  double utilisation = 0;  // units in use over capacity, both averaged over time
  double in_use = 0;       // averaged over time
  double queue = 0;        // length, averaged over time
  double longest_queue = 0;
  Tally wait = {};  // of those that were served, 0 included
};

struct ExitReport {
  std::string name;
  Tally time;  // in system
};

struct ClassReport {
  std::string name;
  std::uint64_t arrived = 0;
  std::uint64_t copied = 0;  // made by splits
  std::uint64_t merged = 0;  // ended in batches and combines
  double inside = 0;         // averaged over time
  double inside_at_end = 0;
  Tally time = {};        // in system, of those that departed
  double throughput = 0;  // departures a unit of time
  std::vector<ExitReport> exits = {};
};

struct FlowReport {
  double from = 0, to = 0;  // what is counted
  RunReport run;
  ParallelReport parallel = {};
  std::vector<ResourceReport> resources;
  std::vector<ClassReport> classes;
  std::vector<std::string> warnings;  // of the check
};

/// The places are those of a run of the program up to the time `to`.
FlowReport report_of(const Program& program, std::vector<Place> places, const RunReport& run,
                     double to);

/// Asked now and then with the time that a sequential run has reached: false ends it there.
using Watch = std::function<bool(double time)>;

/// Errors: those of compile() and of the run.
Result<FlowReport> simulate(const Flow& flow, const FlowSettings& settings);
/// For many replications of one program; its seed must be that of the settings.
Result<FlowReport> simulate(const Program& program, const RunSettings& settings,
                            const Watch& watch = {});

/// What replicate() wants: "barber.utilisation", "customer.time", ...; a mean of nothing is
/// lacking.
Responses responses(const FlowReport& report);

/// Tables to read: resources, and classes with their exits.
std::string to_text(const FlowReport& report);
/// {"from":..,"to":..,"events":..,"trace_hash":..,"resources":{NAME:{"capacity":..,"utilisation":..,
/// "queue":..,"longest_queue":..,"wait":{"count":..,"mean":..,"sd":..,"most":..}}},"classes":{NAME:
/// {"arrived":..,"copied":..,"merged":..,"inside":..,"throughput":..,"time":{..},"exits":{NAME:
/// {..}}}},"warnings":[..]}; null where a number does not exist.
std::string to_json(const FlowReport& report);

}  // namespace tyche::simulation::flows
