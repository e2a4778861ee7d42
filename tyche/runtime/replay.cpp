#include "tyche/runtime/replay.hpp"

#include <string>

namespace tyche {
namespace {

std::unexpected<Error> wrong(std::string expected, std::string found) {
  return std::unexpected(Error{"record", std::move(expected), std::move(found),
                               "what precedes it can be used; ask for the rest again"});
}

std::string named(int phase, std::int64_t iteration) {
  return (phase == 0 ? "warm-up draw " : "draw ") + std::to_string(iteration + 1);
}

}  // namespace

Result<void> Replay::take(const record::Record& record) {
  return std::visit([this](const auto& r) { return tell(r); }, record);
}

Result<void> Replay::take_all(ByteView bytes) {
  while (!bytes.empty()) {
    const auto record = record::decode(bytes);
    if (!record) return std::unexpected(record.error());
    if (auto taken = take(*record); !taken) return taken;
  }
  return {};
}

Result<Replay::Chain*> Replay::chain_of(std::uint64_t run, std::uint32_t epoch,
                                        std::uint32_t chain) {
  if (!started_) return wrong("that a run has started", "another event");
  if (run != run_) return wrong("run " + std::to_string(run_), "run " + std::to_string(run));
  if (chain >= chains_.size()) {
    return wrong("one of " + std::to_string(chains_.size()) + " chains",
                 "chain " + std::to_string(chain + 1));
  }
  Chain& found = chains_[chain];
  return epoch < found.epoch ? nullptr : &found;
}

Result<void> Replay::tell(const record::Started& record) {
  if (started_ && record.run == run_) return {};
  if (started_) return wrong("one run", "run " + std::to_string(record.run) + " too");
  auto info = from_record(record);
  if (!info) return std::unexpected(info.error());
  run_ = record.run;
  started_ = info->started;
  for (const Variable& variable : info->variables) scalars_ += std::size_t(variable.size());
  chains_.resize(std::size_t(started_->chains));
  return to_.start(*info);
}

/// Whether nothing is missing between what the chain has told and the record.
Result<void> Replay::follows(const Chain& chain, const record::Batch& record) const {
  const bool first_of_sampling = record.phase == 1 && chain.drawn.phase == 0;
  const std::int64_t told = first_of_sampling ? -1 : chain.drawn.iteration;
  const bool warm = !first_of_sampling || chain.drawn.iteration + 1 == started_->warmup;
  if (record.previous <= told && warm) return {};
  return wrong("the draw after " + named(chain.drawn.phase, chain.drawn.iteration),
               named(record.phase, record.first));
}

Result<void> Replay::tell(const record::Batch& record) {
  const auto chain = chain_of(record.run, record.epoch, record.chain);
  if (!chain || !*chain) return chain ? Result<void>{} : std::unexpected(chain.error());
  auto batch = from_record(record, transitions_);
  if (!batch) return std::unexpected(batch.error());
  if (batch->values.size() != transitions_.size() * scalars_ || transitions_.empty()) {
    return wrong(
        std::to_string(scalars_) + " values a draw, and a draw",
        std::to_string(batch->values.size()) + " for " + std::to_string(transitions_.size()));
  }
  Mark& drawn = (*chain)->drawn;
  const Mark last{record.phase, record.first + std::int64_t(transitions_.size()) - 1};
  if (last <= drawn) return {};
  if (auto whole = follows(**chain, record); !whole) return whole;
  if (record.phase == drawn.phase && record.first <= drawn.iteration) {
    const auto known = std::size_t(drawn.iteration + 1 - record.first);
    batch->first += std::int64_t(known);
    batch->values = batch->values.subspan(known * scalars_);
    batch->transitions = batch->transitions.subspan(known);
  }
  if (auto taken = to_.take(*batch); !taken) return taken;
  drawn = last;
  (*chain)->epoch = record.epoch;
  return {};
}

/// Tells an event that lies beyond what the chain has told of its kind.
template <class AnyRecord>
Result<void> Replay::tell_beyond(const AnyRecord& record, Mark Chain::* told, Mark at) {
  const auto chain = chain_of(record.run, record.epoch, record.chain);
  if (!chain || !*chain) return chain ? Result<void>{} : std::unexpected(chain.error());
  if (at <= (*chain)->*told) return {};
  const auto event = from_record(record);
  if (!event) return std::unexpected(event.error());
  if (auto taken = to_.take(*event); !taken) return taken;
  (*chain)->*told = at;
  (*chain)->epoch = record.epoch;
  return {};
}

Result<void> Replay::tell(const record::Adapted& record) {
  return tell_beyond(record, &Chain::adapted, {0, record.iteration});
}
Result<void> Replay::tell(const record::Diverged& record) {
  return tell_beyond(record, &Chain::diverged, {record.phase, record.iteration});
}
Result<void> Replay::tell(const record::Checkpointed& record) {
  return tell_beyond(record, &Chain::checkpointed, {record.phase, record.iteration});
}
Result<void> Replay::tell(const record::Recovered& record) {
  const auto told = tell_beyond(record, &Chain::recovered, {0, record.epoch});
  const auto chain = chain_of(record.run, record.epoch, record.chain);
  // Taken over from another run, whose draws are not this one's.
  if (told && chain && *chain && (*chain)->drawn == Mark{}) {
    (*chain)->drawn = {record.phase, record.iteration};
  }
  return told;
}
Result<void> Replay::tell(const record::Finished& record) {
  return tell_beyond(record, &Chain::ended, {0, record.epoch});
}
Result<void> Replay::tell(const record::Failed& record) {
  return tell_beyond(record, &Chain::ended, {0, record.epoch});
}

}  // namespace tyche
