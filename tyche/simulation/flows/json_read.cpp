#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "tyche/simulation/flows/fields.hpp"
#include "tyche/simulation/flows/json.hpp"

namespace tyche::simulation::flows {
namespace {

using Json = nlohmann::ordered_json;

std::string shortened(const Json& json) {
  std::string text = json.dump();
  if (text.size() > 40) text = text.substr(0, 37) + "...";
  return text;
}

/// A key as part of a JSON pointer (RFC 6901, section 3).
std::string escaped(const std::string& key) {
  std::string text = "/";
  for (const char c : key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

/// A place in the document, and where the first Error goes.
class Cursor {
 public:
  Cursor(const Json& json, std::string pointer, const std::string& file,
         std::optional<Error>& error)
      : json_(json), pointer_(std::move(pointer)), file_(file), error_(error) {}

  const Json& json() const { return json_; }
  Cursor at(const std::string& key) const {
    return {json_.at(key), pointer_ + escaped(key), file_, error_};
  }
  Cursor at(std::size_t k) const {
    return {json_.at(k), pointer_ + "/" + std::to_string(k), file_, error_};
  }
  void refuse(std::string expected, std::string found, std::string remedy) const {
    const std::string where = file_ + ": " + (pointer_.empty() ? "/" : pointer_);
    if (!error_) error_ = Error{where, std::move(expected), std::move(found), std::move(remedy)};
  }
  void refuse(std::string expected) const {
    refuse(std::move(expected), shortened(json_), "write that in its place");
  }

 private:
  const Json& json_;
  std::string pointer_;
  const std::string& file_;
  std::optional<Error>& error_;
};

template <class T>
T read(const Cursor& at);

template <>
std::string read(const Cursor& at) {
  if (at.json().is_string()) return at.json().get<std::string>();
  at.refuse("a name in quotes");
  return {};
}
template <>
double read(const Cursor& at) {
  if (at.json().is_number()) return at.json().get<double>();
  at.refuse("a number");
  return 0;
}
template <>
bool read(const Cursor& at) {
  if (at.json().is_boolean()) return at.json().get<bool>();
  at.refuse("true or false");
  return false;
}
template <>
std::uint64_t read(const Cursor& at) {
  if (at.json().is_number_unsigned()) return at.json().get<std::uint64_t>();
  at.refuse("a whole number, 0 or more");
  return 0;
}
template <>
std::uint32_t read(const Cursor& at) {
  const bool small = at.json().is_number_unsigned() && at.json().get<std::uint64_t>() <= UINT32_MAX;
  if (small) return at.json().get<std::uint32_t>();
  at.refuse("a whole number, 0 to 4294967295");
  return 0;
}

std::string names_of_operations() {
  std::string names;
  for (const Operation& each : operations().subspan(2)) {
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  }
  return names;
}

template <>
Expression read(const Cursor& at);

std::vector<Expression> read_operands(const Cursor& at, const Operation& operation) {
  if (operation.operands == 1) return {read<Expression>(at)};
  std::vector<Expression> operands;
  if (!at.json().is_array() || at.json().size() != std::size_t(operation.operands)) {
    at.refuse("a list of the " + std::to_string(operation.operands) + " operands of " +
              std::string(operation.name));
    return {};
  }
  for (std::size_t k = 0; k < at.json().size(); ++k) operands.push_back(read<Expression>(at.at(k)));
  return operands;
}

template <>
Expression read(const Cursor& at) {
  const Json& json = at.json();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return attribute(json.get<std::string>());
  if (!json.is_object() || json.size() != 1) {
    at.refuse("a number, the name of an attribute, or an object of one operation");
    return {};
  }
  const std::string name = json.begin().key();
  const auto known = std::ranges::find(operations().subspan(2), name, &Operation::name);
  if (known == operations().end()) {
    at.refuse("an operation: " + names_of_operations(), "\"" + name + "\"", "mend the name");
    return {};
  }
  const Op op = Op(known - operations().begin());
  const Cursor inside = at.at(name);
  if (is_look(op)) return {op, read<std::string>(inside)};
  if (known->operands > 0) return {op, read_operands(inside, *known)};
  if (!read<bool>(inside)) inside.refuse("true");
  return {op, std::string()};
}
template <>
std::vector<Expression> read(const Cursor& at) {
  return {read<Expression>(at)};
}

template <class Visit>
void each_item(const Cursor& at, const char* expected, const Visit& visit) {
  if (!at.json().is_array()) return at.refuse(expected);
  for (std::size_t k = 0; k < at.json().size(); ++k) visit(at.at(k));
}
template <class Visit>
void each_member(const Cursor& at, const char* expected, const Visit& visit) {
  if (!at.json().is_object()) return at.refuse(expected);
  for (const auto& [key, value] : at.json().items()) visit(key, at.at(key));
}

template <>
std::vector<double> read(const Cursor& at) {
  std::vector<double> list;
  each_item(at, "a list of numbers",
            [&](const Cursor& item) { list.push_back(read<double>(item)); });
  return list;
}
template <>
std::vector<Profile::Piece> read(const Cursor& at) {
  std::vector<Profile::Piece> list;
  constexpr const char* expected = "a list of pairs [from, value]";
  each_item(at, expected, [&](const Cursor& item) {
    if (!item.json().is_array() || item.json().size() != 2)
      return item.refuse("a pair [from, value]");
    list.push_back({read<double>(item.at(0u)), read<double>(item.at(1u))});
  });
  return list;
}
template <>
std::vector<Branch> read(const Cursor& at) {
  if (at.json().is_string()) return {{at.json().get<std::string>(), 1}};
  std::vector<Branch> list;
  each_member(at, "a label, or probabilities by label",
              [&](const std::string& label, const Cursor& item) {
                list.push_back({label, read<double>(item)});
              });
  return list;
}
template <>
std::vector<Part> read(const Cursor& at) {
  if (at.json() == "copies") return {};
  std::vector<Part> list;
  each_member(at, "\"copies\", or counts by class",
              [&](const std::string& kind, const Cursor& item) {
                list.push_back({kind, read<std::uint32_t>(item)});
              });
  return list;
}

/// Reads the fields of an object, and tells of those that nobody asked for.
class Reader {
 public:
  explicit Reader(const Cursor& at) : at_(at) {}

  template <class T>
  void field(const char* key, T& value) {
    if (at_.json().contains(key)) return option(key, value);
    at_.refuse(std::string("the key \"") + key + "\"", shortened(at_.json()), "add it");
  }
  template <class T>
  void option(const char* key, T& value) {
    known_.insert(key);
    if (at_.json().contains(key)) value = read<T>(at_.at(key));
  }
  void count_or(const char* key, std::uint32_t& count, const char* word) {
    known_.insert(key);
    if (at_.json().at(key) != word) count = read<std::uint32_t>(at_.at(key));
  }
  void finish() const {
    for (const auto& [key, value] : at_.json().items()) {
      if (known_.contains(key)) continue;
      std::string known;
      for (const std::string& each : known_) known += (known.empty() ? "" : ", ") + each;
      return at_.refuse("the keys " + known, "\"" + key + "\"", "mend the name, or leave it out");
    }
  }

 private:
  const Cursor& at_;
  std::set<std::string> known_;
};

template <class S>
S read_fields(const Cursor& at) {
  S s;
  Reader reader(at);
  describe(reader, s);
  reader.finish();
  return s;
}

/// The verb is the key of this name.
template <std::size_t K = 0>
Step read_as(const Cursor& at, const std::string& verb) {
  if constexpr (K < std::variant_size_v<Step>) {
    using S = std::variant_alternative_t<K, Step>;
    return verb == verb_of(S()) ? Step(read_fields<S>(at)) : read_as<K + 1>(at, verb);
  } else {
    at.refuse("a verb", shortened(at.json()), "mend the name");
    return {};
  }
}

template <std::size_t... K>
std::vector<std::string> all_verbs(std::index_sequence<K...>) {
  return {std::string(verb_of(Step(std::variant_alternative_t<K, Step>())))...};
}

Step read_step(const Cursor& at) {
  const auto verbs = all_verbs(std::make_index_sequence<std::variant_size_v<Step>>());
  std::string listed;
  for (const std::string& verb : verbs) listed += (listed.empty() ? "" : ", ") + verb;
  if (!at.json().is_object() || at.json().empty()) {
    at.refuse("an object whose first key is a verb: " + listed);
    return {};
  }
  const std::string first = at.json().begin().key();
  if (std::ranges::find(verbs, first) != verbs.end()) return read_as(at, first);
  at.refuse("a verb as the first key: " + listed, "\"" + first + "\"", "mend the name");
  return {};
}

template <>
std::vector<Resource> read(const Cursor& at) {
  std::vector<Resource> list;
  each_member(at, "capacities by resource", [&](const std::string& name, const Cursor& item) {
    list.push_back({name, read<std::uint32_t>(item)});
  });
  return list;
}
template <>
std::vector<Schedule> read(const Cursor& at) {
  std::vector<Schedule> list;
  each_item(at, "a list of schedules", [&](const Cursor& item) {
    if (!item.json().is_object()) return item.refuse("an object with the key \"schedule\"");
    list.push_back(read_fields<Schedule>(item));
  });
  return list;
}
template <>
std::vector<Step> read(const Cursor& at) {
  std::vector<Step> list;
  each_item(at, "a list of steps", [&](const Cursor& item) { list.push_back(read_step(item)); });
  return list;
}
template <class Io>
void describe(Io& io, Flow& flow) {
  io.option("about", flow.about);
  io.option("stop", flow.stop);
  io.option("resources", flow.resources);
  io.option("schedules", flow.schedules);
  io.field("steps", flow.steps);
}

/// What the parser would let pass: keys that are there twice, and depths that no flow has.
class Watch {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    constexpr int most_depth = 64;
    deep = deep || depth > most_depth;
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key) {
      const std::string key = value.get<std::string>();
      if (!open_.back().insert(key).second && twice.empty()) twice = key;
    }
    return !deep;
  }
  std::string twice;
  bool deep = false;

 private:
  std::vector<std::set<std::string>> open_;
};

Error syntax_error(std::string_view text, const std::string& where,
                   const Json::parse_error& error) {
  const std::size_t byte = std::clamp<std::size_t>(error.byte, 1, text.size() + 1) - 1;
  const std::string_view before = text.substr(0, byte);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string what = error.what();
  const std::size_t told = what.find(": ", what.find("column"));
  return {where + ":" + std::to_string(line) + ":" + std::to_string(byte - start + 1), "JSON",
          told == std::string::npos ? what : what.substr(told + 2), "mend the text there"};
}

}  // namespace

Result<Flow> parse_flow(std::string_view text, const std::string& where) {
  Json json;
  Watch watch;
  try {
    json = Json::parse(text, std::ref(watch));
  } catch (const Json::parse_error& error) {
    return std::unexpected(syntax_error(text, where, error));
  } catch (const Json::out_of_range& error) {  // the parser's word for such a number
    const std::string what = error.what();
    return std::unexpected(Error{where, "numbers of at most 1.8e308",
                                 what.substr(what.find(']') + 2), "mend the number"});
  }
  if (watch.deep) {
    return std::unexpected(Error{where, "at most 64 levels of lists and objects", "more",
                                 "no expression of a flow needs as many"});
  }
  if (!watch.twice.empty()) {
    return std::unexpected(Error{where, "each key once in an object",
                                 "\"" + watch.twice + "\" twice", "rename one of them"});
  }
  std::optional<Error> error;
  const Cursor root(json, "", where, error);
  Flow flow;
  if (json.is_object()) {
    flow = read_fields<Flow>(root);
  } else {
    root.refuse("an object with the keys resources and steps");
  }
  if (error) return std::unexpected(*error);
  return flow;
}

Result<Flow> read_flow(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (file) return parse_flow(text.str(), path);
  return std::unexpected(
      Error{path, "a file that can be read", "none", "check the path, and the rights to read it"});
}

}  // namespace tyche::simulation::flows
