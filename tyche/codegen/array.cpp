#include "tyche/codegen/array.hpp"

#include <cassert>

namespace tyche::codegen {

using ir::Kind;
using ir::Type;

namespace {

constexpr std::size_t small_array = 512;     // bytes: on the stack, where it can become registers
constexpr std::size_t stack_budget = 16384;  // bytes a function
constexpr std::size_t stack_padding = 128;   // two vectors of rows

std::size_t rounded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

llvm::SmallVector<std::int64_t, 4> strides_of(const Type& type) {
  const std::vector<std::int64_t> shape = type.shape();
  llvm::SmallVector<std::int64_t, 4> strides;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    std::vector<std::int64_t> unit(shape.size(), 0);
    unit[k] = 1;
    strides.push_back(ir::storage_offset(type, unit));
  }
  return strides;
}

Array Arrays::over(const Type& type, llvm::Value* base, llvm::Type* element, int lanes) {
  Array made{.type = type, .base = base, .element = element, .lanes = lanes};
  made.offset = n_.integer(0);
  made.strides = strides_of(type);
  return made;
}

Array Arrays::make(const Type& type) { return make(type, c_.axis.parts * c_.lanes); }

Array Arrays::make(const Type& type, int lanes) {
  const std::size_t bytes = std::size_t(type.size()) * std::size_t(lanes == 0 ? 1 : lanes) * 8;
  llvm::Type* element = type.element() == Kind::real ? c_.real() : c_.ir.getInt64Ty();
  llvm::Value* base = nullptr;
  if (bytes <= small_array && c_.stack_bytes + rounded(bytes) + stack_padding <= stack_budget) {
    c_.stack_bytes += rounded(bytes) + stack_padding;
    base = c_.variable(element, (rounded(bytes) + stack_padding) / 8);
  } else {
    base = c_.ir.CreateConstInBoundsGEP1_64(c_.ir.getInt8Ty(), c_.workspace, c_.workspace_bytes);
    c_.workspace_bytes += rounded(bytes) + Code::padding;
  }
  Array made = over(type, base, element, lanes);
  made.padded = true;
  return made;
}

Number Arrays::locate(const Array& array, std::span<const Number> indices) {
  const std::vector<std::int64_t> shape = array.type.shape();
  Number at = array.offset;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    Number i = indices[k];
    if (const auto bad = n_.outside(i, shape[k])) {
      c_.reject(*bad);
      i = n_.select(*bad, n_.integer(0), i);
    }
    at = n_.add(at, n_.scale(i, array.strides[k]));
  }
  return at;
}

Arrays::Place Arrays::place(const Array& array, const Number& at) {
  const auto pointer = [&](llvm::Value* i) {
    return c_.ir.CreateInBoundsGEP(array.element, array.base, i);
  };
  if (array.lanes == 0 && at.uniform()) return {false, {pointer(at.parts[0])}, true};
  Place out{true, {}};
  if (array.lanes == 0 && at.shape == Shape::linear && at.step == 1) {
    llvm::Value* first = pointer(at.parts[0]);
    for (int t = 0; t < c_.axis.parts; ++t) {
      out.pointers.push_back(
          c_.ir.CreateConstInBoundsGEP1_64(array.element, first, std::uint64_t(c_.lanes * t)));
    }
    return out;
  }
  if (array.lanes != 0 && at.uniform()) {
    llvm::Value* first =
        pointer(c_.ir.CreateMul(at.parts[0], c_.index(array.lanes), "", true, true));
    for (int t = 0; t < c_.axis.parts; ++t) {
      const int skip = array.lanes == c_.lanes ? 0 : c_.lanes * t;
      out.pointers.push_back(
          c_.ir.CreateConstInBoundsGEP1_64(array.element, first, std::uint64_t(skip)));
    }
    return out;
  }
  out.contiguous = false;
  const Parts offsets = n_.spread(at);
  for (int t = 0; t < c_.axis.parts; ++t) {
    llvm::Value* i = offsets[std::size_t(t)];
    if (array.lanes != 0) {
      llvm::SmallVector<std::uint64_t, width> own;
      const int skip = array.lanes == c_.lanes ? 0 : c_.lanes * t;
      for (int l = 0; l < c_.lanes; ++l) own.push_back(std::uint64_t(skip + l));
      i = c_.ir.CreateMul(i, llvm::ConstantInt::get(i->getType(), std::uint64_t(array.lanes)));
      i = c_.ir.CreateAdd(i, llvm::ConstantDataVector::get(c_.module.getContext(), own));
    }
    out.pointers.push_back(pointer(i));
  }
  return out;
}

