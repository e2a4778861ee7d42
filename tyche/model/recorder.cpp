#include "tyche/model/recorder.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>

namespace tyche {

using ir::Kind;
using ir::Op;
using ir::Type;
using ir::Value;

namespace {

std::atomic<std::uint64_t> recorders = 0;

constexpr Value whole_key{UINT32_MAX - 1}, matrix_key{UINT32_MAX - 2};

}  // namespace

Value Scope::element(const NodePtr& node, std::span<const Value> indices) const {
  return recorder.element(node, indices, frame);
}
Value Scope::whole(const NodePtr& node) const { return recorder.whole(node); }
Value Scope::matrix(const NodePtr& node) const { return recorder.matrix(node); }
Value Scope::emit(Op op, std::span<const Value> operands) const {
  return recorder.emit(frame, op, operands);
}
Value Scope::integer(std::int64_t x) const {
  return recorder.constant(frame, double(x), Kind::integer);
}
Value Scope::sum(std::int64_t n, const std::function<Value(const Scope&, Value)>& term) const {
  return recorder.plate(frame, n, 0, [&](int inner, Value k) {
    return std::vector{term(Scope{recorder, inner}, k)};
  })[0];
}
Value Scope::fold(const NodePtr& node,
                  const std::function<Value(const Scope&, Value, Value)>& join) const {
  const Value first = element(node, std::array{integer(0)});
  if (node->shape[0] == 1) return first;
  return recorder.loop(
      frame, node->shape[0] - 1, std::array{first},
      [&](int inner, Value k, std::span<const Value> carried) {
        const Scope scope{recorder, inner};
        const Value next = scope.emit(Op::add, std::array{k, scope.integer(1)});
        return std::vector{join(scope, carried[0], scope.element(node, std::array{next}))};
      })[0];
}

Recorder::Recorder() : id_(++recorders) {
  frames_.push_back({next_frame_++, prelude, ir::Builder(program, program.prelude), {}, 0});
  frames_.push_back({next_frame_++, density, ir::Builder(program, program.density), {}, 0});
}

void Recorder::begin(const std::string& statement, const std::string& place,
                     std::int32_t location) {
  statement_ = statement + " (" + place + ")";
  place_ = place;
  for (Frame& frame : frames_) frame.builder.at(location);
}

void Recorder::fail(std::string expected, std::string found, std::string remedy) const {
  throw Failure({statement_, std::move(expected), std::move(found), std::move(remedy)});
}

bool Recorder::is_known(const NodePtr& node) const {
  std::vector<Value> indices;
  if (!node->shape.empty()) indices.push_back(whole_key);
  return recall({node.get(), std::move(indices)}) != nullptr;
}

std::vector<Value> Recorder::indices() const {
  std::vector<Value> all;
  for (const Frame& frame : frames_) {
    if (frame.index.exists()) all.push_back(frame.index);
  }
  return all;
}

std::vector<std::int64_t> Recorder::counts() const {
  std::vector<std::int64_t> all;
  for (const Frame& frame : frames_) {
    if (frame.index.exists()) all.push_back(frame.count);
  }
  return all;
}

Recorder::Frame& Recorder::at(int id) {
  for (Frame& frame : frames_) {
    if (frame.id == id) return frame;
  }
  refuse_closed({});
}

bool Recorder::is_open(int id) const {
  return std::ranges::any_of(frames_, [&](const Frame& frame) { return frame.id == id; });
}

int Recorder::frame_of(Value v) const { return frame_of_[v.id]; }

void Recorder::set_frame(Value v, int frame) {
  if (frame_of_.size() <= v.id) frame_of_.resize(v.id + 1, -1);
  frame_of_[v.id] = frame;
}

Recorder::Open::Open(Recorder& recorder, ir::Builder& builder, int root, Value index,
                     std::int64_t count)
    : id(recorder.next_frame_++),
      recorder_(recorder),
      floor_(recorder.floor_),
      isolated_(recorder.isolated_) {
  recorder.frames_.push_back({id, root, builder, index, count});
}

Recorder::Open::~Open() {
  recorder_.frames_.pop_back();
  recorder_.floor_ = floor_;
  recorder_.isolated_ = isolated_;
}

void Recorder::Open::bound(bool isolated) {
  recorder_.floor_ = id;
  recorder_.isolated_ = isolated;
}

Value Recorder::emit(int frame, Op op, std::span<const Value> operands) {
  const Value v = builder(frame).emit(op, operands);
  set_frame(v, frame);
  return v;
}

Value Recorder::constant(int frame, double x, Kind kind) {
  Frame& in = at(frame);
  const auto [known, fresh] = in.constants.try_emplace({kind, std::bit_cast<std::uint64_t>(x)});
  if (fresh) {
    known->second =
        kind == Kind::integer ? in.builder.integer(std::int64_t(x)) : in.builder.real(x);
    set_frame(known->second, frame);
  }
  return known->second;
}

int Recorder::target(const Node& node, std::span<const Value> indices) const {
  int frame = node.frame;
  for (Value i : indices) frame = std::max(frame, frame_of(i));
  return frame == prelude && !isolated_ ? prelude : std::max(frame, floor_);
}

const Value* Recorder::recall(const Key& key) const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    if (isolated_ && frame->id < floor_) break;
    if (const auto found = frame->known.find(key); found != frame->known.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

Value Recorder::remember(Key key, const NodePtr& node, Value v) {
  at(frame_of(v)).known[std::move(key)] = v;
  kept_.push_back(node);
  return v;
}

Value Recorder::element(const NodePtr& node, std::span<const Value> indices, int frame) {
  assert(indices.size() == node->shape.size());
  if (node->form == Node::Form::number) return constant(frame, node->number, node->kind);
  if (node->form == Node::Form::value && indices.empty()) return whole(node);
  const Key key{node.get(), {indices.begin(), indices.end()}};
  if (const Value* known = recall(key)) return *known;
  return remember(key, node, computed(node, indices, target(*node, indices)));
}

bool Recorder::is_stored(const Node& node) const {
  using enum Node::Form;
  return node.form == host || node.form == value || node.form == whole;
}

Value Recorder::computed(const NodePtr& node, std::span<const Value> indices, int frame) {
  using Form = Node::Form;
  const bool stored = is_stored(*node) || (node->landing && !indices.empty());
  const bool once =
      node->frame == prelude && !isolated_ && !indices.empty() && at(frame).root != prelude;
  if (indices.empty() && node->form == Form::host) return whole(node);
  if (!stored && !once) return node->compute(Scope{*this, frame}, indices);
  std::vector<Value> operands{whole(node)};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return emit(frame, Op::load, operands);
}

Value Recorder::whole(const NodePtr& node) {
  if (node->form == Node::Form::value) {
    if (node->owner != id_) refuse_foreign(*node);
    if (!is_open(node->frame)) refuse_closed(named(*node));
    return node->value;
  }
  if (node->shape.empty() && node->form != Node::Form::host) return element(node, {}, top_frame());
  const Key key{node.get(), {whole_key}};
  if (const Value* known = recall(key)) return *known;
  const int frame = target(*node, {});
  Value v;
  if (node->form == Node::Form::host) {
    v = host(node);
  } else if (node->form == Node::Form::whole) {
    v = node->compute(Scope{*this, frame}, {});
  } else {
    v = stacked(frame, node, {});
  }
  return remember(key, node, v);
}

Value Recorder::stacked(int frame, const NodePtr& node, std::vector<Value> prefix) {
  const std::int64_t n = node->shape[prefix.size()];
  return plate(frame, n, 1, [&](int inner, Value i) {
    std::vector<Value> indices = prefix;
    indices.push_back(i);
    if (indices.size() < node->shape.size()) return std::vector{stacked(inner, node, indices)};
    if (!node->landing) return std::vector{element(node, indices, inner)};
    return std::vector{node->compute(Scope{*this, target(*node, indices)}, indices)};
  })[0];
}

Value Recorder::matrix(const NodePtr& node) {
  if (node->form != Node::Form::computed && node->form != Node::Form::element) {
    const Value v = whole(node);
    if (program.type(v).kind == Kind::matrix) return v;
  }
  const Key key{node.get(), {matrix_key}};
  if (const Value* known = recall(key)) return *known;
  const int frame = target(*node, {});
  const Value m = builder(frame).local(Type::matrix(node->shape[0], node->shape[1]));
  set_frame(m, frame);
  loop(frame, node->shape[0], {}, [&](int row, Value i, auto) {
    loop(row, node->shape[1], {}, [&](int inner, Value j, auto) {
      const Value x = element(node, std::array{i, j}, inner);
      builder(inner).store(m, {i, j}, x);
      return std::vector<Value>{};
    });
    return std::vector<Value>{};
  });
  return remember(key, node, m);
}

Value Recorder::part(const NodePtr& node, std::span<const Value> leading, int frame) {
  if (leading.size() == node->shape.size()) return element(node, leading, frame);
  if (leading.empty()) return node->shape.size() == 2 ? matrix(node) : whole(node);
  Expression rest(node);
  for (Value i : leading) rest = rest[expression(i, frame_of(i))];
  return part(rest.node(), {}, frame);
}

/// Numbers without a name: equal ones are declared once.
Value Recorder::host(const NodePtr& node) {
  if (std::ranges::any_of(node->host->reals, [](double x) { return x != x; })) {
    fail("numbers in an expression", "NaN among them", "mend them, or leave their rows out");
  }
  for (const auto& [array, v] : unnamed_) {
    if (array == *node->host) return v;
  }
  const std::size_t count = unnamed_.size() + 1;
  // No name of the user's ends so.
  const std::string name = "data_" + std::to_string(count) + "__";
  const Value v = declare(name, *node->host).node()->value;
  unnamed_.emplace_back(*node->host, v);
  return v;
}

Expression Recorder::declare(const std::string& name, ir::Array array) {
  program.data.push_back({name, array.type});
  program.data.back().location = std::int32_t(program.locations.size()) - 1;
  data[name] = std::move(array);
  return expression(builder(prelude).data(name), prelude, name, true);
}

Expression Recorder::expression(Value v, int frame, std::string name, bool is_data) {
  const Type& type = program.type(v);
  auto node = std::make_shared<Node>();
  node->form = Node::Form::value;
  node->kind = type.element();
  node->shape = type.is_scalar() ? std::vector<std::int64_t>{} : type.shape();
  node->frame = frame;
  node->reads_data = is_data;
  node->value = v;
  node->owner = id_;
  node->name = std::move(name);
  if (!node->name.empty()) node->place = place_;
  set_frame(v, frame);
  return Expression(std::move(node));
}

}  // namespace tyche
