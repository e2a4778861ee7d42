// Replays the records of a run to a sink, each event once, however often it was delivered.
#pragma once
#include <compare>
#include <optional>
#include <vector>

#include "tyche/runtime/event_records.hpp"

namespace tyche {

/// Records of one chain come in order, those of several in any. What a chain has told before, or
/// tells in an epoch that has ended, is left out; a batch that does not follow the last one is an
/// Error, and so is a record of another run. A chain that was taken over before it told anything
/// begins where it was.
class Replay {
 public:
  explicit Replay(Sink& to) : to_(to) {}

  Result<void> take(const record::Record& record);
  /// All records that lie in `bytes`. At one that was cut short or altered: its Error, after what
  /// precedes it has been told. The sink is not told to finish.
  Result<void> take_all(ByteView bytes);

 private:
  /// Where a kind of event of a chain stands.
  struct Mark {
    std::uint8_t phase = 0;
    std::int64_t iteration = -1;
    friend auto operator<=>(const Mark&, const Mark&) = default;
  };
  struct Chain {
    std::uint32_t epoch = 0;
    Mark drawn, adapted, diverged, checkpointed;
    Mark recovered, ended;  // of which the iteration is the epoch
  };

  Result<void> tell(const record::Started& record);
  Result<void> tell(const record::Batch& record);
  Result<void> tell(const record::Adapted& record);
  Result<void> tell(const record::Diverged& record);
  Result<void> tell(const record::Recovered& record);
  Result<void> tell(const record::Checkpointed& record);
  Result<void> tell(const record::Finished& record);
  Result<void> tell(const record::Failed& record);

  /// The chain of a record, moved to its epoch; null if that epoch has ended. Errors: a run not
  /// started, another run, a chain that is none of its.
  Result<Chain*> chain_of(std::uint64_t run, std::uint32_t epoch, std::uint32_t chain);
  template <class AnyRecord>
  Result<void> tell_beyond(const AnyRecord& record, Mark Chain::* told, Mark at);
  Result<void> follows(const Chain& chain, const record::Batch& record) const;

  Sink& to_;
  std::uint64_t run_ = 0;
  std::optional<Started> started_;
  std::size_t scalars_ = 0;
  std::vector<Chain> chains_;
  std::vector<Transition> transitions_;
};

}  // namespace tyche
