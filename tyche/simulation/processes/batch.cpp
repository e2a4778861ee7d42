#include "tyche/simulation/processes/batch.hpp"

namespace tyche::simulation {

Batch::Batch(Environment& environment, std::size_t size) : environment_(&environment), size_(size) {
  if (size > 0) return;
  environment.refuse({"batch", "a size of 1 or more", "0", ""});
}

bool JoinBatch::begin() {
  Batch& batch = *batch_;
  if (batch.count_ + 1 < batch.size_) {
    ++batch.count_;
    batch.waits_.append(*this);
    return false;
  }
  together_ = std::make_shared<Together>();
  together_->missing = batch.size_;
  batch.count_ = 0;
  for (Queued* wait = batch.waits_.first(); wait != nullptr; wait = batch.waits_.after(*wait)) {
    auto& join = static_cast<JoinBatch&>(*wait);
    join.together_ = together_;
    join.place_ = place_++;
  }
  while (Queued* wait = batch.waits_.first()) {
    wait->leave();
    wait->done();
  }
  return true;
}

void JoinBatch::cancel() {
  if (together_) {
    leave();
    (void)take();
  } else if (queued()) {
    leave();
    --batch_->count_;
  }
}

Lot JoinBatch::take() { return {std::move(together_), place_}; }

bool Split::begin() {
  const std::shared_ptr<Together> together = lot_->together_;
  if (together == nullptr) {
    environment().refuse(process_, "one split of a lot", "another", "join again first");
    return false;
  }
  const bool last = together->missing == 1;
  if (!last) together->here.append(*this);
  lot_->arrive();
  return last;
}

/// The last to come lets all go on.
void Lot::arrive() {
  const std::shared_ptr<Together> together = std::move(together_);
  if (together == nullptr || --together->missing > 0) return;
  while (Queued* wait = together->here.first()) {
    wait->leave();
    wait->done();
  }
}

}  // namespace tyche::simulation
