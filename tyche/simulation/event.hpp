// An event of the discrete-event engine, and the one order in which all engines let events happen.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace tyche::simulation {

using EntityId = std::uint32_t;

/// Where an event stands among those of the same instant: how many sends without delay led to it
/// within that instant, and which of its sender's events it is.
struct Rank {
  static constexpr int number_bits = 40;
  static constexpr std::uint64_t most_depth = (std::uint64_t{1} << (64 - number_bits)) - 1;
  static constexpr std::uint64_t most_number = (std::uint64_t{1} << number_bits) - 1;

  std::uint64_t bits = 0;

  static constexpr Rank of(std::uint64_t depth, std::uint64_t number) {
    return {depth << number_bits | number};
  }
  constexpr std::uint64_t depth() const { return bits >> number_bits; }
  constexpr std::uint64_t number() const { return bits & most_number; }
};

/// `message` is for entity `to` at `time`; it is copied byte by byte and never allocates.
template <class Message>
struct Event {
  static_assert(std::is_trivially_copyable_v<Message>, "a message is copied byte by byte");

  double time = 0;
  Rank rank;
  EntityId from = 0, to = 0;
  [[no_unique_address]] Message message = {};
};

/// The tie rule: by time, then depth, sender and number. It is a total order that does not depend
/// on who handled what first, and an event comes after the one that caused it; so every engine that
/// handles each entity's events in this order gives the same run.
template <class Message>
constexpr bool before(const Event<Message>& a, const Event<Message>& b) {
  if (a.time != b.time) return a.time < b.time;
  if (a.rank.depth() != b.rank.depth()) return a.rank.depth() < b.rank.depth();
  if (a.from != b.from) return a.from < b.from;
  return a.rank.number() < b.rank.number();
}

/// One word that stands for the event, its message included where its bytes are its value. Their
/// sum over a run is the hash of its trace: it does not depend on the order in which engines add.
template <class Message>
std::uint64_t trace_word(const Event<Message>& event) {
  std::uint64_t x;
  std::memcpy(&x, &event.time, sizeof x);
  x = (x ^ event.rank.bits) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 32) ^ (std::uint64_t{event.from} << 32 | event.to)) * 0xD6E8FEB86659FD93u;
  if constexpr (!std::is_empty_v<Message> && std::has_unique_object_representations_v<Message>) {
    for (std::size_t at = 0; at < sizeof(Message); at += sizeof x) {
      std::uint64_t word = 0;
      const std::size_t left = sizeof(Message) - at;
      std::memcpy(&word, reinterpret_cast<const std::byte*>(&event.message) + at,
                  left < sizeof word ? left : sizeof word);
      x = (x ^ (x >> 29) ^ word) * 0xBF58476D1CE4E5B9u;
    }
  }
  return x ^ (x >> 31);
}

}  // namespace tyche::simulation
