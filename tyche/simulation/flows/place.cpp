#include "tyche/simulation/flows/place.hpp"

#include <algorithm>

#include "tyche/simulation/flows/profile.hpp"
#include "tyche/simulation/flows/visit.hpp"

namespace tyche::simulation::flows {

Place::Place(const Program& program, EntityId self)
    : program_(&program), self_(self), counting_(program.warmup == 0) {
  const auto& plan = program.places[self];
  if (plan.resource != anywhere) station_.capacity = program.flow.resources[plan.resource].capacity;
  if (plan.schedule != anywhere) {
    const Profile& capacity = program.flow.schedules[plan.schedule].capacity;
    station_.capacity = static_cast<std::uint32_t>(value_of_piece(capacity, 0));
  }
  station_.units = TimeWeighted(station_.capacity);
  accounts_.resize(program.names().classes.size());
  exits_.resize(program.names().classes.size() * program.names().exits.size());
  lists_.resize(plan.lists);
  copies_.resize(program.origins.size());
}

void Place::init(Now<Token>& now) {
  const auto& plan = program_->places[self_];
  Visit visit(*this, now);
  for (const std::uint16_t birth : plan.births) visit.announce_birth(birth, 0);
  if (plan.schedule != anywhere) visit.announce_shift(1);
}

void Place::handle(const Token& token, Now<Token>& now) {
  if (!counting_) begin_counting(now.time());
  Visit visit(*this, now);
  if (changed_) visit.take_up_capacity();
  visit.handle(token);
}

void Place::begin_counting(double time) {
  if (counting_ || time < program_->warmup) return;
  counting_ = true;
  const double from = program_->warmup;
  station_.level.restart(from);
  station_.length.restart(from);
  station_.units.restart(from);
  station_.wait = {};
  for (Account& account : accounts_) {
    account.inside.restart(from);
    account.arrived = account.copied = account.merged = 0;
  }
  std::ranges::fill(exits_, Tally());
}

const Tally& Place::time_in_system(std::uint32_t kind, std::uint32_t exit) const {
  return exits_[kind * program_->names().exits.size() + exit];
}

std::uint64_t Place::waiting() const {
  std::uint64_t count = station_.queue.size();
  for (const auto& list : lists_) count += list.size();
  for (const Group& group : groups_) count += group.tokens.size();
  return count;
}

std::vector<Place> places(const Program& program) {
  std::vector<Place> all;
  for (EntityId k = 0; k < program.places.size(); ++k) all.emplace_back(program, k);
  return all;
}

}  // namespace tyche::simulation::flows
