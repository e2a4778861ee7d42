// What the threads of a parallel engine share: which entities are whose, their mail, their rounds.
#pragma once
#include <algorithm>
#include <functional>
#include <vector>

#include "tyche/simulation/calendar.hpp"
#include "tyche/simulation/engines/mailbox.hpp"
#include "tyche/simulation/engines/rounds.hpp"
#include "tyche/simulation/run.hpp"

namespace tyche::simulation {

/// Entities in blocks of neighbours, one a thread: those that talk much should be neighbours.
class Blocks {
 public:
  /// `threads` are wanted; 0 is all that the process may use. Fewer where entities are few.
  Blocks(EntityId entities, int threads);

  int threads() const { return threads_; }
  EntityId begin(int thread) const { return EntityId(thread) * size_; }
  EntityId end(int thread) const {
    return thread + 1 < threads_ ? begin(thread) + size_ : entities_;
  }
  int owner(EntityId id) const { return int(id / size_); }

 private:
  EntityId entities_, size_;
  int threads_;
};

/// Runs `body(0)` on this thread and the others on threads of their own, and waits for all. An
/// Error, and no body runs, if the system does not give so many.
Result<void> on_threads(int threads, const std::function<void(int)>& body);

/// `Item` is what threads send each other.
template <class Item>
struct Team {
  Rules rules;
  double stop;
  Blocks blocks;
  Rounds rounds{blocks.threads()};
  Post<Item> post{blocks.threads()};
};

/// Runs one `Worker(team, thread, residents)` a thread, to whom `receive(event)` gives what was
/// sent before time begins. Its `run()` returns the last agreement; then it has a `report()`, a
/// `parallel_report()` and, if the agreement is on a fault of its own, a `fault()`.
template <class Worker, Entity E>
Result<Run<E>> run_team(std::vector<E> entities, const RunSettings& settings) {
  if (auto sound = check(settings, entities.size()); !sound) {
    return std::unexpected(sound.error());
  }
  const Rules rules = rules_of(settings, entities.size());
  typename Worker::Team team{rules, settings.stop, Blocks(rules.entities, settings.threads)};
  std::vector<Event<typename E::Message>> sent;
  auto residents =
      awaken(rules, std::move(entities), [&](const auto& event) { sent.push_back(event); });
  if (!residents) return std::unexpected(residents.error());

  const int threads = team.blocks.threads();
  std::vector<Worker> workers;
  workers.reserve(std::size_t(threads));
  for (int k = 0; k < threads; ++k) workers.emplace_back(team, k, *residents, settings);
  for (const auto& event : sent) workers[std::size_t(team.blocks.owner(event.to))].receive(event);
  Agreement end;  // the same on every thread
  const Result<void> ran = on_threads(threads, [&](int thread) {
    const Agreement last = workers[std::size_t(thread)].run();
    if (thread == 0) end = last;
  });
  if (!ran) return std::unexpected(ran.error());
  if (end.least.faulty) {
    return std::unexpected(to_error(workers[std::size_t(end.holder)].fault(), rules));
  }
  Run<E> run;
  for (const Worker& worker : workers) {
    add(run.report, worker.report());
    add(run.parallel, worker.parallel_report());
  }
  run.parallel.threads = threads;
  run.parallel.rounds = end.rounds_so_far;
  run.entities = entities_of(*std::move(residents));
  return run;
}

}  // namespace tyche::simulation
