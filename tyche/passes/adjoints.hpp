// Where adjoints are kept while a region is reversed.
#pragma once
#include <functional>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// Adjoints of scalars in the region at hand, those of values from around it included.
using Scope = std::unordered_map<std::uint32_t, Value>;

/// Adds w to the adjoint of the scalar v.
void accumulate(Builder& b, Scope& scope, Value v, Value w);

using AtElement = std::function<void(Builder&, const std::vector<Value>&)>;

/// Calls f(builder, indices) for each element of an array of this type, in plates: f adds.
void each_element(Builder& b, Type type, const AtElement& f);
/// The same in loops: f stores.
void each_in_turn(Builder& b, Type type, const AtElement& f);

/// A new local full of zeros.
Value zeros(Builder& b, Type type);

/// Adjoints of arrays: a local each, or a view into another array's.
class Buffers {
 public:
  /// The adjoint of `array` is `buffer`, a local of its type.
  void set(Value array, Value buffer) { buffers_[array.id] = buffer; }
  /// `part` is an immutable slice or part of an array: `made` says which.
  void set_view(Value part, const Instruction& made) { views_[part.id] = made; }
  bool has(Value array) const { return buffers_.contains(array.id) || views_.contains(array.id); }

  /// Adds w to the adjoint of an element.
  void add(Builder& b, Value array, std::vector<Value> indices, Value w) const;
  /// Adds the elements of `source`, an array of the same type.
  void add_all(Builder& b, Value array, Value source) const;
  /// An array that holds the adjoint (a view is gathered).
  Value whole(Builder& b, Value array) const;
  Value element(Builder& b, Value array, std::vector<Value> indices) const;
  void clear(Builder& b, Value array, std::vector<Value> indices) const;

 private:
  /// The buffer behind, and the indices into it.
  Value locate(Builder& b, Value array, std::vector<Value>& indices) const;

  std::unordered_map<std::uint32_t, Value> buffers_;
  std::unordered_map<std::uint32_t, Instruction> views_;
};

}  // namespace tyche::passes
