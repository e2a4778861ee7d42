// Keeps the draws of the sampling phase in memory.
#pragma once
#include <mutex>

#include "tyche/runtime/stream.hpp"

namespace tyche {

class MemorySink : public Sink {
 public:
  Result<void> start(const RunInfo& info) override;
  Result<void> take(const DrawBatch& batch) override;

  /// What has come so far; call it when the run is over.
  Draws take_draws() { return std::move(draws_); }

 private:
  std::mutex mutex_;
  Draws draws_;
};

}  // namespace tyche
