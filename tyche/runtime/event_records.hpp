// A run's events as records and back: what a log holds, a bus carries and a worker sends.
#pragma once
#include <functional>
#include <mutex>
#include <vector>

#include "tyche/runtime/records.hpp"
#include "tyche/runtime/stream.hpp"

namespace tyche {

/// `run` is the number that whoever starts a run gives it.
record::Record to_record(std::uint64_t run, const RunInfo& info);
record::Record to_record(std::uint64_t run, const DrawBatch& batch);
record::Record to_record(std::uint64_t run, const Adapted& adapted);
record::Record to_record(std::uint64_t run, const Diverged& diverged);
record::Record to_record(std::uint64_t run, const Recovered& recovered);
record::Record to_record(std::uint64_t run, const Checkpointed& checkpointed);
record::Record to_record(std::uint64_t run, const Finished& finished);
record::Record to_record(std::uint64_t run, const Failed& failed);

/// The events of records; their spans lie in the record, a batch's transitions in `transitions`.
/// Errors: numbers that no event has.
Result<RunInfo> from_record(const record::Started& record);
Result<DrawBatch> from_record(const record::Batch& record, std::vector<Transition>& transitions);
Result<Adapted> from_record(const record::Adapted& record);
Result<Diverged> from_record(const record::Diverged& record);
Result<Recovered> from_record(const record::Recovered& record);
Result<Checkpointed> from_record(const record::Checkpointed& record);
Result<Finished> from_record(const record::Finished& record);
Result<Failed> from_record(const record::Failed& record);

/// Hands on every event of a run as the bytes of its record, one at a time.
class RecordSink : public Sink {
 public:
  using Write = std::function<Result<void>(ByteView)>;
  RecordSink(std::uint64_t run, Write write) : run_(run), write_(std::move(write)) {}

  Result<void> start(const RunInfo& info) override { return tell(info); }
  Result<void> take(const DrawBatch& batch) override { return tell(batch); }
  Result<void> take(const Adapted& adapted) override { return tell(adapted); }
  Result<void> take(const Diverged& diverged) override { return tell(diverged); }
  Result<void> take(const Recovered& recovered) override { return tell(recovered); }
  Result<void> take(const Checkpointed& checkpointed) override { return tell(checkpointed); }
  Result<void> take(const Finished& finished) override { return tell(finished); }
  Result<void> take(const Failed& failed) override { return tell(failed); }

 private:
  template <class Event>
  Result<void> tell(const Event& event) {
    const Bytes bytes = encode(to_record(run_, event));
    const std::scoped_lock lock(mutex_);
    return write_(bytes);
  }

  const std::uint64_t run_;
  Write write_;
  std::mutex mutex_;
};

}  // namespace tyche
