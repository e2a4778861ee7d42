// Gradients of a density at many positions of one chain, by whatever lanes there are.
#pragma once
#include <span>
#include <vector>

#include "tyche/contracts/density.hpp"

namespace tyche {

/// At each of `rows` [count][dimension], each followed by the inputs `further`; [count][dimension].
/// Rows where log density or gradient are not finite are of NaN.
std::vector<double> slopes(Evaluator& density, std::span<const double> rows, int dimension,
                           std::span<const double> further);

}  // namespace tyche
