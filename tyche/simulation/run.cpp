#include "tyche/simulation/run.hpp"

#include <algorithm>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

Result<void> check(const RunSettings& settings, std::size_t entities) {
  const auto wrong = [](const char* where, std::string expected, std::string found,
                        const char* remedy) {
    return std::unexpected(Error{where, std::move(expected), std::move(found), remedy});
  };
  constexpr int most_threads = 1024;
  constexpr double most_time = std::numeric_limits<double>::max();
  if (!(settings.stop >= 0 && settings.stop <= most_time)) {
    return wrong("stop", "a time, 0 or later", decimals(settings.stop), "give a finite end");
  }
  if (!(settings.lookahead >= 0 && settings.lookahead <= most_time)) {
    return wrong("lookahead", "0 or more", decimals(settings.lookahead),
                 "it is the least delay of an event for another entity; 0 promises nothing");
  }
  constexpr std::uint64_t most = Rank::most_depth - 1;
  if (settings.most_depth < 1 || settings.most_depth > most) {
    return wrong("most_depth", "1 to 16777214", std::to_string(settings.most_depth),
                 "it bounds a chain of events without delay");
  }
  if (entities == 0 || entities > std::numeric_limits<EntityId>::max()) {
    return wrong("entities", "1 to 4294967295", std::to_string(entities), "give some entities");
  }
  if (settings.threads < 0 || settings.threads > most_threads) {
    return wrong("threads", "0 to " + std::to_string(most_threads),
                 std::to_string(settings.threads), "0 takes all that the process may use");
  }
  return {};
}

Error unknown_engine(Engine engine) {
  return {"engine", "sequential, conservative, time_warp or check",
          "number " + std::to_string(static_cast<int>(engine)), "name one of them"};
}

double ParallelReport::efficiency() const {
  if (handled == 0) return 1;
  return static_cast<double>(handled - taken_back) / static_cast<double>(handled);
}

void add(RunReport& report, const RunReport& share) {
  report.events += share.events;
  report.trace_hash += share.trace_hash;
  report.last = std::max(report.last, share.last);
  report.pending += share.pending;
}

void add(ParallelReport& report, const ParallelReport& share) {
  report.handled += share.handled;
  report.taken_back += share.taken_back;
  report.rollbacks += share.rollbacks;
  report.anti_messages += share.anti_messages;
  report.peak_bytes += share.peak_bytes;
}

Rules rules_of(const RunSettings& settings, std::size_t entities) {
  Rules rules{.streams = Streams(settings.seed, settings.replication, settings.antithetic),
              .entities = static_cast<EntityId>(entities),
              .lookahead = settings.lookahead,
              .most_depth = settings.most_depth};
  rules.entity_key = rules.streams.key("");
  return rules;
}

Fault thrown_at(double time, EntityId self, const std::exception* exception) {
  return {.kind = Fault::thrown,
          .time = time,
          .self = self,
          .what = exception != nullptr ? exception->what() : "not a std::exception"};
}

}  // namespace tyche::simulation
