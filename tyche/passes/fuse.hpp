// Plates that walk the same indices become one.
#pragma once
#include "tyche/ir/program.hpp"

namespace tyche::passes {

/// Plates with equal count and order become one where the later reads what the earlier maps at its
/// own index alone, or nothing of it, and what the earlier maps is read nowhere else. A mapped
/// result that only copies elements of an array becomes a slice of it. Sums keep their order, so
/// bits stay.
ir::Program fuse(ir::Program program);

}  // namespace tyche::passes
