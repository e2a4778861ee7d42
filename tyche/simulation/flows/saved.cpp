// The byte form of a place.
#include <cstring>
#include <span>

#include "tyche/simulation/flows/place.hpp"

namespace tyche::simulation::flows {
namespace {

template <class T>
void put(ByteWriter& to, const std::vector<T>& list) {
  static_assert(std::is_trivially_copyable_v<T>);
  to.blob(std::as_bytes(std::span(list)));
}
template <class T>
std::vector<T> take(ByteReader& from) {
  const Bytes bytes = from.blob();
  std::vector<T> list(bytes.size() / sizeof(T));
  if (!list.empty()) std::memcpy(list.data(), bytes.data(), list.size() * sizeof(T));
  return list;
}

/// Any number of plain values, one after another.
template <class... Ts>
void put_values(ByteWriter& to, const Ts&... values) {
  (to.blob(std::as_bytes(std::span(&values, 1))), ...);
}
template <class T>
void take_value(ByteReader& from, T& value) {
  const Bytes bytes = from.blob();
  if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
}
template <class... Ts>
void take_values(ByteReader& from, Ts&... values) {
  (take_value(from, values), ...);
}

}  // namespace

void Place::save(ByteWriter& to) const {
  to.u64(program_->shape);
  to.u8(counting_);
  to.u8(changed_);
  put_values(to, station_.capacity, station_.in_use, station_.tickets, station_.level,
             station_.length, station_.units, station_.wait);
  put(to, station_.queue.items());
  put(to, accounts_);
  put(to, exits_);
  put(to, free_groups_);
  put(to, copies_);
  for (const std::vector<Token>& list : lists_) put(to, list);
  to.u64(groups_.size());
  for (const Group& group : groups_) {
    put(to, group.tokens);
    to.u32(group.expected);
  }
}

Result<void> Place::restore(ByteReader& from) {
  if (from.u64() != program_->shape) {
    return std::unexpected(Error{"saved simulation", "the steps, names and schedules of this flow",
                                 "those of another",
                                 "a run goes on with other times, probabilities and capacities at "
                                 "most"});
  }
  const std::uint32_t capacity = station_.capacity;
  counting_ = from.u8() != 0;
  changed_ = from.u8() != 0;
  take_values(from, station_.capacity, station_.in_use, station_.tickets, station_.level,
              station_.length, station_.units, station_.wait);
  if (program_->places[self_].schedule == anywhere && capacity != station_.capacity) {
    station_.capacity = capacity;
    changed_ = true;
  }
  station_.queue.clear();
  for (const Waiting& each : take<Waiting>(from)) station_.queue.push(each);
  accounts_ = take<Account>(from);
  exits_ = take<Tally>(from);
  free_groups_ = take<std::uint32_t>(from);
  copies_ = take<std::uint32_t>(from);
  for (std::vector<Token>& list : lists_) list = take<Token>(from);
  const std::uint64_t groups = from.u64();
  for (std::uint64_t k = 0; k < groups && from.ok(); ++k) {
    auto tokens = take<Token>(from);
    groups_.push_back({std::move(tokens), from.u32()});
  }
  return {};
}

}  // namespace tyche::simulation::flows
