// From a model to a log density of an unconstrained vector, as one run sees its choices.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/ir/layout.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/passes/run.hpp"

namespace tyche::passes {

/// How the parameters lie in the unconstrained vector whose prior has a location and a scale that
/// other parameters move: as they are written, or each by a degree of its own.
enum class Centring : std::uint8_t { written, by_degree };

/// Degrees are given in sixteenths, from 0, non-centred, to 16, centred: as written.
inline constexpr int whole_centring = 16;

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
///
/// By degree, u is vector[d + n], its last n numbers the degrees of the n elements that
/// Layout::recentred counts. A degree of c sixteenths, w = floor(c) / 16, has the slope 0, and
/// makes of u the value m + s^(1 - w) (u - w m), for prior location m and scale s (Gorinova, Moore
/// and Hoffman 2020, section 4). `outputs` then records nothing but each such parameter's location
/// and the logarithm of its scale, as NAME.location and NAME.log_scale.
Result<Resolved> resolve(ir::Program program, const Run& run,
                         Centring centring = Centring::written);

}  // namespace tyche::passes
