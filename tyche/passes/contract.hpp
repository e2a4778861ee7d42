// The last passes before code is made.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// A product that is used once, by a sum or difference, becomes part of an fma.
ir::Program contract(ir::Program program);

/// A sum over many rows of log(1 + e), 0 <= e <= 1, becomes logs of products of some 32 rows, kept
/// in memory between: a product and a load for a polynomial of degree 20. What divides by 1 + e
/// does so.
ir::Program log_products(ir::Program program);

/// Plates that are not inside a plate sum in lanes, those inside one after the other.
ir::Program order(ir::Program program);

/// Adds to elements that data pick, where rows are at most eight times the array's elements, are
/// made in turn.
ir::Program add_in_turn(ir::Program program);

}  // namespace tyche::passes
