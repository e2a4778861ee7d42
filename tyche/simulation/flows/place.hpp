// Where tokens are: a resource with its queue, or a step that keeps tokens; the entity of which a
// flow's run is made. A token comes as a message and goes on through steps until time passes, it
// waits, or its next step lies elsewhere. Times that pass are messages too: a place keeps only the
// tokens that wait.
#pragma once
#include <cstdint>
#include <vector>

#include "tyche/base/bytes.hpp"
#include "tyche/simulation/entity.hpp"
#include "tyche/simulation/flows/program.hpp"
#include "tyche/simulation/heap.hpp"
#include "tyche/simulation/tally.hpp"

namespace tyche::simulation::flows {

struct Waiting {
  double priority = 0;
  std::uint64_t ticket = 0;
  double since = 0;
  Token token = {};
};
inline bool before(const Waiting& a, const Waiting& b) {
  return a.priority != b.priority ? a.priority < b.priority : a.ticket < b.ticket;
}

struct Station {
  std::uint32_t capacity = 0, in_use = 0;
  std::uint64_t tickets = 0;
  Heap<Waiting> queue;
  TimeWeighted level;   // units in use
  TimeWeighted length;  // of the queue
  TimeWeighted units;   // the capacity
  Tally wait;           // of those that were served, 0 included

  std::uint32_t free() const { return capacity > in_use ? capacity - in_use : 0; }
};

/// Tokens of a batch, or those of a split that have come to their combine.
struct Group {
  std::vector<Token> tokens;
  std::uint32_t expected = 0;
};

/// Of one class, at one place: those who came into being less those who ended. The sum over places
/// is the number in the flow.
struct Account {
  TimeWeighted inside;
  std::uint64_t arrived = 0, copied = 0, merged = 0;
};

class Place {
 public:
  using Message = Token;

  Place(const Program& program, EntityId self);

  void init(Now<Token>& now);
  void handle(const Token& token, Now<Token>& now);

  /// What was counted before the warm-up's end is forgotten, if that is no later than `time`.
  void begin_counting(double time);

  const Station& station() const { return station_; }
  const std::vector<Account>& accounts() const { return accounts_; }
  /// Times in system of a class that left by an exit here.
  const Tally& time_in_system(std::uint32_t kind, std::uint32_t exit) const;
  /// What changes in a run, as bytes; restored at a fresh place of the same program, or of one with
  /// other times, probabilities and capacities, or else an Error.
  void save(ByteWriter& to) const;
  Result<void> restore(ByteReader& from);

  /// Tokens that wait here: in the queue, in batches, for parts or copies.
  std::uint64_t waiting() const;

 private:
  friend class Visit;

  const Program* program_;
  EntityId self_;
  bool counting_;
  bool changed_ = false;  // the capacity, since the last event
  Station station_;
  std::vector<Account> accounts_;
  std::vector<Tally> exits_;               // [class][exit]
  std::vector<std::vector<Token>> lists_;  // of batches and parts
  std::vector<Group> groups_;
  std::vector<std::uint32_t> free_groups_;
  std::vector<std::uint32_t> copies_;  // made so far, by origin
  std::vector<Token> ready_;           // to go on in this event
};

/// The entities of a flow. The program must outlive them.
std::vector<Place> places(const Program& program);

}  // namespace tyche::simulation::flows
