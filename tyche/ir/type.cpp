#include "tyche/ir/type.hpp"

#include <cassert>

namespace tyche::ir {

bool Type::is_container() const {
  switch (kind) {
    case Kind::vector:
    case Kind::row_vector:
    case Kind::matrix:
      return true;
    case Kind::array:
      return parts[0].is_scalar() || parts[0].is_container();
    default:
      return false;
  }
}

Kind Type::element() const {
  if (kind == Kind::array) return parts[0].element();
  if (kind == Kind::vector || kind == Kind::row_vector || kind == Kind::matrix) return Kind::real;
  return kind;
}

std::vector<std::int64_t> Type::shape() const {
  std::vector<std::int64_t> all = dims;
  if (kind == Kind::array) {
    for (std::int64_t dim : parts[0].shape()) all.push_back(dim);
  }
  return all;
}

std::int64_t Type::size() const {
  std::int64_t product = 1;
  for (std::int64_t dim : shape()) {
    assert(dim != unknown);
    product *= dim;
  }
  return product;
}

static std::string listed(const std::vector<std::int64_t>& dims) {
  std::string text = "[";
  for (std::int64_t dim : dims) {
    if (text.size() > 1) text += ", ";
    text += dim == unknown ? "?" : std::to_string(dim);
  }
  return text + "]";
}

static std::string listed(const std::vector<Type>& types) {
  std::string text = "(";
  for (const Type& type : types) {
    if (text.size() > 1) text += ", ";
    text += to_string(type);
  }
  return text + ")";
}

std::string to_string(const Type& type) {
  switch (type.kind) {
    case Kind::real:
      return "real";
    case Kind::integer:
      return "integer";
    case Kind::boolean:
      return "boolean";
    case Kind::complex:
      return "complex";
    case Kind::vector:
      return "vector" + listed(type.dims);
    case Kind::row_vector:
      return "row_vector" + listed(type.dims);
    case Kind::matrix:
      return "matrix" + listed(type.dims);
    case Kind::array:
      return "array" + listed(type.dims) + " " + to_string(type.parts[0]);
    case Kind::tuple:
      return "tuple" + listed(type.parts);
    case Kind::function:
      return "function" + listed(type.parts);
    case Kind::none:
      return "none";
  }
  return "?";
}

std::int64_t storage_offset(const Type& type, const std::vector<std::int64_t>& indices) {
  if (type.kind == Kind::matrix) return indices[0] + indices[1] * type.dims[0];
  std::int64_t offset = 0;
  for (std::size_t k = 0; k < type.dims.size(); ++k) offset = offset * type.dims[k] + indices[k];
  if (type.kind != Kind::array || type.parts[0].is_scalar()) return offset;
  const std::vector<std::int64_t> rest(indices.begin() + std::int64_t(type.dims.size()),
                                       indices.end());
  return offset * type.parts[0].size() + storage_offset(type.parts[0], rest);
}

}  // namespace tyche::ir
