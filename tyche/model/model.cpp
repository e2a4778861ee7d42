#include "tyche/model/model.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "tyche/model/choice.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

using ir::Kind;
using ir::Role;
using ir::Value;

namespace {

std::string text(const Model::Place& at) {
  return std::string(at.file_name()) + ":" + std::to_string(at.line());
}

/// The same numbers as integers or reals; a number that is not whole stays real.
ir::Array as_kind(const ir::Array& array, bool whole) {
  const bool is_whole = array.type.element() == Kind::integer;
  if (is_whole == whole) return array;
  ir::Array out{.type = array.type};
  if (whole) {
    if (!std::ranges::all_of(array.reals, [](double x) { return x == double(std::int64_t(x)); })) {
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

/// The shortest decimals that read back as x.
std::string text(double x) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
  return {digits.data(), end};
}

Value in_body(Recorder& recorder, const Expression& e, int frame) {
  recorder.check(e);
  return e.rank() == 0 ? recorder.element(e.node(), {}, frame) : recorder.part(e.node(), {}, frame);
}

}  // namespace

Model::Model() : recorder_(std::make_unique<Recorder>()) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

void Model::begin(const std::string& statement, const Place& at) {
  stale_ = true;
  recorder_->program.locations.push_back({at.file_name(), int(at.line())});
  recorder_->begin(statement + " (" + text(at) + ")",
                   std::int32_t(recorder_->program.locations.size()) - 1);
}

void Model::declare(const std::string& what, const std::string& name, const Place& at) {
  begin(what + " " + name, at);
  if (name.empty()) recorder_->fail("a name", "an empty one");
  const auto [known, fresh] = declared_.try_emplace(name, Declared{what, at});
  if (!fresh) {
    recorder_->fail("a name that is declared once",
                    known->second.what + " " + name + " (" + text(known->second.at) + ")",
                    "rename one of the two");
  }
}

void Model::check_count(std::int64_t n) const {
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  if (n < 1 || n > most) recorder_->fail("a length from 1 to 2147483647", std::to_string(n));
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
  const Shape shape = shape_of(*recorder_, d, dims);
  std::vector<Value> indices;
  const std::function<Value(int)> values = [&](int frame) {
    if (indices.size() == shape.batch.size()) {
      return record_choice(*recorder_, name, d, indices, frame);
    }
    return recorder_->plate(frame, shape.batch[indices.size()], 1, [&](int inner, Value i) {
      indices.push_back(i);
      const Value value = values(inner);
      indices.pop_back();
      return std::vector{value};
    })[0];
  };
  const int frame = recorder_->top_frame();
  return recorder_->expression(values(frame), frame, name);
}

Expression Model::data(const std::string& name, const Expression& values, Place at) {
  declare("data", name, at);
  recorder_->check(values);
  if (!is_numbers(values)) recorder_->fail("numbers", "an expression of the model");
  const ir::Array array = numbers(values);
  declared_.at(name).domains.push_back(distributions::real_line);
  check_values(name, array);
  return recorder_->declare(name, array);
}

void Model::replace(const std::string& name, const Expression& values, Place at) {
  begin("replace " + name, at);
  const auto known = recorder_->data.find(name);
  if (known == recorder_->data.end()) recorder_->fail("the name of data", "no data of that name");
  recorder_->check(values);
  if (!is_numbers(values)) recorder_->fail("numbers", "an expression of the model");
  const bool whole = known->second.type.element() == Kind::integer;
  ir::Array array = as_kind(numbers(values), whole);
  if (array.type != known->second.type) {
    recorder_->fail(to_string(known->second.type), to_string(array.type),
                    "a model of other shapes is another program: record it anew");
  }
  check_values(name, array);
  known->second = std::move(array);
}

void Model::check_values(const std::string& name, const ir::Array& values) const {
  const auto known = declared_.find(name);
  if (known == declared_.end()) return;
  const std::size_t n = std::max(values.reals.size(), values.integers.size());
  for (const distributions::Domain& domain : known->second.domains) {
    for (std::size_t k = 0; k < n; ++k) {
      const double x = values.reals.empty() ? double(values.integers[k]) : values.reals[k];
      if (domain.contains(x) && (!domain.whole || x == double(std::int64_t(x)))) continue;
      recorder_->fail(std::string(domain.text) + " in each element of " + name,
                      text(x) + " in element " + std::to_string(k),
                      "mend the data, or choose a distribution that gives such values");
    }
  }
}

bool Model::is_element(const std::string& name, const Expression& y) const {
  const std::vector<Value> around = recorder_->indices();
  const Node* node = y.node().get();
  for (auto i = around.rbegin(); i != around.rend(); ++i) {
    if (node->form != Node::Form::element || node->inputs[1]->value != *i) return false;
    node = node->inputs[0].get();
  }
  return node->form == Node::Form::value && node->name == name && recorder_->data.contains(name);
}

void Model::observe(const std::string& name, const Distribution& d, const Expression& y, Place at) {
  if (const auto known = declared_.find(name);
      known != declared_.end() && known->second.what == "data") {
    begin("observe " + name, at);
    known->second.what = "observe";
  } else {
    declare("observe", name, at);
  }
  recorder_->check(y);
  if (is_numbers(y)) {
    if (!recorder_->indices().empty()) {
      recorder_->fail("inside a plate or loop an element of data, as y[i]", "numbers",
                      "declare them with data(\"" + name + "\", ...) outside");
    }
    if (recorder_->data.contains(name)) {
      recorder_->fail("the data that " + name + " names", "other numbers", "rename one of the two");
    }
    recorder_->declare(name, as_kind(numbers(y), d.family->whole));
  }
  if (is_numbers(y) || is_element(name, y)) {
    observe_choice(name, d, y);
  } else {
    shape_of(*recorder_, d, y.shape());
    add_terms(log_density(d, y), Role::likelihood, d.family->normalised);
  }
}

void Model::observe_choice(const std::string& name, const Distribution& d, const Expression& y) {
  const std::size_t events = d.family->event ? d.family->event(d.parameters).size() : 0;
  if (y.shape().size() < events) {
    recorder_->fail("values with " + std::to_string(events) + " indices", describe(*y.node()));
  }
  const std::vector<std::int64_t> batch(y.shape().begin(), y.shape().end() - std::int64_t(events));
  const Shape shape = shape_of(*recorder_, d, batch);
  std::vector<std::int64_t> whole = shape.batch;
  whole.insert(whole.end(), shape.event.begin(), shape.event.end());
  if (whole != y.shape()) {
    Node wanted;
    wanted.shape = whole;
    recorder_->fail(describe(wanted), describe(*y.node()));
  }
  declared_.at(name).domains.push_back(d.family->domain);
  check_values(name, recorder_->data.at(name));
  if (d.family->whole && recorder_->data.at(name).type.element() != Kind::integer) {
    recorder_->fail("integers", "reals", "declare the data from a std::vector<int>");
  }
  std::vector<Value> indices;
  const std::function<void(int)> choices = [&](int frame) {
    if (indices.size() == batch.size()) {
      record_choice(*recorder_, name, d, indices, frame);
      return;
    }
    recorder_->plate(frame, batch[indices.size()], 0, [&](int inner, Value i) {
      indices.push_back(i);
      choices(inner);
      indices.pop_back();
      return std::vector<Value>{};
    });
  };
  choices(recorder_->top_frame());
}

Expression Model::let(const std::string& name, const Expression& e, Place at) {
  declare("let", name, at);
  recorder_->check(e);
  if (!recorder_->indices().empty()) {
    recorder_->fail("a statement outside plates and loops", "one inside",
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
  recorder_->check(log_density);
  add_terms(as_real(log_density), role, true);
}

void Model::add_terms(const Expression& log_density, Role role, bool normalised) {
  std::vector<Value> indices;
  const auto observation = [&](int frame) {
    std::vector<Value> all = recorder_->indices();
    const std::vector<std::int64_t> counts = recorder_->counts();
    Value position;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (!position.exists()) {
        position = all[k];
        continue;
      }
      const Value count = recorder_->constant(frame, double(counts[k]), Kind::integer);
      const Value rows = recorder_->emit(frame, ir::Op::mul, std::array{position, count});
      position = recorder_->emit(frame, ir::Op::add, std::array{rows, all[k]});
    }
    return position;
  };
  const std::function<void(int)> terms = [&](int frame) {
    if (indices.size() == log_density.shape().size()) {
      const Value e = recorder_->element(log_density.node(), indices, frame);
      const Value at = role == Role::likelihood ? observation(frame) : Value{};
      recorder_->builder(frame).term(e, role, normalised, at);
      return;
    }
    recorder_->plate(frame, log_density.shape()[indices.size()], 0, [&](int inner, Value i) {
      indices.push_back(i);
      terms(inner);
      indices.pop_back();
      return std::vector<Value>{};
    });
  };
  terms(recorder_->top_frame());
}

std::vector<Expression> Model::run_plate(std::int64_t n, int mapped, const Plate& body, Place at) {
  begin("plate", at);
  check_count(n);
  const int frame = recorder_->top_frame();
  const auto results = recorder_->plate(frame, n, mapped, [&](int inner, Value i) {
    std::vector<Value> yields;
    for (const Expression& e : body(recorder_->expression(i, inner))) {
      yields.push_back(in_body(*recorder_, e, inner));
    }
    return yields;
  });
  std::vector<Expression> out;
  for (Value v : results) out.push_back(recorder_->expression(v, frame));
  return out;
}

std::vector<Expression> Model::run_steps(std::int64_t n, const std::vector<Expression>& first,
                                         const Step& body, Steps how, Place at) {
  begin(how == Steps::loop ? "loop" : "scan", at);
  check_count(n);
  const int frame = recorder_->top_frame();
  std::vector<Value> carried;
  for (const Expression& e : first) {
    const bool number = e.node()->form == Node::Form::number;
    carried.push_back(in_body(*recorder_, number ? as_real(e) : e, frame));
  }
  const auto step = [&](int inner, Value i, std::span<const Value> at_entry) {
    std::vector<Expression> entries;
    for (Value v : at_entry) entries.push_back(recorder_->expression(v, inner));
    std::vector<Value> yields;
    for (const Expression& e : body(recorder_->expression(i, inner), entries)) {
      const std::size_t k = yields.size();
      const bool number = e.node()->form == Node::Form::number;
      yields.push_back(in_body(*recorder_, number ? as_real(e) : e, inner));
      if (k >= carried.size()) continue;
      const ir::Type& before = recorder_->program.type(carried[k]);
      const ir::Type& after = recorder_->program.type(yields[k]);
      if (before != after) recorder_->fail("to carry on a " + to_string(before), to_string(after));
    }
    return yields;
  };
  const auto results = how == Steps::loop ? recorder_->loop(frame, n, carried, step)
                                          : recorder_->scan(frame, n, carried, step);
  std::vector<Expression> out;
  for (Value v : results) out.push_back(recorder_->expression(v, frame));
  return out;
}

const ir::Program& Model::program() const {
  if (stale_) finished_ = recorder_->finished(outputs_);
  stale_ = false;
  return finished_;
}

const ir::DataSet& Model::data() const {
  program();
  return recorder_->data;
}

}  // namespace tyche
