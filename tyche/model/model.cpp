#include "tyche/model/model.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "tyche/model/checks.hpp"
#include "tyche/model/choice.hpp"
#include "tyche/model/reader.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

using ir::Kind;
using ir::Role;
using ir::Value;

namespace {

/// The same numbers as integers or reals; a number that is not whole stays real.
ir::Array as_kind(const ir::Array& array, bool whole) {
  const bool of_integers = array.type.element() == Kind::integer;
  if (of_integers == whole) return array;
  ir::Array out{.type = array.type};
  if (whole) {
    if (!std::ranges::all_of(array.reals, is_whole)) {
      return array;
    }
    const auto dims = array.type.shape();
    out.type = dims.empty() ? ir::Type::integer() : ir::Type::array(ir::Type::integer(), dims);
    for (double x : array.reals) out.integers.push_back(std::int64_t(x));
  } else {
    const auto dims = array.type.shape();
    out.type = dims.empty() ? ir::Type::real() : ir::Type::vector(dims[0]);
    out.reals.assign(array.integers.begin(), array.integers.end());
  }
  return out;
}

ir::Array numbers(const Expression& e) {
  const Node& node = *e.node();
  if (node.host) return *node.host;
  if (node.kind == Kind::real) return {ir::Type::real(), {node.number}, {}};
  return {ir::Type::integer(), {}, {std::int64_t(node.number)}};
}

bool is_numbers(const Expression& e) {
  return e.node()->form == Node::Form::host || e.node()->form == Node::Form::number;
}

void check_numbers(Recorder& recorder, const Expression& values) {
  if (is_numbers(values)) return;
  recorder.fail("numbers", describe(*values.node()) + ", an expression of the model",
                "use the expression itself, or record it with let()");
}

}  // namespace

Model::Model() : recorder_(std::make_unique<Recorder>()) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

void Model::check_alive(const std::string& statement, const Place& at) const {
  if (recorder_) return;
  throw Failure({text(statement, at), "a model", "one that was moved from",
                 "use the model that it was moved to, or assign a new one"});
}

void Model::begin(const std::string& statement, const Place& at) {
  check_alive(statement, at);
  stale_ = true;
  recorder().program.locations.push_back({at.file_name(), int(at.line())});
  recorder().begin(statement, text(at), std::int32_t(recorder().program.locations.size()) - 1);
}

void Model::declare(const std::string& what, const std::string& name, const Place& at) {
  const bool good = is_name(name);
  begin(what + " " + (good ? name : quoted(name)), at);
  if (!good) {
    recorder().fail(
        "a name of letters, digits and _ that begins with a letter and does not end in __",
        quoted(name), "rename it");
  }
  const auto [known, fresh] = declared_.try_emplace(name, Declared{what, at});
  if (!fresh) {
    recorder().fail("a name that is declared once",
                    known->second.what + " " + name + " (" + text(known->second.at) + ")",
                    "rename one of the two");
  }
}

void Model::check_count(std::int64_t n) const {
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  if (n < 1 || n > most) {
    recorder().fail("a length from 1 to 2147483647", std::to_string(n),
                    "leave the statement out where there is nothing to repeat");
  }
}

void Model::check_iterations(std::int64_t n) const {
  check_count(n);
  // A real an iteration then takes 1 GiB; data and results of plates have one or more.
  constexpr double most = 1 << 27;
  double all = double(n);
  for (std::int64_t around : recorder().counts()) all *= double(around);
  if (all <= most) return;
  recorder().fail("at most 134217728 iterations, with those of the plates and loops around",
                  decimals(all), "take a part of the data, or sum up what repeats");
}

void Model::check_elements(const Shape& shape) const {
  // A position, and so a draw, then takes 32 MiB; a chain holds about a hundred positions.
  constexpr double most = 1 << 22;
  double all = 1;
  for (const auto& dims : {recorder().counts(), shape.batch, shape.event}) {
    for (std::int64_t n : dims) all *= double(n);
  }
  if (all <= most) return;
  recorder().fail("at most 4194304 elements, with the plates and loops around", decimals(all),
                  "leave out parameters of which the data say nothing, or split the model");
}

Expression Model::param(const std::string& name, const Distribution& d, Place at) {
  return parameter(name, d, {}, at);
}
Expression Model::param(const std::string& name, const Distribution& d, std::int64_t n, Place at) {
  return parameter(name, d, {n}, at);
}
Expression Model::param(const std::string& name, const Distribution& d, std::int64_t rows,
                        std::int64_t cols, Place at) {
  return parameter(name, d, {rows, cols}, at);
}

