// Batches: processes that come together, are one for a while, and part again.
//
//   Batch lots(env, 4);
//   auto lot = co_await lots.join();              // waits until four have come
//   if (lot.leads()) {                            // the first of them acts for all
//     auto furnace = co_await furnaces.seize();
//     co_await env.hold(90);
//   }
//   co_await lot.split();                         // all go on when all are here
//
// One that becomes several spawns them; all_of, or a loop that awaits their handles, combines them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "tyche/simulation/processes/environment.hpp"

namespace tyche::simulation {

class Batch;
class Lot;

/// Those who came together. One who ends before the split is not waited for.
struct Together {
  WaitList here;
  std::size_t missing = 0;  // on their way to the split
};

/// co_await batch.join(), which gives a Lot.
class JoinBatch : public Queued, public Awaitable<JoinBatch> {
 public:
  using Value = Lot;
  explicit JoinBatch(Batch& batch) : batch_(&batch) {}
  JoinBatch(JoinBatch&&) = default;
  ~JoinBatch() { cancel(); }

  bool begin();
  void cancel();
  Lot take();

 private:
  friend class Batch;
  Batch* batch_;
  std::size_t place_ = 0;
  std::shared_ptr<Together> together_;
};

/// co_await lot.split().
class Split : public Queued, public Awaitable<Split> {
 public:
  using Value = Nothing;
  explicit Split(Lot& lot) : lot_(&lot) {}

  bool begin();
  void cancel() { leave(); }
  Nothing take() { return {}; }

 private:
  Lot* lot_;
};

/// A process's place in a batch; its end leaves the batch.
class [[nodiscard]] Lot {
 public:
  Lot(std::shared_ptr<Together>&& together, std::size_t place)
      : together_(std::move(together)), place_(place) {}
  Lot(Lot&&) = default;
  Lot& operator=(Lot&&) = delete;
  ~Lot() { arrive(); }

  bool leads() const { return place_ == 0; }
  /// From 0, in the order in which they came.
  std::size_t place() const { return place_; }
  Split split() { return Split(*this); }

 private:
  friend class Split;
  void arrive();

  std::shared_ptr<Together> together_;
  std::size_t place_;
};

class Batch {
 public:
  /// A size of 0 is an Error of the run.
  Batch(Environment& environment, std::size_t size);
  Environment& environment() const { return *environment_; }

  JoinBatch join() { return JoinBatch(*this); }
  /// Who wait for the batch to be full.
  std::size_t waiting() const { return count_; }

 private:
  friend class JoinBatch;
  Environment* environment_;
  std::size_t size_, count_ = 0;
  WaitList waits_;
};

}  // namespace tyche::simulation
