// The printed form of programs: one instruction a line, regions in braces.
//
//   data y : vector[8]
//   function twice : real (%x.0 : real) {
//     %1 : real = add %x.0 %x.0
//     return %1
//   }
//   density (%u.2 : vector[3]) {
//     %3 : integer = constant 8
//     %4 : real, %5 : vector[8] = plate mapped 1 order lanes %3 @ 0 (%i.6 : integer) {
//       ...
//       yield %7 %8
//     }
//     term likelihood %4
//   }
//   location 0 "schools.stan" 12
//
// Reals are the shortest text that reads back as the same number; names that are not identifiers
// are in quotes; `@ n` is the location; `#` begins a comment, which parse ignores.
#pragma once
#include <string>

#include "tyche/ir/program.hpp"

namespace tyche::ir {

std::string print(const Program& program);

/// The first line of an instruction, its regions left out.
std::string print_head(const Program& program, const Instruction& instruction);

/// As operands are printed: `%mu.5`, or `%5` without a hint.
std::string print(const Program& program, Value value);

}  // namespace tyche::ir