Expression Model::parameter(const std::string& name, const Distribution& d,
                            std::vector<std::int64_t> dims, const Place& at) {
  declare("param", name, at);
  for (std::int64_t n : dims) check_count(n);
  const Shape shape = shape_of(recorder(), d, dims);
  check_elements(shape);
  state({.name = name, .distribution = d, .batch = shape.batch});
  std::vector<Value> indices;
  const std::function<Value(int)> values = [&](int frame) {
    if (indices.size() == shape.batch.size()) {
      return record_choice(recorder(), name, d, indices, frame);
    }
    return recorder().plate(frame, shape.batch[indices.size()], 1, [&](int inner, Value i) {
      indices.push_back(i);
      const Value value = values(inner);
      indices.pop_back();
      return std::vector{value};
    })[0];
  };
  const int frame = recorder().top_frame();
  return recorder().expression(values(frame), frame, name);
}

Expression Model::data(const std::string& name, const Expression& values, Place at) {
  declare("data", name, at);
  recorder().check(values);
  check_numbers(recorder(), values);
  const ir::Array array = numbers(values);
  declared_.at(name).domains.push_back(distributions::real_line);
  check_values(name, array);
  return recorder().declare(name, array);
}

void Model::replace(const std::string& name, const Expression& values, Place at) {
  begin("replace " + name, at);
  const auto known = recorder().data.find(name);
  if (known == recorder().data.end()) {
    std::string names;
    for (const auto& [other, array] : recorder().data) {
      if (is_name(other)) names += (names.empty() ? "" : ", ") + other;
    }
    recorder().fail("the name of data that the model declares",
                    name + (names.empty() ? "; it has none" : "; it has " + names),
                    "declare it first, by data() or observe()");
  }
  recorder().check(values);
  check_numbers(recorder(), values);
  const bool whole = known->second.type.element() == Kind::integer;
  ir::Array array = as_kind(numbers(values), whole);
  if (array.type != known->second.type) {
    recorder().fail(to_string(known->second.type), to_string(array.type),
                    "a model of other shapes is another program: record it anew");
  }
  check_values(name, array);
  std::swap(known->second, array);
  try {
    recorder().check_indices();
    for (const Stated& statement : statements_) check_known(recorder(), statement);
  } catch (const Failure&) {
    std::swap(known->second, array);
    throw;
  }
}

void Model::state(Stated statement) {
  statement.indices = recorder().indices();
  statement.counts = recorder().counts();
  check_known(recorder(), statement);
  const Family& family = *statement.distribution.family;
  bool reads_data = statement.observed && (family.ends || family.value.wrong);
  for (const Expression& e : statement.distribution.parameters) {
    reads_data |= e.node()->reads_data;
  }
  if (reads_data) statements_.push_back(std::move(statement));
}

void Model::check_values(const std::string& name, const ir::Array& values) const {
  const auto known = declared_.find(name);
  if (known == declared_.end()) return;
  for (const distributions::Domain& domain : known->second.domains) {
    tyche::check_values(recorder(), name, values, domain);
  }
}

bool Model::is_element(const std::string& name, const Expression& y) const {
  const std::vector<Value> around = recorder().indices();
  const Node* node = y.node().get();
  for (auto i = around.rbegin(); i != around.rend(); ++i) {
    if (node->form != Node::Form::element || node->inputs[1]->value != *i) return false;
    node = node->inputs[0].get();
  }
  return node->form == Node::Form::value && node->name == name && recorder().data.contains(name);
}

void Model::observe(const std::string& name, const Distribution& d, const Expression& y, Place at) {
  if (const auto known = declared_.find(name);
      known != declared_.end() && known->second.what == "data") {
    begin("observe " + name, at);
    known->second.what = "observe";
  } else {
    declare("observe", name, at);
  }
  recorder().check(y);
  check_made(recorder(), d);
  if (is_numbers(y)) {
    if (!recorder().indices().empty()) {
      recorder().fail("inside a plate or loop an element of data, as y[i]", "numbers",
                      "declare them with data(\"" + name + "\", ...) outside");
    }
    if (recorder().data.contains(name)) {
      recorder().fail("the data that " + name + " names", "other numbers", "rename one of the two");
    }
    observe_choice(name, d, recorder().declare(name, as_kind(numbers(y), d.family->whole)));
  } else if (is_element(name, y)) {
    observe_choice(name, d, y);
  } else {
    shape_of(recorder(), d, y.shape());
    state({.name = name, .distribution = d, .batch = y.shape(), .observed = y});
    add_terms(log_density(d, y), Role::likelihood, d.family->normalised);
  }
}

