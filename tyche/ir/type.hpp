// Types of values: scalars, containers with their dims, tuples and functions.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tyche::ir {

enum class Kind : std::uint8_t {
  real,
  integer,
  boolean,
  complex,  // reserved
  vector,
  row_vector,
  matrix,  // stored by columns
  array,   // of parts[0]; stored with the last index fastest, elements whole
  tuple,
  function,  // parts: arguments, then the result
  none
};

constexpr std::int64_t unknown = -1;  // a dim that data will tell

struct Type {
  Kind kind = Kind::none;
  std::vector<std::int64_t> dims = {};
  std::vector<Type> parts = {};

  static Type real() { return {Kind::real}; }
  static Type integer() { return {Kind::integer}; }
  static Type boolean() { return {Kind::boolean}; }
  static Type vector(std::int64_t n) { return {Kind::vector, {n}}; }
  static Type row_vector(std::int64_t n) { return {Kind::row_vector, {n}}; }
  static Type matrix(std::int64_t rows, std::int64_t cols) { return {Kind::matrix, {rows, cols}}; }
  static Type array(Type element, std::vector<std::int64_t> dims) {
    return {Kind::array, std::move(dims), {std::move(element)}};
  }
  static Type tuple(std::vector<Type> items) { return {Kind::tuple, {}, std::move(items)}; }

  bool is_scalar() const {
    return kind == Kind::real || kind == Kind::integer || kind == Kind::boolean;
  }
  /// Made of numbers of one scalar kind with indices: vector, row_vector, matrix, array of those.
  bool is_container() const;
  /// The scalar kind of the elements of a container, or the kind itself of a scalar.
  Kind element() const;
  /// All indices of a container, outermost first (an array of vectors: its dims, then the
  /// vector's).
  std::vector<std::int64_t> shape() const;
  /// Product of shape(); 1 for a scalar. Dims must be known.
  std::int64_t size() const;

  friend bool operator==(const Type&, const Type&) = default;
};

/// As printed: `real`, `vector[8]`, `array[3, 2] matrix[2, 2]`, `tuple(real, integer)`; unknown:
/// `?`.
std::string to_string(const Type& type);

/// Position of an element in storage, given 0-based indices in range (matrix: column-major).
std::int64_t storage_offset(const Type& type, const std::vector<std::int64_t>& indices);

}  // namespace tyche::ir
