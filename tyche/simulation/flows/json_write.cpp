#include <cmath>
#include <nlohmann/json.hpp>

#include "tyche/simulation/flows/fields.hpp"
#include "tyche/simulation/flows/json.hpp"

namespace tyche::simulation::flows {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::string& x) { return x; }
Json json_of(std::uint32_t x) { return x; }
Json json_of(std::uint64_t x) { return x; }
Json json_of(bool x) { return x; }
Json json_of(double x) {
  constexpr double exact = 9007199254740992.0;
  const bool whole = std::floor(x) == x && std::abs(x) < exact && !(x == 0 && std::signbit(x));
  return whole ? Json(static_cast<std::int64_t>(x)) : Json(x);
}
Json json_of(const Expression& x) {
  if (x.op == Op::constant) return json_of(x.value);
  if (x.op == Op::attribute) return x.name;
  Json value = true;
  if (is_look(x.op)) value = x.name;
  if (x.operands.size() == 1) value = json_of(x.operands[0]);
  if (x.operands.size() > 1) {
    value = Json::array();
    for (const Expression& operand : x.operands) value.push_back(json_of(operand));
  }
  return Json{{operation(x.op).name, std::move(value)}};
}
Json json_of(const std::vector<Expression>& x) { return json_of(x.front()); }
Json json_of(const std::vector<double>& x) {
  Json list = Json::array();
  for (const double each : x) list.push_back(json_of(each));
  return list;
}
Json json_of(const std::vector<Profile::Piece>& x) {
  Json list = Json::array();
  for (const auto& [from, value] : x) list.push_back({json_of(from), json_of(value)});
  return list;
}
Json json_of(const std::vector<Branch>& x) {
  if (x.size() == 1 && x[0].probability == 1) return x[0].to;
  Json object = Json::object();
  for (const Branch& branch : x) object[branch.to] = json_of(branch.probability);
  return object;
}
Json json_of(const std::vector<Part>& x) {
  if (x.empty()) return "copies";
  Json object = Json::object();
  for (const Part& part : x) object[part.name] = part.count;
  return object;
}

/// Options are left out where they are as in a fresh step.
struct Writer {
  Json object = Json::object();

  template <class T>
  void field(const char* key, const T& value) {
    object[key] = json_of(value);
  }
  void count_or(const char* key, std::uint32_t count, const char* word) {
    object[key] = count > 0 ? Json(count) : Json(word);
  }
  template <class T>
  void option(const char* key, const T& value) {
    if (!(value == T())) field(key, value);
  }
  void option(const char* key, std::uint32_t units) {
    if (units != 1) field(key, units);
  }
  void option(const char* key, std::uint64_t limit) {
    if (limit != no_limit) field(key, limit);
  }
};

template <class S>
std::string line_of(S s) {
  Writer writer;
  describe(writer, s);
  return writer.object.dump();
}

/// One a line.
std::string list_of(const std::vector<std::string>& lines) {
  std::string text = "[";
  for (const std::string& line : lines) text += (text == "[" ? "\n    " : ",\n    ") + line;
  return text + (lines.empty() ? "]" : "\n  ]");
}

}  // namespace

std::string to_json(const Flow& flow) {
  std::string text = "{\n";
  if (!flow.about.empty()) text += "  \"about\": " + Json(flow.about).dump() + ",\n";
  if (flow.stop != 0) text += "  \"stop\": " + json_of(flow.stop).dump() + ",\n";
  Json resources = Json::object();
  for (const Resource& resource : flow.resources) resources[resource.name] = resource.capacity;
  text += "  \"resources\": " + resources.dump() + ",\n";
  std::vector<std::string> schedules, steps;
  for (const Schedule& schedule : flow.schedules) schedules.push_back(line_of(schedule));
  for (const Step& step : flow.steps) {
    steps.push_back(std::visit([](const auto& s) { return line_of(s); }, step));
  }
  if (!schedules.empty()) text += "  \"schedules\": " + list_of(schedules) + ",\n";
  return text + "  \"steps\": " + list_of(steps) + "\n}\n";
}

}  // namespace tyche::simulation::flows
