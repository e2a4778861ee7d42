#include "tyche/runtime/course.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "tyche/infer/chains.hpp"
#include "tyche/runtime/relay.hpp"

namespace tyche {
namespace {

double seconds_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

std::vector<Variable> parameters_of(const Posterior& posterior) {
  const auto first = posterior.variables().begin();
  return {first, first + std::ptrdiff_t(posterior.layout().parameters.size())};
}

std::string shown(const Variable& variable) {
  std::string text = variable.name;
  for (std::size_t k = 0; k < variable.dims.size(); ++k) {
    text += (k == 0 ? "[" : ",") + std::to_string(variable.dims[k]);
  }
  return variable.dims.empty() ? text : text + "]";
}

/// Those of `some` that `others` has not, or has in another shape.
std::string missing(const std::vector<Variable>& some, const std::vector<Variable>& others) {
  std::string text;
  for (const Variable& variable : some) {
    if (std::ranges::find(others, variable) != others.end()) continue;
    text += (text.empty() ? "" : ", ") + shown(variable);
  }
  return text;
}

std::optional<Error> other_model(const RunState& earlier, const Posterior& posterior) {
  const std::vector<Variable> here = parameters_of(posterior);
  if (earlier.parameters.empty() || earlier.parameters == here) return std::nullopt;
  const std::string wanted = missing(here, earlier.parameters),
                    found = missing(earlier.parameters, here);
  return Error{
      "warm start", wanted.empty() ? "no other parameters" : wanted + " among the fit's parameters",
      found.empty() ? "none" : found, "start from a fit of the same model, or without one"};
}

std::vector<std::string> notes_on_starts(const RunReport& report) {
  std::vector<std::string> notes;
  for (std::size_t k = 0; k < report.chains.size(); ++k) {
    const std::string& flaw = report.chains[k].failed_start;
    if (flaw.empty()) continue;
    notes.push_back("Chain " + std::to_string(k + 1) + " did not start from the earlier fit: " +
                    flaw + ". It did the ordinary warm-up.");
  }
  return notes;
}

bool interrupted(const std::vector<ChainResult>& results) {
  return std::ranges::any_of(results,
                             [](const auto& r) { return r.interrupted && !r.state.stopped; });
}

std::vector<int> going(const std::vector<ChainResult>& results) {
  std::vector<int> chains;
  for (std::size_t k = 0; k < results.size(); ++k) {
    if (!results[k].state.stopped) chains.push_back(int(k));
  }
  return chains;
}

/// Until it is good enough, if anything is asked for, and else to the end. Where time may be short
/// too, rounds see to it that chains that wait for a thread get some of it.
Result<Ending> go(Chains& chains, const Course& course, Judge& judge) {
  const std::int64_t most = most_draws(course.settings);
  const bool asks = course.settings.until.asks();
  for (std::int64_t draws = 0;;) {
    draws = course.settings.until.any() ? next_round(draws, most) : most;
    if (auto done = chains.run_to(draws); !done) return std::unexpected(done.error());
    const std::vector<int> left = going(chains.results());
    if (left.empty() || interrupted(chains.results())) {
      return left.empty() || course.cancel.requested() ? Ending::cancelled : Ending::time;
    }
    if (asks && judge.enough(course.memory->draws(), left)) return Ending::enough;
    if (draws == most) return Ending::max_draws;
  }
}

/// Of the time that the chains took, the part of their warm-up.
double warmup_part(const std::vector<ChainResult>& results) {
  double warmup = 0, sampling = 0;
  for (const ChainResult& result : results) {
    warmup += result.warmup_seconds;
    sampling += result.sampling_seconds;
  }
  return warmup > 0 ? warmup / (warmup + sampling) : 0;
}

/// What chains leave behind.
struct Left {
  RunState state;
  double warmup_part = 0;  // of their time
};

Result<Ending> sample_chains(const Course& course, Relay& relay, Judge& judge, Left& left) {
  const SampleSettings& settings = course.settings;
  if (auto error = check_settings(course.posterior, settings)) {
    return std::unexpected(std::move(*error));
  }
  Chains chains(course.posterior, settings, relay, course.cancel);
  const std::span<const ChainState> from =
      course.from ? std::span(course.from->chains) : std::span<const ChainState>();
  if (course.from) relay.go_on(from, course.so_far->chains);
  if (auto done = chains.start(most_draws(settings), from); !done) {
    return std::unexpected(done.error());
  }
  const auto ending = go(chains, course, judge);
  if (!ending) return ending;
  if (auto done = chains.finish(); !done) return std::unexpected(done.error());
  left.warmup_part = warmup_part(chains.results());
  left.state = {.dimension = course.posterior.dimension(),
                .warmup = settings.warmup,
                .metric = settings.metric,
                .recentre = settings.recentre,
                .parameters = parameters_of(course.posterior)};
  for (std::size_t k = 0; k < chains.results().size(); ++k) {
    left.state.chains.push_back(std::move(chains.results()[k].state));
    left.state.chains.back().chain = int(k);
  }
  return ending;
}

RunReport report_of(const Course& course, const Relay& relay, const Judge& judge,
                    const RunState& state, Ending ending) {
  RunReport report = relay.report();
  for (std::size_t k = 0; k < report.chains.size(); ++k) {
    report.chains[k].stopped = state.chains[k].stopped;
  }
  report.max_depth = course.settings.max_depth;
  report.failed_starts = notes_on_starts(report);
  if (course.settings.until.any()) {
    report.until = judge.report(course.memory->draws(), covered_chains(report), ending);
  }
  return report;
}

}  // namespace

Result<Outcome> carry_out(Course course) {
  SampleSettings& settings = course.settings;
  settings.keep_draws = false;
  if (!settings.clock) settings.clock = seconds_now;
  if (settings.warm_start) {
    if (auto error = other_model(*settings.warm_start, course.posterior)) {
      return std::unexpected(std::move(*error));
    }
  }
  Relay relay(course.name, course.posterior, settings, course.sinks);
  Judge judge(settings.until);
  Left left;
  const double begun = seconds_now();
  const auto ending = sample_chains(course, relay, judge, left);
  const double taken = seconds_now() - begun;
  Result<void> finished;
  for (Sink* sink : course.sinks) {
    if (auto done = guarded([&] { return sink->finish(); }); !done && finished) finished = done;
  }
  if (!ending) return std::unexpected(relay.explained(ending.error()));
  if (!finished) return std::unexpected(finished.error());
  Outcome outcome{report_of(course, relay, judge, left.state, *ending), std::move(left.state)};
  RunReport& report = outcome.report;
  report.seconds = taken;
  report.warmup_seconds = taken * left.warmup_part;
  if (course.so_far) {
    report.seconds += course.so_far->seconds;
    report.warmup_seconds += course.so_far->warmup_seconds;
  }
  return outcome;
}

std::vector<int> covered_chains(const RunReport& report) {
  std::vector<int> chains;
  for (std::size_t k = 0; k < report.chains.size(); ++k) {
    if (!report.chains[k].stopped) chains.push_back(int(k));
  }
  return chains;
}

}  // namespace tyche
