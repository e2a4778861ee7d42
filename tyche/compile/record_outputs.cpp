#include "tyche/compile/record_outputs.hpp"

#include <algorithm>
#include <numeric>

#include "tyche/ir/builder.hpp"

namespace tyche {

using ir::Builder;
using ir::Instruction;
using ir::Op;
using ir::Program;
using ir::Region;
using ir::Type;
using ir::Value;

namespace {

bool holds(const Region& region, auto&& wanted) {
  return std::ranges::any_of(region.body, [&](const Instruction& at) {
    return wanted(at) || std::ranges::any_of(
                             at.regions, [&](const Region& inner) { return holds(inner, wanted); });
  });
}

bool draws(const Instruction& at) { return at.op == Op::draw_uniform || at.op == Op::draw_normal; }

std::vector<int> dims_of(const Type& type) {
  std::vector<int> dims;
  for (std::int64_t dim : type.shape()) dims.push_back(int(dim));
  return dims;
}

/// Stores the elements of `array` with the given leading indices from `to[first]` on, `stride`
/// apart along the next index: the first index runs fastest.
void store_elements(Builder& b, Value array, std::vector<Value> indices, Value to, Value first,
                    std::int64_t stride) {
  const Type type = b.program().type(array);
  const std::vector<std::int64_t> shape = type.shape();
  if (indices.size() == shape.size()) {
    Value element = array;
    if (!indices.empty()) {
      std::vector<Value> operands{array};
      operands.insert(operands.end(), indices.begin(), indices.end());
      element = b.emit(Op::load, operands);
    }
    if (type.element() == ir::Kind::boolean) element = b.emit(Op::to_integer, {element});
    if (type.element() != ir::Kind::real) element = b.emit(Op::to_real, {element});
    b.store(to, {first}, element);
    return;
  }
  const std::int64_t count = shape[indices.size()];
  b.for_loop(b.integer(count), {}, [&](Builder& inner, Value i, std::span<const Value>) {
    const Value offset = inner.emit(Op::mul, {i, inner.integer(stride)});
    std::vector<Value> deeper = indices;
    deeper.push_back(i);
    store_elements(inner, array, deeper, to, inner.emit(Op::add, {first, offset}), stride * count);
    return std::vector<Value>{};
  });
}

}  // namespace

std::vector<Variable> recorded_variables(const Program& program) {
  std::vector<Variable> variables;
  for (const Instruction& at : program.outputs.body) {
    if (at.op == Op::output) variables.push_back({at.name, dims_of(program.type(at.operands[0]))});
  }
  return variables;
}

std::optional<Program> record_outputs(const Program& program) {
  const auto is_output = [](const Instruction& at) { return at.op == Op::output; };
  const auto nested_output = [&](const Instruction& at) {
    return std::ranges::any_of(at.regions,
                               [&](const Region& inner) { return holds(inner, is_output); });
  };
  if (holds(program.density, draws) || holds(program.outputs, draws) ||
      std::ranges::any_of(program.outputs.body, nested_output)) {
    return {};
  }
  Program out = program;
  out.outputs = {};
  Region& density = out.density;
  std::erase_if(density.body, [](const Instruction& at) { return at.op == Op::yield; });
  std::int64_t size = 0;
  for (const Variable& variable : recorded_variables(program)) size += variable.size();
  Builder b(out, density);
  const Value all = b.local(Type::vector(size));
  std::int64_t first = 0;
  for (const Instruction& at : program.outputs.body) {
    if (at.op == Op::yield) continue;
    if (at.op != Op::output) {
      b.append(at);
      continue;
    }
    store_elements(b, at.operands[0], {}, all, b.integer(first), 1);
    const std::vector<int> dims = dims_of(out.type(at.operands[0]));
    first += std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>{});
  }
  b.yield({b.real(0), all});
  return out;
}

void append_flat(const Type& type, const std::vector<double>& reals,
                 const std::vector<std::int64_t>& integers, std::vector<double>& to) {
  const std::vector<std::int64_t> shape = type.shape();
  std::vector<std::int64_t> index(shape.size(), 0);
  for (std::int64_t n = 0; n < type.size(); ++n) {
    const auto at = std::size_t(shape.empty() ? 0 : ir::storage_offset(type, index));
    to.push_back(type.element() == ir::Kind::real ? reals[at] : double(integers[at]));
    for (std::size_t k = 0; k < index.size() && ++index[k] == shape[k]; ++k) index[k] = 0;
  }
}

}  // namespace tyche
