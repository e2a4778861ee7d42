#include "tyche/simulation/flows/flow.hpp"

#include <array>

namespace tyche::simulation::flows {
namespace {

/// In the order of Step.
constexpr std::array<std::string_view, std::variant_size_v<Step>> verbs = {
    "arrive", "seize",   "hold",   "release",   "route", "decide", "batch",
    "split",  "combine", "assign", "transport", "label", "depart"};

Flow& add(Flow& flow, Step step) {
  flow.steps.push_back(std::move(step));
  return flow;
}

std::string own_name(const Step& step) {
  return std::visit(
      []<class S>(const S& s) -> std::string {
        if constexpr (requires { s.name; }) return s.name;
        return {};
      },
      step);
}

}  // namespace

Flow& Flow::resource(std::string name, std::uint32_t capacity) {
  resources.push_back({std::move(name), capacity});
  return *this;
}
Flow& Flow::schedule(std::string of, std::vector<Profile::Piece> capacity, double period) {
  schedules.push_back({std::move(of), {std::move(capacity), period}});
  return *this;
}

Flow& Flow::arrive(std::string name, Expression every, std::uint64_t limit) {
  return add(*this, Arrive{.name = std::move(name), .every = {std::move(every)}, .limit = limit});
}
Flow& Flow::arrive_by(std::string name, Profile rate, std::uint64_t limit) {
  return add(*this, Arrive{.name = std::move(name), .rate = std::move(rate), .limit = limit});
}
Flow& Flow::arrive_at(std::string name, std::vector<double> times) {
  return add(*this, Arrive{.name = std::move(name), .at = std::move(times)});
}
Flow& Flow::seize(std::string of, std::uint32_t units, Expression priority) {
  return add(*this, Seize{std::move(of), units, std::move(priority)});
}
Flow& Flow::hold(Expression time, std::string name) {
  return add(*this, Hold{std::move(time), std::move(name)});
}
Flow& Flow::release(std::string of, std::uint32_t units) {
  return add(*this, Release{std::move(of), units});
}
Flow& Flow::route(std::vector<Branch> branches, std::string name) {
  return add(*this, Route{std::move(branches), std::move(name)});
}
Flow& Flow::go(std::string label) { return route({{std::move(label), 1}}); }
Flow& Flow::decide(Expression when, std::string to, std::string otherwise, std::string name) {
  return add(*this, Decide{std::move(when), std::move(to), std::move(otherwise), std::move(name)});
}
Flow& Flow::batch(std::uint32_t size, BatchKind kind) {
  return add(*this, Batch{size, kind == BatchKind::temporary});
}
Flow& Flow::split() { return add(*this, Split{}); }
Flow& Flow::split(std::uint32_t copies, std::string to, std::string as) {
  return add(*this, Split{copies, std::move(to), std::move(as)});
}
Flow& Flow::combine() { return add(*this, Combine{}); }
Flow& Flow::combine(std::vector<Part> parts) { return add(*this, Combine{std::move(parts)}); }
Flow& Flow::assign(std::string attribute, Expression value, std::string name) {
  return add(*this, Assign{std::move(attribute), std::move(value), std::move(name)});
}
Flow& Flow::transport(std::string to, Expression time, std::string vehicles, Expression back) {
  return add(*this, Transport{.to = std::move(to),
                              .time = std::move(time),
                              .vehicles = std::move(vehicles),
                              .back = std::move(back)});
}
Flow& Flow::label(std::string name) { return add(*this, Label{std::move(name)}); }
Flow& Flow::depart(std::string exit) { return add(*this, Depart{std::move(exit)}); }

std::string_view verb_of(const Step& step) { return verbs[step.index()]; }

std::string place_of(const Flow& flow, std::size_t step, std::string_view field) {
  std::string place = "/steps/" + std::to_string(step);
  if (!field.empty()) place += "/" + std::string(field);
  return place + " (" + std::string(verb_of(flow.steps[step])) + ")";
}

std::vector<std::pair<std::string_view, const Expression*>> expressions_of(const Step& step) {
  using Fields = std::vector<std::pair<std::string_view, const Expression*>>;
  return std::visit(
      Overloaded{
          [](const Arrive& s) -> Fields {
            if (s.every.empty()) return {};
            return {{"every", &s.every[0]}};
          },
          [](const Seize& s) -> Fields { return {{"priority", &s.priority}}; },
          [](const Hold& s) -> Fields { return {{"hold", &s.time}}; },
          [](const Decide& s) -> Fields { return {{"decide", &s.when}}; },
          [](const Assign& s) -> Fields { return {{"value", &s.value}}; },
          [](const Transport& s) -> Fields { return {{"time", &s.time}, {"back", &s.back}}; },
          [](const auto&) -> Fields { return {}; },
      },
      step);
}

std::string stream_name(const Flow& flow, std::size_t step) {
  const Step& self = flow.steps[step];
  if (auto name = own_name(self); !name.empty()) return name;
  std::size_t count = 1, at = step;
  for (; at > 0; --at) {
    const Step& before = flow.steps[at - 1];
    if (std::holds_alternative<Arrive>(before) || std::holds_alternative<Label>(before)) break;
    if (before.index() == self.index()) ++count;
  }
  const std::string block = at > 0 ? own_name(flow.steps[at - 1]) : "";
  return block + "/" + std::string(verb_of(self)) + " " + std::to_string(count);
}

}  // namespace tyche::simulation::flows
