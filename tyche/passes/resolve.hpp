// From a model to a log density of an unconstrained vector, as one run sees its choices.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/layout.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/passes/run.hpp"

namespace tyche::passes {

struct Resolved {
  ir::Program program;
  ir::Layout layout;
};

/// `density` gets the argument u: vector[d] and loses its choices. A sampled one reads its k
/// unconstrained values (element e from offset + e k on, e being the row-major index in the plates
/// and loops around it), and adds its log Jacobian and its log density; an observed one reads data
/// at the indices of the plates and loops around it and adds a likelihood whose observation is e; a
/// fixed one reads data; an inverted one too, and `outputs` records its unconstrained values, for
/// element after element. `outputs` begins with each sampled parameter's constrained value, under
/// its name and with the dims of the plates first; choices in `outputs` are drawn by their sampler.
/// Shapes must be bound and functions inlined. Errors name the choice: twice the same name, no
/// transform (discrete), in a branch or a while, in a plate of unknown count, data of other dims.
Result<Resolved> resolve(ir::Program program, const Run& run);

}  // namespace tyche::passes
