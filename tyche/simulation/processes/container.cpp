#include "tyche/simulation/processes/container.hpp"

#include <utility>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

Container::Container(Environment& environment, const ContainerSettings& settings, std::string name)
    : environment_(&environment),
      name_(std::move(name)),
      capacity_(settings.capacity),
      level_(settings.amount, environment.now()) {
  if (settings.capacity > 0 && settings.amount >= 0 && settings.amount <= settings.capacity) return;
  environment.refuse(
      {"container " + name_, "a capacity above 0 and an amount from 0 to it",
       "capacity " + decimals(settings.capacity) + ", amount " + decimals(settings.amount), ""});
}

bool Pour::begin() { return container_->request(*this); }

void Pour::cancel() {
  if (queued()) {
    leave();
  } else if (std::exchange(poured_, false) && !in_ && !environment().closing()) {
    container_->give_back(amount_);
  } else {
    return;
  }
  container_->serve();
}

Nothing Pour::take() {
  poured_ = false;
  return {};
}

bool Container::request(Pour& pour) {
  if (!(pour.amount_ > 0 && pour.amount_ <= capacity_)) {
    environment_->refuse(
        pour.process(), "an amount above 0, at most " + decimals(capacity_),
        decimals(pour.amount_) + (pour.in_ ? " put into " : " taken from ") + name_,
        "more than the capacity would wait for ever");
    return false;
  }
  WaitList& waits = pour.in_ ? puts_ : gets_;
  if (!waits.empty() || !fits(pour)) {
    waits.append(pour);
    return false;
  }
  this->pour(pour);
  serve();
  return true;
}

bool Container::fits(const Pour& pour) const {
  return pour.in_ ? amount() + pour.amount_ <= capacity_ : pour.amount_ <= amount();
}

void Container::pour(Pour& pour) {
  pour.poured_ = true;
  level_.add(environment_->now(), pour.in_ ? pour.amount_ : -pour.amount_);
}

void Container::give_back(double amount) { level_.add(environment_->now(), amount); }

/// Puts make room for gets and these for puts, until neither can go on.
void Container::serve() {
  while (serve_first(gets_) || serve_first(puts_)) continue;
}

bool Container::serve_first(WaitList& waits) {
  auto* first = static_cast<Pour*>(waits.first());
  if (first == nullptr || !fits(*first)) return false;
  pour(*first);
  first->leave();
  first->done();
  return true;
}

}  // namespace tyche::simulation
