// Whole containers: copies and fills.
#include <cassert>

#include "tyche/codegen/array.hpp"

namespace tyche::codegen {

using ir::Type;

void Arrays::each(const Type& type, llvm::function_ref<void(std::span<const Number>)> body) {
  const std::vector<std::int64_t> shape = type.shape();
  llvm::SmallVector<Number, 4> indices(shape.size());
  const auto turn = [&](auto& self, std::size_t k) -> void {
    if (k == shape.size()) return body(indices);
    c_.loop(c_.index(shape[k]), [&](llvm::Value* i) {
      indices[k] = n_.linear(i, 0, {0, shape[k] - 1});
      self(self, k + 1);
    });
  };
  if (type.size() > 0) turn(turn, 0);
}

void Arrays::copy(const Array& to, const Array& from) {
  const bool whole = to.strides == from.strides && to.lanes == from.lanes &&
                     to.element == from.element && to.offset.uniform() && from.offset.uniform() &&
                     to.strides == strides_of(to.type) && !c_.axis.masked();
  if (!whole) {
    each(to.type, [&](std::span<const Number> at) { store(to, at, load(from, at)); });
    return;
  }
  const auto start = [&](const Array& array) {
    llvm::Value* elements =
        c_.ir.CreateMul(array.offset.parts[0], c_.index(std::max(array.lanes, 1)));
    return c_.ir.CreateInBoundsGEP(array.element, array.base, elements);
  };
  const std::uint64_t bytes = std::uint64_t(to.type.size()) * std::uint64_t(std::max(to.lanes, 1)) *
                              to.element->getPrimitiveSizeInBits() / 8;
  c_.ir.CreateMemCpy(start(to), llvm::Align(8), start(from), llvm::Align(8), bytes);
}

Array Arrays::copied(const Array& from) {
  Array out = make(from.type);
  out.range = from.range;
  copy(out, from);
  return out;
}

void Arrays::fill(const Array& array, const Number& value) {
  const std::int64_t size = array.type.size() * std::max(array.lanes, 1);
  assert(array.padded && array.strides == strides_of(array.type));
  llvm::Value* eight = c_.ir.CreateVectorSplat(width, value.parts[0]);
  c_.loop(c_.index((size + width - 1) / width), [&](llvm::Value* i) {
    llvm::Value* to = c_.ir.CreateInBoundsGEP(eight->getType(), array.base, i);
    c_.ir.CreateAlignedStore(eight, to, llvm::Align(64));
  });
}

Array Arrays::contiguous(const Array& array) {
  // Whole-container kernels are given the base alone.
  const auto* zero =
      array.offset.uniform() ? llvm::dyn_cast<llvm::ConstantInt>(array.offset.parts[0]) : nullptr;
  const bool fits = array.lanes == c_.axis.parts * c_.lanes && zero && zero->isZero() &&
                    array.strides == strides_of(array.type);
  return fits ? array : copied(array);
}

}  // namespace tyche::codegen