llvm::Value* Arrays::mask(std::size_t t) {
  if (c_.axis.masked()) return c_.axis.mask[t];
  return llvm::ConstantInt::getAllOnesValue(c_.vector(c_.ir.getInt1Ty()));
}

llvm::Value* Arrays::from_storage(llvm::Value* stored, Kind kind) {
  if (kind == Kind::real) return stored;
  llvm::Type* type = stored->getType();
  if (kind == Kind::boolean) return c_.ir.CreateICmpNE(stored, llvm::ConstantInt::get(type, 0));
  llvm::Type* wide = c_.ir.getInt64Ty();
  return c_.ir.CreateSExt(stored, type->isVectorTy() ? c_.vector(wide) : wide);
}

llvm::Value* Arrays::read(const Array& array, const Place& place, std::size_t t, Kind kind) {
  const llvm::Align align(array.element->getPrimitiveSizeInBits() / 8);
  llvm::Type* vector = c_.vector(array.element);
  llvm::Instruction* loaded = nullptr;
  if (place.scalar) {
    loaded = c_.ir.CreateAlignedLoad(array.element, place.pointers[0], align);
  } else if (!place.contiguous) {
    loaded = c_.ir.CreateMaskedGather(vector, place.pointers[t], align, mask(t),
                                      llvm::Constant::getNullValue(vector));
  } else if (c_.axis.masked() && !array.padded) {
    loaded = c_.ir.CreateMaskedLoad(vector, place.pointers[t], align, mask(t),
                                    llvm::Constant::getNullValue(vector));
  } else {
    loaded = c_.ir.CreateAlignedLoad(vector, place.pointers[t], align);
  }
  if (array.constant) {
    loaded->setMetadata(llvm::LLVMContext::MD_invariant_load,
                        llvm::MDNode::get(c_.module.getContext(), {}));
  }
  return from_storage(loaded, kind);
}

void Arrays::write(const Array& array, const Place& place, std::size_t t, llvm::Value* value) {
  const llvm::Align align(array.element->getPrimitiveSizeInBits() / 8);
  if (!value->getType()->isFPOrFPVectorTy()) {
    llvm::Type* wide = value->getType()->isVectorTy() ? c_.vector(array.element) : array.element;
    value = c_.ir.CreateZExtOrTrunc(value, wide);
  }
  if (place.scalar) {
    c_.ir.CreateAlignedStore(value, place.pointers[0], align);
  } else if (!place.contiguous) {
    c_.ir.CreateMaskedScatter(value, place.pointers[t], align, mask(t));
  } else if (c_.axis.masked()) {
    c_.ir.CreateMaskedStore(value, place.pointers[t], align, mask(t));
  } else {
    c_.ir.CreateAlignedStore(value, place.pointers[t], align);
  }
}

/// What does not fit a core's own cache, and is read by more streams than the hardware follows, is
/// asked for two blocks of rows ahead; what does not fit the first level, one block ahead where
/// this block is read again, from there.
void Arrays::prefetch(const Array& array, const Place& place) {
  constexpr std::int64_t fits_first = 1 << 12, fits_own = 1 << 17;  // elements
  if (!array.constant || !place.contiguous || c_.axis.parts < 2 || array.lanes != 0) return;
  const std::int64_t size = array.type.size();
  if (array.type.shape().size() < 2 || size <= fits_first) return;
  const bool large = size >= fits_own;
  if (++reads_[array.base] != (large ? 1 : 2)) return;
  const int ahead = width * c_.axis.parts * (large ? 2 : 1);
  for (llvm::Value* pointer : place.pointers) {
    llvm::Value* next = c_.ir.CreateConstGEP1_64(array.element, pointer, std::uint64_t(ahead));
    c_.ir.CreateIntrinsic(llvm::Intrinsic::prefetch, {c_.ir.getPtrTy()},
                          {next, c_.ir.getInt32(0), c_.ir.getInt32(3), c_.ir.getInt32(1)});
  }
}

