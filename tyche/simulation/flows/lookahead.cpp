// How far apart in time the places of a flow are.
#include <algorithm>
#include <set>

#include "tyche/simulation/flows/program.hpp"

namespace tyche::simulation::flows {
namespace {

using Places = std::set<EntityId>;

/// Whether the token goes to where what it carries is kept.
bool follows_handle(Code code) { return code == Code::members || code == Code::join; }

std::vector<std::size_t> successors(const Program& program, std::size_t at) {
  const Instruction& step = program.code[at];
  switch (step.code) {
    case Code::recover:
    case Code::depart:
    case Code::shift:
      return {};
    case Code::jump:
      return {step.to};
    case Code::decide:
      return {step.to, step.otherwise};
    case Code::copies:
      return {at + 1, step.to};
    case Code::route: {
      std::vector<std::size_t> all;
      for (const Program::Chance& chance : program.chances[step.what]) all.push_back(chance.to);
      return all;
    }
    case Code::join:  // of copies alone: they end there
      if (program.checked.paths.ways[step.step].empty()) return {};
      return {at + 1};
    default:
      return {at + 1};
  }
}

/// Where each instruction may happen.
std::vector<Places> whereabouts(const Program& program) {
  Places keepers;
  for (const Instruction& step : program.code) {
    if (step.code == Code::gather || step.code == Code::copies) keepers.insert(step.place);
  }
  std::vector<Places> where(program.code.size());
  for (std::size_t at = 0; at < where.size(); ++at) {
    const Instruction& step = program.code[at];
    if (step.place != anywhere) where[at] = {step.place};
    if (follows_handle(step.code)) where[at] = keepers;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t at = 0; at < where.size(); ++at) {
      for (const std::size_t to : successors(program, at)) {
        const Instruction& next = program.code[to];
        if (next.place != anywhere || follows_handle(next.code)) continue;
        const std::size_t before = where[to].size();
        where[to].insert(where[at].begin(), where[at].end());
        changed = changed || where[to].size() != before;
      }
    }
  }
  return where;
}

/// What every draw of the step's time is at least; a triangular one may round below its low end.
double least_time(const Program& program, const Instruction& step) {
  if (step.code != Code::hold) return 0;
  const Step& from = program.flow.steps[step.step];
  const auto* hold = std::get_if<Hold>(&from);
  const Expression& time = hold != nullptr ? hold->time : std::get<Transport>(from).time;
  bool exact = true;
  each_part(time, [&](const Expression& part) { exact = exact && part.op != Op::triangular; });
  return exact ? std::max(0.0, least(time)) : 0;
}

}  // namespace

double lookahead_of(const Program& program) {
  constexpr double never = 1e100;  // no token goes anywhere
  double shortest = never;
  const std::vector<Places> where = whereabouts(program);
  for (std::size_t at = 0; at < where.size(); ++at) {
    for (const std::size_t to : successors(program, at)) {
      const Instruction& next = program.code[to];
      if (next.place == anywhere && !follows_handle(next.code)) continue;
      const double time = follows_handle(next.code) ? 0 : least_time(program, program.code[at]);
      for (const EntityId from : where[at]) {
        const bool moves = std::ranges::any_of(where[to], [&](EntityId p) { return p != from; });
        if (moves) shortest = std::min(shortest, time);
      }
    }
  }
  return shortest;
}

}  // namespace tyche::simulation::flows