void Model::observe_choice(const std::string& name, const Distribution& d, const Expression& y) {
  const std::size_t events = d.family->event ? d.family->event(d.parameters).size() : 0;
  if (y.shape().size() < events) {
    recorder().fail(std::string("a ") + (events == 1 ? "vector" : "matrix") +
                        " for each value of " + d.family->name,
                    describe(*y.node()), "give the data that shape");
  }
  const std::vector<std::int64_t> batch(y.shape().begin(), y.shape().end() - std::int64_t(events));
  const Shape shape = shape_of(recorder(), d, batch);
  std::vector<std::int64_t> whole = shape.batch;
  whole.insert(whole.end(), shape.event.begin(), shape.event.end());
  if (whole != y.shape()) {
    Node wanted;
    wanted.shape = whole;
    recorder().fail("values shaped as " + d.family->name + " gives them, " + describe(wanted),
                    describe(*y.node()), "give data of that shape, or scalar parameters");
  }
  declared_.at(name).domains.push_back(d.family->domain);
  check_values(name, recorder().data.at(name));
  if (d.family->whole && recorder().data.at(name).type.element() != Kind::integer) {
    recorder().fail("integers, as " + d.family->name + " gives", "reals in " + named(*y.node()),
                    "declare the data from a std::vector<int>");
  }
  state({.name = name, .distribution = d, .batch = batch, .observed = y});
  std::vector<Value> indices;
  const std::function<void(int)> choices = [&](int frame) {
    if (indices.size() == batch.size()) {
      record_choice(recorder(), name, d, indices, frame);
      return;
    }
    recorder().plate(frame, batch[indices.size()], 0, [&](int inner, Value i) {
      indices.push_back(i);
      choices(inner);
      indices.pop_back();
      return std::vector<Value>{};
    });
  };
  choices(recorder().top_frame());
}

Expression Model::let(const std::string& name, const Expression& e, Place at) {
  declare("let", name, at);
  recorder().check(e);
  if (!recorder().indices().empty()) {
    recorder().fail("a statement outside plates and loops", "one inside",
                    "return the value from the body, and record what the plate or loop returns");
  }
  outputs_.emplace_back(name, e);
  return e;
}

void Model::add(const Expression& log_density, Place at) {
  add(log_density, log_density.node()->reads_data ? Role::likelihood : Role::prior, at);
}

void Model::add(const Expression& log_density, Role role, Place at) {
  begin("add", at);
  recorder().check(log_density);
  check_density(recorder(), log_density, "a term of the log density");
  add_terms(as_real(log_density), role, true);
}

void Model::add_terms(const Expression& log_density, Role role, bool normalised) {
  std::vector<Value> indices;
  const auto observation = [&](int frame) {
    std::vector<Value> all = recorder().indices();
    const std::vector<std::int64_t> counts = recorder().counts();
    Value position;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (!position.exists()) {
        position = all[k];
        continue;
      }
      const Value count = recorder().constant(frame, double(counts[k]), Kind::integer);
      const Value rows = recorder().emit(frame, ir::Op::mul, std::array{position, count});
      position = recorder().emit(frame, ir::Op::add, std::array{rows, all[k]});
    }
    return position;
  };
  const std::function<void(int)> terms = [&](int frame) {
    if (indices.size() == log_density.shape().size()) {
      const Value e = recorder().element(log_density.node(), indices, frame);
      const Value at = role == Role::likelihood ? observation(frame) : Value{};
      recorder().builder(frame).term(e, role, normalised, at);
      return;
    }
    recorder().plate(frame, log_density.shape()[indices.size()], 0, [&](int inner, Value i) {
      indices.push_back(i);
      terms(inner);
      indices.pop_back();
      return std::vector<Value>{};
    });
  };
  terms(recorder().top_frame());
}

const ir::Program& Model::program(Place at) const {
  check_alive("program", at);
  if (!stale_) return finished_;
  finished_ = recorder().finished(outputs_);
  for (ir::Data& data : finished_.data) {
    const auto known = declared_.find(data.name);
    if (known == declared_.end()) continue;
    for (const distributions::Domain& domain : known->second.domains) {
      data.supports.push_back({domain.lower, domain.upper, domain.open});
    }
  }
  stale_ = false;
  return finished_;
}

const ir::DataSet& Model::data(Place at) const {
  check_alive("data", at);
  program(at);
  return recorder().data;
}

}  // namespace tyche