Number Arrays::load_at(const Array& array, const Number& at) {
  const Place from = place(array, at);
  prefetch(array, from);
  const Kind kind = array.type.element();
  Number out{.kind = kind, .range = array.range};
  if (from.scalar) {
    out.parts = {read(array, from, 0, kind)};
    return out;
  }
  out.shape = Shape::varying;
  for (std::size_t t = 0; t < from.pointers.size(); ++t) {
    out.parts.push_back(read(array, from, t, kind));
  }
  return out;
}

void Arrays::store_at(const Array& array, const Number& at, const Number& value) {
  Place to = place(array, at);
  if (to.scalar && value.uniform() && !c_.axis.masked()) {
    return write(array, to, 0, value.parts[0]);
  }
  if (to.scalar) {  // many lanes, one element: the last lane's value stays
    to = {false, {}};
    const Parts offsets = n_.spread(at);
    for (llvm::Value* i : offsets) {
      to.pointers.push_back(c_.ir.CreateInBoundsGEP(array.element, array.base, i));
    }
  }
  const Parts values = n_.spread(value);
  for (std::size_t t = 0; t < values.size(); ++t) write(array, to, t, values[t]);
}

void Arrays::add_at(const Array& array, const Number& at, const Summand& value) {
  const Place to = place(array, at);
  const auto total = [&](llvm::Value* a, llvm::Value* b, llvm::Value* old) {
    return b ? n_.fma(a, b, old) : c_.ir.CreateFAdd(old, a);
  };
  if (to.scalar) {
    assert(value.a.uniform() && (!value.b || value.b->uniform()));
    llvm::Value* old = read(array, to, 0, Kind::real);
    return write(array, to, 0, total(value.a.parts[0], value.b ? value.b->parts[0] : nullptr, old));
  }
  const Parts a = n_.spread(value.a);
  const Parts b = value.b ? n_.spread(*value.b) : Parts(a.size(), nullptr);
  for (std::size_t t = 0; t < a.size(); ++t) {
    llvm::Value* old = read(array, to, t, Kind::real);
    llvm::Value* sum = total(a[t], b[t], old);
    // A select and a plain store where the memory is ours alone: no masked store to wait for.
    if (c_.axis.masked() && to.contiguous && array.lanes != 0) {
      const llvm::Align align(8);
      c_.ir.CreateAlignedStore(c_.ir.CreateSelect(c_.axis.mask[t], sum, old), to.pointers[t],
                               align);
    } else {
      write(array, to, t, sum);
    }
  }
}

Number Arrays::load(const Array& array, std::span<const Number> indices) {
  return load_at(array, locate(array, indices));
}

void Arrays::store(const Array& array, std::span<const Number> indices, const Number& value) {
  store_at(array, locate(array, indices), value);
}

void Arrays::add(const Array& array, std::span<const Number> indices, const Summand& value) {
  add_at(array, locate(array, indices), value);
}

Array Arrays::part(const Array& array, std::span<const Number> indices, Type type) {
  Array out = array;
  out.offset = locate(array, indices);
  out.strides.erase(out.strides.begin(), out.strides.begin() + std::int64_t(indices.size()));
  out.type = std::move(type);
  return out;
}

Array Arrays::slice(const Array& array, const Number& first, Type type) {
  Array out = array;
  const std::int64_t room = array.type.dims[0] - type.dims[0];
  Number from = first;
  if (const auto bad = n_.outside(first, room + 1)) {
    c_.reject(*bad);
    from = n_.select(*bad, n_.integer(0), first);
  }
  out.offset = n_.add(array.offset, n_.scale(from, array.strides[0]));
  out.type = std::move(type);
  return out;
}

}  // namespace tyche::codegen
