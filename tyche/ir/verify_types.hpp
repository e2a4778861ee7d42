// The part of verify that looks at one instruction alone: counts and types.
#pragma once
#include <optional>
#include <string>

#include "tyche/ir/program.hpp"

namespace tyche::ir {

struct Mismatch {
  std::string expected;
  std::string found;
};

/// Equal, where a dim `?` equals any.
bool agree(const Type& a, const Type& b);

/// Of scalars, containers, tuples and functions made of such, dims at least 0 or `?`.
bool well_formed(const Type& type);

/// Number of operands, results and regions, and types of operands, results, region arguments and
/// yields. Values in range and regions that end as they should are checked before.
std::optional<Mismatch> check_types(const Program& program, const Instruction& instruction);

}  // namespace tyche::ir
