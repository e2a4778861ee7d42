// What Time Warp keeps to take events back: for each entity the events that it has handled and that
// are not yet certain, with what the entity was before each and what it sent.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "tyche/simulation/engines/moment.hpp"
#include "tyche/simulation/run.hpp"

namespace tyche::simulation {

/// An event as threads send it, or the anti-message that takes it back: they differ in their sign
/// alone (Jefferson 1985, section 4). Who takes back an event may send another with the same rank,
/// so a tag tells apart all that are ever sent; the lowest bit is the sign.
template <class Message>
struct Signed : Event<Message> {
  std::uint64_t tag = 1;

  bool anti() const { return tag % 2 == 0; }
};

/// An anti-message comes just before the event that it takes back: where both are pending they
/// come up together.
template <class Message>
bool before(const Signed<Message>& a, const Signed<Message>& b) {
  if (a.time != b.time) return a.time < b.time;
  const Event<Message>&first = a, &second = b;
  if (before(first, second)) return true;
  return !before(second, first) && a.tag < b.tag;
}

/// Takes back one handle by a copy of the state before it.
template <Entity E>
class Memento {
 public:
  void remember(const E& entity) { state_ = entity; }
  void complete(const typename E::Message&) {}
  void restore(E& entity, bool) noexcept { std::swap(entity, *state_); }

 private:
  std::optional<E> state_;  // kept between uses: a copy may re-use its memory
};

/// Takes back one handle by the entity's own `undo`, from the message as the handler left it. A
/// handler that threw has changed nothing.
template <Undoable E>
class Memento<E> {
 public:
  void remember(const E&) {}
  void complete(const typename E::Message& message) { message_ = message; }
  void restore(E& entity, bool threw) noexcept {
    if (!threw) entity.undo(message_);
  }

 private:
  typename E::Message message_ = {};
};

/// What was sent, as far as its anti-message needs it.
struct Unsend {
  double time;
  Rank rank;
  std::uint64_t tag;
  EntityId to;
};

/// One event handled.
template <Entity E>
struct Deed {
  Signed<typename E::Message> event;  // as it was sent
  Ledger ledger;                      // before it
  Memento<E> memento;
  std::vector<Unsend> sent;
  Deed *earlier = nullptr, *later = nullptr;  // of the same entity

  /// With what it sent, which waits somewhere.
  std::size_t bytes() const {
    return sizeof(Deed) + sent.size() * (sizeof(Unsend) + sizeof(event));
  }
};

/// The deeds of one thread's entities, counted from 0. It allocates only while it grows beyond its
/// largest size.
template <Entity E>
class History {
 public:
  explicit History(std::size_t entities) : lives_(entities) {}

  /// The latest deed of an entity, or null.
  Deed<E>* latest(std::size_t entity) { return lives_[entity].latest; }

  /// A deed that is nobody's yet.
  Deed<E>& fresh() {
    if (free_ == nullptr) return all_.emplace_back();
    Deed<E>& deed = *free_;
    free_ = deed.earlier;
    deed.sent.clear();
    return deed;
  }

  /// Makes the deed an entity's latest.
  void append(std::size_t entity, Deed<E>& deed) {
    Life& life = lives_[entity];
    deed.earlier = life.latest;
    deed.later = nullptr;
    (life.latest != nullptr ? life.latest->later : life.first) = &deed;
    life.latest = &deed;
    ++size_;
    if (!life.listed) {
      life.listed = true;
      listed_.push_back(entity);
    }
  }

  /// Counts the deed, now that it is complete.
  void close(const Deed<E>& deed) {
    bytes_ += deed.bytes();
    peak_bytes_ = std::max(peak_bytes_, bytes_);
  }

  /// Forgets an entity's latest deed, which has been taken back.
  void forget_latest(std::size_t entity, bool closed) {
    Life& life = lives_[entity];
    Deed<E>& deed = *life.latest;
    life.latest = deed.earlier;
    (life.latest != nullptr ? life.latest->later : life.first) = nullptr;
    if (closed) bytes_ -= deed.bytes();
    release(deed);
  }

  /// Forgets all deeds before a moment, which nothing takes back any more (fossil collection), and
  /// shows each to `visit`.
  template <class Visit>
  void commit_before(Moment moment, const Visit& visit) {
    std::erase_if(listed_, [&](std::size_t entity) {
      Life& life = lives_[entity];
      while (life.first != nullptr && moment_of(life.first->event) < moment) {
        Deed<E>& deed = *life.first;
        visit(deed);
        life.first = deed.later;
        (life.first != nullptr ? life.first->earlier : life.latest) = nullptr;
        bytes_ -= deed.bytes();
        release(deed);
      }
      life.listed = life.first != nullptr;
      return !life.listed;
    });
  }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }
  std::size_t peak_bytes() const { return peak_bytes_; }

 private:
  struct Life {
    Deed<E>*first = nullptr, *latest = nullptr;
    bool listed = false;
  };

  void release(Deed<E>& deed) {
    --size_;
    deed.earlier = free_;
    free_ = &deed;
  }

  std::vector<Life> lives_;
  std::vector<std::size_t> listed_;  // entities with deeds, and some without
  std::deque<Deed<E>> all_;
  Deed<E>* free_ = nullptr;
  std::size_t size_ = 0, bytes_ = 0, peak_bytes_ = 0;
};

}  // namespace tyche::simulation
