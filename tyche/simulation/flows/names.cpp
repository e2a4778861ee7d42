#include "tyche/simulation/flows/names.hpp"

#include <functional>
#include <set>

namespace tyche::simulation::flows {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

std::string shown(const std::string& name) { return name.empty() ? "an empty name" : name; }

Error named_twice(std::string where, const std::string& what, const std::string& name) {
  return {std::move(where), "a name for one " + what, shown(name) + " for two",
          "rename one of them"};
}

/// Collects the first Error.
struct Reader {
  const Flow& flow;
  Names names = {};
  std::vector<Error> errors = {};

  void enter_resources() {
    for (const Resource& resource : flow.resources) {
      if (names.resources.has(resource.name)) {
        errors.push_back(named_twice("/resources/" + resource.name, "resource", resource.name));
      }
      names.resources.add(resource.name);
    }
  }

  void enter(std::size_t at) {
    const Step& step = flow.steps[at];
    if (const auto* arrive = std::get_if<Arrive>(&step)) {
      if (names.classes.has(arrive->name)) {
        errors.push_back(named_twice(place_of(flow, at), "source", arrive->name));
      }
      names.classes.add(arrive->name);
    } else if (const auto* label = std::get_if<Label>(&step)) {
      if (!names.labels.emplace(label->name, at).second) {
        errors.push_back(named_twice(place_of(flow, at), "label", label->name));
      }
    } else if (const auto* assign = std::get_if<Assign>(&step)) {
      names.attributes.add(assign->attribute);
      if (names.attributes.size() == most_attributes + 1) {
        errors.push_back({place_of(flow, at), "at most 6 attributes, which a token has room for",
                          "a 7th, " + assign->attribute, "let one attribute serve for two"});
      }
    } else if (const auto* depart = std::get_if<Depart>(&step)) {
      names.exits.add(depart->exit);
    }
  }

  void need_resource(const std::string& where, const std::string& name) {
    if (names.resources.has(name)) return;
    errors.push_back({where, "a resource: " + listed(names.resources.all()), shown(name),
                      "declare it, or mend the name"});
  }
  void need_label(std::size_t at, std::string_view field, const std::string& name) {
    if (names.labels.contains(name)) return;
    std::vector<std::string> labels;
    for (const auto& [label, step] : names.labels) labels.push_back(label);
    errors.push_back({place_of(flow, at, field), "a label: " + listed(labels), shown(name),
                      "add a step label \"" + name + "\", or mend the name"});
  }

  void refer(std::size_t at) {
    const std::string where = place_of(flow, at);
    const Step& step = flow.steps[at];
    std::visit(Overloaded{
                   [&](const Seize& s) { need_resource(where, s.resource); },
                   [&](const Release& s) { need_resource(where, s.resource); },
                   [&](const Transport& s) {
                     if (!s.vehicles.empty()) need_resource(where, s.vehicles);
                   },
                   [&](const Route& s) {
                     for (const Branch& branch : s.branches) need_label(at, "route", branch.to);
                   },
                   [&](const Decide& s) {
                     need_label(at, "to", s.to);
                     if (!s.otherwise.empty()) need_label(at, "otherwise", s.otherwise);
                   },
                   [&](const Split& s) {
                     if (!s.to.empty()) need_label(at, "to", s.to);
                     if (!s.as.empty()) names.classes.add(s.as);
                   },
                   [](const auto&) {},
               },
               step);
    for (const auto& [field, expression] : expressions_of(step)) {
      each_part(*expression, [&](const Expression& part) {
        if (is_look(part.op)) need_resource(place_of(flow, at, field), part.name);
      });
    }
  }

  /// After refer: a split may name a class.
  void refer_to_classes(std::size_t at) {
    const auto* combine = std::get_if<Combine>(&flow.steps[at]);
    if (combine == nullptr) return;
    std::set<std::string> seen;
    for (const Part& part : combine->parts) {
      if (!names.classes.has(part.name)) {
        errors.push_back({place_of(flow, at), "a class: " + listed(names.classes.all()),
                          shown(part.name), "name an arrive, or a split's `as`"});
      } else if (!seen.insert(part.name).second) {
        errors.push_back(named_twice(place_of(flow, at), "part", part.name));
      }
    }
  }

  /// Steps that draw under one name would see the same luck.
  void tell_streams_apart() {
    std::map<std::string, std::size_t> steps;
    for (std::size_t at = 0; at < flow.steps.size(); ++at) {
      if (std::holds_alternative<Label>(flow.steps[at])) continue;
      const std::string name = stream_name(flow, at);
      const auto [first, fresh] = steps.emplace(name, at);
      if (!fresh) errors.push_back(named_twice(place_of(flow, at, "name"), "step", name));
    }
  }
};

}  // namespace

std::uint32_t NameTable::add(const std::string& name) {
  const auto [entry, fresh] = numbers_.emplace(name, size());
  if (fresh) names_.push_back(name);
  return entry->second;
}

Result<Names> names_of(const Flow& flow) {
  Reader reader{flow};
  reader.enter_resources();
  for (std::size_t at = 0; at < flow.steps.size(); ++at) reader.enter(at);
  for (std::size_t at = 0; at < flow.steps.size(); ++at) reader.refer(at);
  for (std::size_t at = 0; at < flow.steps.size(); ++at) reader.refer_to_classes(at);
  for (std::size_t k = 0; k < flow.schedules.size(); ++k) {
    reader.need_resource("/schedules/" + std::to_string(k), flow.schedules[k].resource);
  }
  if (reader.errors.empty()) reader.tell_streams_apart();
  if (!reader.errors.empty()) return std::unexpected(reader.errors.front());
  return std::move(reader.names);
}

}  // namespace tyche::simulation::flows
