#include "tyche/simulation/run.hpp"

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

Result<void> check(const RunSettings& settings, std::size_t entities) {
  const auto wrong = [](const char* where, const char* expected, std::string found,
                        const char* remedy) {
    return std::unexpected(Error{where, expected, std::move(found), remedy});
  };
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
  return {};
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
