#include "tyche/interpret/cell.hpp"

#include <limits>
#include <span>

namespace tyche::interpret {

using ir::Array;
using ir::Kind;
using ir::Type;

namespace {

bool holds_reals(const Type& type) { return type.element() == Kind::real; }

/// The type with its first `count` dims removed, of an array of scalars the scalar.
Type without_dims(const Type& type, std::size_t count) {
  if (count == type.dims.size()) return type.kind == Kind::array ? type.parts[0] : Type::real();
  if (type.kind == Kind::matrix && count == 1) return Type::row_vector(type.dims[1]);
  Type rest = type;
  rest.dims.erase(rest.dims.begin(), rest.dims.begin() + std::int64_t(count));
  return rest;
}

}  // namespace

Part locate(const Type& container, std::span<const std::int64_t> indices) {
  Part part;
  const Type* at = &container;
  std::size_t used = 0;
  while (true) {
    const std::size_t here = std::min(at->dims.size(), indices.size() - used);
    const auto given = indices.subspan(used, here);
    for (std::size_t k = 0; k < here; ++k) {
      if (given[k] >= 0 && given[k] < at->dims[k]) continue;
      part.outside = int(used + k);
      return part;
    }
    used += here;
    if (at->kind == Kind::matrix && here > 0) {
      part.offset += given[0] + (here == 2 ? given[1] * at->dims[0] : 0);
      part.stride = here == 1 ? at->dims[0] : 1;
    } else if (at->kind != Kind::matrix) {
      std::int64_t position = 0;
      for (std::size_t k = 0; k < at->dims.size(); ++k) {
        position = position * at->dims[k] + (k < here ? given[k] : 0);
      }
      part.offset += position * (at->kind == Kind::array ? at->parts[0].size() : 1);
    }
    const bool inside = at->kind == Kind::array && here == at->dims.size();
    if (!inside || used == indices.size()) {
      part.type = without_dims(*at, here);
      part.count = part.type.size();
      return part;
    }
    at = &at->parts[0];
  }
}

Cell box_of(Array array) {
  return {.box = std::make_shared<Box>(Box{.array = std::move(array), .items = {}})};
}

Array filled(const Type& type, bool undefined) {
  Array array{.type = type};
  const std::size_t count = std::size_t(type.size());
  if (holds_reals(type)) {
    array.reals.assign(count, undefined ? std::numeric_limits<double>::quiet_NaN() : 0.0);
  } else {
    array.integers.assign(count, 0);
  }
  return array;
}

Cell load(const Array& container, const Part& part) {
  const std::size_t offset = std::size_t(part.offset);
  const bool real = holds_reals(container.type);
  if (part.type.is_scalar()) {
    if (real) return {.real = container.reals[offset]};
    return {.integer = container.integers[offset]};
  }
  Array out{.type = part.type};
  for (std::int64_t k = 0; k < part.count; ++k) {
    const std::size_t at = offset + std::size_t(k * part.stride);
    if (real) {
      out.reals.push_back(container.reals[at]);
    } else {
      out.integers.push_back(container.integers[at]);
    }
  }
  return box_of(std::move(out));
}

bool store(Array& container, const Part& part, const Cell& value) {
  const std::size_t offset = std::size_t(part.offset);
  const bool real = holds_reals(container.type);
  if (part.type.is_scalar()) {
    if (real) {
      container.reals[offset] = value.real;
    } else {
      container.integers[offset] = value.integer;
    }
    return true;
  }
  const Array& from = value.box->array;
  if (from.type.shape() != part.type.shape()) return false;
  for (std::int64_t k = 0; k < part.count; ++k) {
    const std::size_t at = offset + std::size_t(k * part.stride);
    if (real) {
      container.reals[at] = from.reals[std::size_t(k)];
    } else {
      container.integers[at] = from.integers[std::size_t(k)];
    }
  }
  return true;
}

Array slice(const Array& container, std::int64_t first, std::int64_t count) {
  Type type = container.type;
  const std::int64_t before = type.dims[0];
  type.dims[0] = count;
  Array out = filled(type, false);
  // By columns a matrix has many runs, anything else has one.
  const std::int64_t runs = type.kind == Kind::matrix ? type.dims[1] : 1;
  const std::int64_t whole = before == 0 ? 0 : container.type.size() / before / runs;
  for (std::int64_t run = 0; run < runs; ++run) {
    for (std::int64_t k = 0; k < count * whole; ++k) {
      const std::size_t to = std::size_t(run * count * whole + k);
      const std::size_t from = std::size_t((run * before + first) * whole + k);
      if (holds_reals(type)) {
        out.reals[to] = container.reals[from];
      } else {
        out.integers[to] = container.integers[from];
      }
    }
  }
  return out;
}

Array to_array(const Cell& cell, const Type& type) {
  if (cell.box) return cell.box->array;
  if (type.kind == Kind::real) return {.type = type, .reals = {cell.real}};
  return {.type = type, .integers = {cell.integer}};
}

Cell to_cell(const Array& array) {
  if (array.type.kind == Kind::real) return {.real = array.reals[0]};
  if (array.type.is_scalar()) return {.integer = array.integers[0]};
  return box_of(array);
}

}  // namespace tyche::interpret
