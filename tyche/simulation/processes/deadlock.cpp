#include <algorithm>
#include <unordered_map>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/processes/environment.hpp"
#include "tyche/simulation/processes/process.hpp"

namespace tyche::simulation {
namespace {

/// Follows who waits for whom, depth first, until it comes back to a process on its way.
class Search {
 public:
  explicit Search(const std::vector<Blocked>& all) {
    for (const Blocked& blocked : all) waits_[blocked.waiting].push_back(&blocked);
  }

  /// The ring that is reached from a process, or nothing.
  std::vector<const Blocked*> ring_from(const ProcessState* start) {
    if (state_[start] == past || !visit(start)) return {};
    const ProcessState* closing = way_.back()->holder;
    const auto first = std::ranges::find(way_, closing, &Blocked::waiting);
    return {first, way_.end()};
  }

 private:
  struct Step {
    const ProcessState* process;
    std::size_t next;  // of those it waits for
  };

  bool visit(const ProcessState* start) {
    way_.clear();
    std::vector<Step> steps = {{start, 0}};
    while (!steps.empty()) {
      Step& step = steps.back();
      if (step.next == 0) state_[step.process] = on_way;
      const auto& waits = waits_[step.process];
      if (step.next == waits.size()) {
        state_[step.process] = past;
        steps.pop_back();
        if (!way_.empty()) way_.pop_back();
        continue;
      }
      const Blocked* blocked = waits[step.next++];
      const int found = state_[blocked->holder];
      if (found == past) continue;
      way_.push_back(blocked);
      if (found == on_way) return true;
      steps.push_back({blocked->holder, 0});
    }
    return false;
  }

  static constexpr int on_way = 1, past = 2;
  std::unordered_map<const ProcessState*, std::vector<const Blocked*>> waits_;
  std::unordered_map<const ProcessState*, int> state_;
  std::vector<const Blocked*> way_;
};

}  // namespace

std::optional<Error> Environment::deadlock() const {
  std::vector<Blocked> all;
  for (const Place* place = places_; place != nullptr; place = place->after_) {
    place->add_blocked(all);
  }
  frames_.for_each([&](const ProcessState& process) {
    for (const Queued* joiner = process.joiners.first(); joiner != nullptr;
         joiner = process.joiners.after(*joiner)) {
      all.push_back({joiner->process(), &process, "its end"});
    }
  });
  Search search(all);
  for (const Blocked& blocked : all) {
    const auto ring = search.ring_from(blocked.waiting);
    if (ring.empty()) continue;
    std::string found;
    for (const Blocked* one : ring) {
      if (!found.empty()) found += "; ";
      found += name(*one->waiting) + " waits for " + std::string(one->what) + ", which is with " +
               name(*one->holder);
    }
    return Error{"deadlock at time " + decimals(now_), "processes that can go on", found,
                 "let all seize in the same order, or give up after a time: within(delay, ...)"};
  }
  return {};
}

}  // namespace tyche::simulation
