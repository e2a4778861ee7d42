// Shows a run while it goes: a bar a chain on a terminal, plain lines elsewhere, or JSON lines.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tyche/runtime/stream.hpp"

namespace tyche {

enum class ProgressStyle { automatic, bar, plain, json, none };

/// `automatic` is `bar` on a terminal that can move its cursor, else `plain`. Unknown word: Error.
Result<ProgressStyle> progress_style(const std::string& word);

/// How far one chain is.
struct ChainProgress {
  std::int64_t warmup = 0;
  std::int64_t draws = 0;
  std::int64_t divergent = 0;  // in the sampling phase
  std::int64_t leapfrogs = 0;
  double step_size = 0;
  std::int64_t before = 0;  // iterations of an earlier run that it goes on from
  bool finished = false;
  std::string failure = {};
  double printed = 0;  // seconds from the start to the last plain line

  std::int64_t iterations() const { return warmup + draws; }
};

/// One line for a chain, `width` columns at most; `seconds` since the start.
std::string progress_line(const Started& run, int chain, const ChainProgress& at, double seconds,
                          int width);
/// The same as a JSON object in one line.
std::string progress_json(const Started& run, int chain, const ChainProgress& at, double seconds);

/// Redraws ten times a second from its own thread, so a sampler never waits for a terminal. Plain
/// style prints a line a chain at every tenth of the run, but not more than one a second and the
/// last; JSON style every tenth. Both print the last line of a chain that ends before.
class ProgressSink : public Sink {
 public:
  explicit ProgressSink(ProgressStyle style, std::FILE* out = stderr);
  ~ProgressSink() override;

  Result<void> start(const RunInfo& info) override;
  Result<void> take(const DrawBatch& batch) override;
  Result<void> take(const Adapted& adapted) override;
  Result<void> take(const Recovered& recovered) override;
  Result<void> take(const Finished& finished) override;
  Result<void> take(const Failed& failed) override;
  Result<void> finish() override;

 private:
  double seconds() const;
  void redraw(std::unique_lock<std::mutex>& held);
  void print_line(int chain);
  void print_tenths(int chain, std::int64_t before);

  ProgressStyle style_;
  std::FILE* out_;
  Started run_;
  std::chrono::steady_clock::time_point begun_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool finished_ = false;
  bool drawn_ = false;
  std::vector<ChainProgress> chains_;
  std::thread painter_;
};

}  // namespace tyche
