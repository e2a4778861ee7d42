// Derivative rules of arithmetic and elementary operations, each once.
#pragma once
#include <array>
#include <optional>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// Appends to `b` what reverse mode adds to the adjoint of each operand when that of the result of
/// `instruction` is w; absent where the derivative is zero. None: the op has no rule.
std::optional<std::array<Value, 3>> partials(Builder& b, const Instruction& instruction, Value w);

/// Whether what `partials` gives for operand k is w, -w, one of them or zero, or w times a finite
/// constant: exactly zero where w is, whatever the operands are.
bool vanishes(const Instruction& instruction, std::size_t k, const Constants& constants);

/// Whether `partials` has a rule for it.
bool has_derivative(Op op);

/// Whether results of `op` have derivative zero everywhere it exists, or are no reals.
bool is_flat(Op op);

}  // namespace tyche::passes
