// Keeps the draws of the sampling phase in memory.
#pragma once
#include <mutex>

#include "tyche/runtime/stream.hpp"

namespace tyche {

class MemorySink : public Sink {
 public:
  MemorySink() = default;
  /// Goes on after the draws of a run that is extended.
  explicit MemorySink(Draws earlier) : goes_on_(true), draws_(std::move(earlier)) {}

  Result<void> start(const RunInfo& info) override;
  Result<void> take(const DrawBatch& batch) override;

  /// What has come so far; while no chain runs.
  const Draws& draws() const { return draws_; }
  Draws take_draws() { return std::move(draws_); }

 private:
  std::mutex mutex_;
  bool goes_on_ = false;
  Draws draws_;
};

}  // namespace tyche
