// Recurrences x -> a x + b of a loop: their a and b, told by what needs no loop. Used by distribute
// alone.
#pragma once
#include <functional>
#include <optional>

#include "tyche/passes/distribute_plan.hpp"

namespace tyche::passes {

/// A factor or summand: one for all rows, or one of the row in hand.
struct Factor {
  Value value;
  bool varies;
};

/// a x + b; a absent: 1, b absent: 0.
struct Form {
  std::optional<Factor> a = {}, b = {};
};

/// Where to write what is one for all rows, and what is of a row; and what the body's values are
/// there.
struct FormPlace {
  Builder &fixed, &rows;
  std::function<Value(Value)> value;
};

/// Of what the carried value k, which must be affine, is after an iteration.
Form form_of(const Instruction& loop, const Distribution& plan, std::size_t k,
             const FormPlace& place);

}  // namespace tyche::passes
