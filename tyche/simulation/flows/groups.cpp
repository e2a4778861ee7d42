// Batches, splits and combines: tokens that wait for each other.
#include <algorithm>

#include "tyche/simulation/flows/visit.hpp"

namespace tyche::simulation::flows {

std::uint32_t Visit::fresh_group() {
  if (place_.free_groups_.empty()) {
    place_.groups_.emplace_back();
    return static_cast<std::uint32_t>(place_.groups_.size() - 1);
  }
  const std::uint32_t slot = place_.free_groups_.back();
  place_.free_groups_.pop_back();
  return slot;
}

/// An optimistic engine may ask for one that is no longer, or not yet.
Group& Visit::group_of(const Instruction& step, const Handle& handle) {
  const bool known =
      handle.slot < place_.groups_.size() &&
      place_.groups_[handle.slot].tokens.size() < place_.groups_[handle.slot].expected;
  if (!known) refuse(step, "came to a group that is not here");
  return place_.groups_[handle.slot];
}

void Visit::forget(std::uint32_t slot) {
  place_.groups_[slot].tokens.clear();
  place_.groups_[slot].expected = 0;
  place_.free_groups_.push_back(slot);
}

/// A token that needs what another place keeps goes there.
bool Visit::lies_elsewhere(const Handle& handle, const Token& token) {
  if (handle.place == place_.self_) return false;
  now_.send(handle.place, 0, token);
  return true;
}

Visit::Then Visit::batch(const Instruction& step, Token& token) {
  auto& list = place_.lists_[step.slot];
  list.push_back(token);
  if (list.size() < step.count) return Then::is_gone;
  token = list.front();
  if (step.code == Code::gather) {
    token.batch = {place_.self_, fresh_group()};
    Group& group = place_.groups_[token.batch.slot];
    group.tokens.swap(list);
    group.expected = step.count + 1;  // and the carrier
  } else {
    std::for_each(list.begin() + 1, list.end(), [this](const Token& other) { merge(other); });
  }
  list.clear();
  return next(token);
}

Visit::Then Visit::members(const Instruction& step, const Token& carrier) {
  if (lies_elsewhere(carrier.batch, carrier)) return Then::is_gone;
  for (Token member : group_of(step, carrier.batch).tokens) {
    member.laps = std::max(member.laps, carrier.laps);
    member.step = static_cast<std::uint16_t>(carrier.step + 1);
    place_.ready_.push_back(member);
  }
  forget(carrier.batch.slot);
  return Then::is_gone;
}

Visit::Then Visit::copies(const Instruction& step, Token& token) {
  if (step.joined) {
    token.family = {place_.self_, fresh_group()};
    place_.groups_[token.family.slot].expected = step.count + 1;
  }
  token.copy = 0;
  Token copy = token;
  copy.copy = 1;
  copy.batch = {};
  copy.origin = static_cast<std::uint16_t>(step.what);
  if (step.kind != keep_kind) copy.kind = static_cast<std::uint16_t>(step.kind);
  copy.laps = 0;
  copy.step = step.to;
  copy.born = now_.time();
  for (std::uint32_t k = 0; k < step.count; ++k) {
    copy.number = place_.copies_[step.what]++;
    place_.ready_.push_back(copy);
  }
  account(copy).copied += step.count;
  account(copy).inside.add(now_.time(), step.count);
  return next(token);
}

Visit::Then Visit::join(const Instruction& step, Token& token) {
  if (lies_elsewhere(token.family, token)) return Then::is_gone;
  const std::uint32_t slot = token.family.slot;
  Group& group = group_of(step, token.family);
  group.tokens.push_back(token);
  if (group.tokens.size() < group.expected) return Then::is_gone;
  for (const Token& each : group.tokens) {
    if (each.copy != 0) {
      merge(each);
    } else {
      token = each;
    }
  }
  forget(slot);
  return next(token);
}

Visit::Then Visit::assemble(const Instruction& step, Token& token) {
  const auto& needs = program_.needs[step.what];
  const auto mine = std::ranges::find(needs, std::uint32_t{token.kind}, &Program::Need::kind);
  if (mine == needs.end()) {
    refuse(step, "has no part for a token of " + program_.names().classes.all()[token.kind]);
  }
  const auto list = [&](std::size_t k) -> auto& { return place_.lists_[step.slot + k]; };
  list(static_cast<std::size_t>(mine - needs.begin())).push_back(token);
  for (std::size_t k = 0; k < needs.size(); ++k) {
    if (list(k).size() < needs[k].count) return Then::is_gone;
  }
  token = list(0).front();
  for (std::size_t k = 0; k < needs.size(); ++k) {
    const auto begin = list(k).begin(), end = begin + needs[k].count;
    std::for_each(begin + (k == 0 ? 1 : 0), end, [this](const Token& each) { merge(each); });
    list(k).erase(begin, end);
  }
  return next(token);
}

}  // namespace tyche::simulation::flows
