#include "tyche/runtime/run.hpp"

#include "tyche/runtime/course.hpp"

namespace tyche {

Result<RunReport> run(const std::string& name, const Posterior& posterior,
                      const SampleSettings& settings, std::span<Sink* const> sinks,
                      CancelToken cancel) {
  MemorySink memory;
  std::vector<Sink*> all(sinks.begin(), sinks.end());
  if (settings.until.any()) all.push_back(&memory);
  auto outcome = carry_out({.name = name,
                            .posterior = posterior,
                            .settings = settings,
                            .sinks = all,
                            .cancel = std::move(cancel),
                            .memory = &memory});
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return std::move(outcome->report);
}

}  // namespace tyche
