#include "tyche/simulation/flows/visit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/flows/profile.hpp"
#include "tyche/simulation/flows/value.hpp"

namespace tyche::simulation::flows {
namespace {

constexpr int most_steps = 100;  // in one event; what is left goes to the next one

}  // namespace

void Visit::handle(const Token& token) {
  run(token);
  for (std::size_t k = 0; k < place_.ready_.size(); ++k) run(Token(place_.ready_[k]));
  place_.ready_.clear();
}

void Visit::announce_birth(std::uint16_t at, std::uint32_t number) {
  const Instruction& birth = program_.code[at];
  const auto& arrive = std::get<Arrive>(program_.flow.steps[birth.step]);
  if (number >= arrive.limit) return;
  Token token{.number = number,
              .origin = static_cast<std::uint16_t>(birth.what),
              .kind = static_cast<std::uint16_t>(birth.kind),
              .step = at};
  const double gap = gap_to(arrive, birth, token);
  if (gap == HUGE_VAL) return;
  now_.send_self(checked(gap, birth), token);
}

void Visit::announce_shift(std::uint32_t k) {
  const auto& plan = program_.places[place_.self_];
  const Profile& capacity = program_.flow.schedules[plan.schedule].capacity;
  if (!has_piece(capacity, k)) return;
  const double wait = std::max(0.0, begin_of_piece(capacity, k) - now_.time());
  now_.send_self(wait, {.number = k, .step = plan.shift});
}

void Visit::take_up_capacity() {
  place_.changed_ = false;
  place_.station_.units.set(now_.time(), place_.station_.capacity);
  serve();
}

void Visit::run(Token token) {
  for (;;) {
    const Instruction& step = program_.code[token.step];
    if (step.place != anywhere && step.place != place_.self_) {
      return now_.send(step.place, 0, token);
    }
    if (++steps_ > most_steps) return now_.send_self(0, token);
    if (act(step, token) == Then::is_gone) return;
  }
}

Visit::Then Visit::act(const Instruction& step, Token& token) {
  switch (step.code) {
    case Code::birth:
      return birth(token);
    case Code::seize:
      return seize(step, token);
    case Code::hold:
      return hold(step, token);
    case Code::release:
    case Code::recover:  // and the vehicle's token ends
      release(step);
      return step.code == Code::release ? next(token) : Then::is_gone;
    case Code::unload:
      return unload(step, token);
    case Code::jump:
      return go(token, step.to);
    case Code::route:
      return route(step, token);
    case Code::decide:
      return go(token, number(step, token) != 0 ? step.to : step.otherwise);
    case Code::batch:
    case Code::gather:
      return batch(step, token);
    case Code::members:
      return members(step, token);
    case Code::copies:
      return copies(step, token);
    case Code::join:
      return join(step, token);
    case Code::assemble:
      return assemble(step, token);
    case Code::assign:
      return assign(step, token);
    case Code::depart:
      return depart(step, token);
    case Code::shift:
      return shift(token);
  }
  return Then::is_gone;
}

double Visit::value(const Instruction& step, const Token& token, std::uint64_t skip) const {
  const Node& node = program_.nodes[step.expression];
  if (node.op == Op::constant) return node.value;
  Random numbers = random(step, token, skip);
  return value_of(program_, step.expression, numbers,
                  {token, now_.time(), place_.station_.queue.size(), place_.station_.free()});
}

double Visit::number(const Instruction& step, const Token& token) const {
  const double x = value(step, token);
  if (!std::isnan(x)) return x;
  refuse(step, "gave no number (0 / 0, or the like)");
}

void Visit::refuse(const Instruction& step, const std::string& why) const {
  throw std::domain_error(place_of(program_.flow, step.step) + " " + why);
}

double Visit::checked(double time, const Instruction& step) const {
  if (time >= 0 && time <= std::numeric_limits<double>::max()) return time;
  refuse(step, "gave a time of " + decimals(time));
}

double Visit::gap_to(const Arrive& arrive, const Instruction& birth, const Token& token) const {
  if (!arrive.at.empty()) {
    if (token.number >= arrive.at.size()) return HUGE_VAL;
    return std::max(0.0, arrive.at[token.number] - now_.time());
  }
  if (!arrive.every.empty()) return value(birth, token);
  Random numbers = random(birth, token);
  return time_of_area(arrive.rate, now_.time(), numbers.exponential(1)) - now_.time();
}

void Visit::merge(const Token& token) {
  ++account(token).merged;
  account(token).inside.add(now_.time(), -1);
}

Visit::Then Visit::birth(Token& token) {
  if (token.number == UINT32_MAX) throw std::length_error("a source of more than 2^32 tokens");
  announce_birth(token.step, token.number + 1);
  token.born = now_.time();
  ++account(token).arrived;
  account(token).inside.add(now_.time(), 1);
  return next(token);
}

Visit::Then Visit::seize(const Instruction& step, Token& token) {
  Station& station = place_.station_;
  if (station.queue.empty() && station.free() >= step.count) {
    station.in_use += step.count;
    station.level.set(now_.time(), station.in_use);
    station.wait.add(0);
    return next(token);
  }
  station.queue.push({number(step, token), station.tickets++, now_.time(), token});
  station.length.set(now_.time(), static_cast<double>(station.queue.size()));
  return Then::is_gone;
}

void Visit::release(const Instruction& step) {
  if (place_.station_.in_use < step.count) refuse(step, "gave back more than is in use");
  place_.station_.in_use -= step.count;
  serve();
}

/// Units that are free go to those who wait, as far as they suffice for the first of them.
void Visit::serve() {
  Station& station = place_.station_;
  const std::size_t before = station.queue.size();
  while (!station.queue.empty()) {
    const std::uint32_t wanted = program_.code[station.queue.top().token.step].count;
    if (wanted > station.free()) break;
    Waiting first = station.queue.pop();
    station.in_use += wanted;
    station.wait.add(now_.time() - first.since);
    ++first.token.step;
    place_.ready_.push_back(first.token);
  }
  station.level.set(now_.time(), station.in_use);
  if (station.queue.size() != before) {
    station.length.set(now_.time(), static_cast<double>(station.queue.size()));
  }
}

/// The next step's place is told when the time has passed.
Visit::Then Visit::hold(const Instruction& step, Token& token) {
  const double time = checked(value(step, token), step);
  ++token.step;
  const EntityId there = program_.code[token.step].place;
  now_.send(there == anywhere ? place_.self_ : there, time, token);
  return Then::is_gone;
}

Visit::Then Visit::unload(const Instruction& step, Token& token) {
  constexpr std::uint64_t past_the_way_there = std::uint64_t{1} << (numbers_a_lap - 1);
  const double back = checked(value(step, token, past_the_way_there), step);
  if (back == 0) {
    release(step);
  } else {
    now_.send_self(back, {.step = static_cast<std::uint16_t>(token.step + 2)});
  }
  return next(token);
}

Visit::Then Visit::route(const Instruction& step, Token& token) {
  const double u = random(step, token).uniform();
  const auto& chances = program_.chances[step.what];
  std::size_t k = 0;
  while (k + 1 < chances.size() && !(u < chances[k].up_to)) ++k;
  return go(token, chances[k].to);
}

Visit::Then Visit::assign(const Instruction& step, Token& token) {
  token.attributes[step.what] = number(step, token);
  return next(token);
}

Visit::Then Visit::depart(const Instruction& step, const Token& token) {
  account(token).inside.add(now_.time(), -1);
  const std::size_t exits = program_.names().exits.size();
  place_.exits_[token.kind * exits + step.what].add(now_.time() - token.born);
  return Then::is_gone;
}

Visit::Then Visit::shift(const Token& token) {
  const auto& plan = program_.places[place_.self_];
  const Profile& capacity = program_.flow.schedules[plan.schedule].capacity;
  Station& station = place_.station_;
  station.capacity = static_cast<std::uint32_t>(value_of_piece(capacity, token.number));
  station.units.set(now_.time(), station.capacity);
  announce_shift(token.number + 1);
  serve();
  return Then::is_gone;
}

}  // namespace tyche::simulation::flows
