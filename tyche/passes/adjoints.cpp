#include "tyche/passes/adjoints.hpp"

#include <cassert>

namespace tyche::passes {

void accumulate(Builder& b, Scope& scope, Value v, Value w) {
  Value& sum = scope[v.id];
  sum = sum.exists() ? b.emit(Op::add, {sum, w}) : w;
}

static void in_plates(Builder& b, const std::vector<std::int64_t>& shape,
                      std::vector<Value> indices, const AtElement& f) {
  if (indices.size() == shape.size()) return f(b, indices);
  b.plate(shape[indices.size()], 0, [&](Builder& inner, Value i) -> std::vector<Value> {
    indices.push_back(i);
    in_plates(inner, shape, indices, f);
    return {};
  });
}

static void in_loops(Builder& b, const std::vector<std::int64_t>& shape, std::vector<Value> indices,
                     const AtElement& f) {
  if (indices.size() == shape.size()) return f(b, indices);
  const Value count = b.integer(shape[indices.size()]);
  b.for_loop(count, {}, [&](Builder& inner, Value i, auto) -> std::vector<Value> {
    indices.push_back(i);
    in_loops(inner, shape, indices, f);
    return {};
  });
}

void each_element(Builder& b, Type type, const AtElement& f) { in_plates(b, type.shape(), {}, f); }

void each_in_turn(Builder& b, Type type, const AtElement& f) { in_loops(b, type.shape(), {}, f); }

static Value load_at(Builder& b, Value array, const std::vector<Value>& indices) {
  std::vector<Value> operands{array};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return b.emit(Op::load, operands);
}

static void write_at(Builder& b, Op op, Value array, const std::vector<Value>& indices, Value v) {
  std::vector<Value> operands{array};
  operands.insert(operands.end(), indices.begin(), indices.end());
  operands.push_back(v);
  b.append({.op = op, .operands = std::move(operands)});
}

Value zeros(Builder& b, Type type) {
  const Value buffer = b.local(type);
  each_in_turn(b, type, [&](Builder& inner, const std::vector<Value>& indices) {
    write_at(inner, Op::store, buffer, indices, inner.real(0));
  });
  return buffer;
}

Value Buffers::locate(Builder& b, Value array, std::vector<Value>& indices) const {
  for (auto at = views_.find(array.id); at != views_.end(); at = views_.find(array.id)) {
    const Instruction& made = at->second;
    if (made.op == Op::slice) {
      indices[0] = b.emit(Op::add, {indices[0], made.operands[1]});
    } else {
      indices.insert(indices.begin(), made.operands.begin() + 1, made.operands.end());
    }
    array = made.operands[0];
  }
  const auto at = buffers_.find(array.id);
  assert(at != buffers_.end());
  return at->second;
}

void Buffers::add(Builder& b, Value array, std::vector<Value> indices, Value w) const {
  const Value buffer = locate(b, array, indices);
  write_at(b, Op::add_to, buffer, indices, w);
}

void Buffers::add_all(Builder& b, Value array, Value source) const {
  each_element(b, b.program().type(source), [&](Builder& inner, const std::vector<Value>& indices) {
    add(inner, array, indices, load_at(inner, source, indices));
  });
}

Value Buffers::whole(Builder& b, Value array) const {
  if (const auto at = buffers_.find(array.id); at != buffers_.end()) return at->second;
  const Type type = b.program().type(array);
  const Value copy = b.local(type);
  each_in_turn(b, type, [&](Builder& inner, const std::vector<Value>& indices) {
    write_at(inner, Op::store, copy, indices, element(inner, array, indices));
  });
  return copy;
}

Value Buffers::element(Builder& b, Value array, std::vector<Value> indices) const {
  const Value buffer = locate(b, array, indices);
  return load_at(b, buffer, indices);
}

void Buffers::clear(Builder& b, Value array, std::vector<Value> indices) const {
  const Value buffer = locate(b, array, indices);
  write_at(b, Op::store, buffer, indices, b.real(0));
}

}  // namespace tyche::passes
