// Reads the printed form of programs (print.hpp) back.
#pragma once
#include <string_view>

#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"

namespace tyche::ir {

/// The program that prints as `text`, with the same value numbers. Checks only the form; what it
/// gives goes through verify before use. Value numbers go up to 4 million, braces 200 deep.
Result<Program> parse(std::string_view text);

}  // namespace tyche::ir
