// The byte form of a simulation: what entities, events and settings are as bytes, in a frame whose
// version and checksum tell what is not ours, or not whole.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <type_traits>

#include "tyche/base/bytes.hpp"
#include "tyche/simulation/engines/moment.hpp"
#include "tyche/simulation/run.hpp"

namespace tyche::simulation {

/// A type that says itself what it is as bytes.
template <class T>
concept SavesItself = requires(const T& value, ByteWriter& to, ByteReader& from) {
  value.save(to);
  { T::load(from) } -> std::same_as<T>;
};

/// A type that says itself what of it changes in a run. The rest, such as what all entities share,
/// is in a fresh entity, which takes up what was saved, or says why it cannot.
template <class T>
concept RestoresItself = requires(const T& value, T& fresh, ByteWriter& to, ByteReader& from) {
  value.save(to);
  { fresh.restore(from) } -> std::same_as<Result<void>>;
};

/// A type that is saved by its own functions or else as its bytes are: it must then hold no
/// pointers.
template <class T>
concept Saveable = SavesItself<T> || RestoresItself<T> || std::is_trivially_copyable_v<T>;

template <Saveable T>
void save_value(ByteWriter& to, const T& value) {
  if constexpr (SavesItself<T> || RestoresItself<T>) {
    value.save(to);
  } else if constexpr (!std::is_empty_v<T>) {
    to.blob(std::as_bytes(std::span(&value, 1)));
  }
}

template <Saveable T>
  requires(!RestoresItself<T>)
T load_value(ByteReader& from) {
  if constexpr (SavesItself<T>) {
    return T::load(from);
  } else {
    std::array<std::byte, sizeof(T)> bytes = {};
    if constexpr (!std::is_empty_v<T>) {
      const Bytes saved = from.blob();
      if (saved.size() == sizeof(T)) std::ranges::copy(saved, bytes.begin());
    }
    return std::bit_cast<T>(bytes);
  }
}

/// The frame round what was written, and what is in it.
Bytes seal(ByteWriter payload);
Result<ByteView> unseal(ByteView bytes);

/// How large the types are, which tells apart most of them, and the settings.
struct SavedSizes {
  std::uint64_t entity, message;
};
void save_settings(ByteWriter& to, const RunSettings& settings, SavedSizes sizes);
Result<RunSettings> load_settings(ByteReader& from, SavedSizes sizes);

template <class E>
void save_start(ByteWriter& to, const RunSettings& settings) {
  save_settings(to, settings, {sizeof(E), sizeof(typename E::Message)});
}
template <class E>
Result<RunSettings> load_start(ByteReader& from) {
  return load_settings(from, {sizeof(E), sizeof(typename E::Message)});
}

template <class E>
void save_resident(ByteWriter& to, const Resident<E>& resident) {
  save_value(to, resident.entity);
  to.u64(resident.ledger.drawn);
  to.u64(resident.ledger.sent);
}
template <class E>
Resident<E> load_resident(E entity, ByteReader& from) {
  const std::uint64_t drawn = from.u64(), sent = from.u64();
  return {std::move(entity), {.drawn = drawn, .sent = sent}};
}

void save_key(ByteWriter& to, const Key& key);
/// An Error unless the event may be pending in a run of these rules.
Result<Key> load_key(ByteReader& from, const Rules& rules);

template <class Message>
void save_event(ByteWriter& to, const Event<Message>& event) {
  save_key(to, key_of(event));
  save_value(to, event.message);
}
template <class Message>
Result<Event<Message>> load_event(ByteReader& from, const Rules& rules) {
  const auto key = load_key(from, rules);
  if (!key) return std::unexpected(key.error());
  return Event<Message>{key->time, key->rank, key->from, key->to, load_value<Message>(from)};
}

void save_report(ByteWriter& to, const RunReport& report);
RunReport load_report(ByteReader& from);

}  // namespace tyche::simulation
