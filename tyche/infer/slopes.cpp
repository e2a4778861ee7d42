#include "tyche/infer/slopes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tyche/base/aligned_bytes.hpp"

namespace tyche {

std::vector<double> slopes(Evaluator& density, std::span<const double> rows, int dimension,
                           std::span<const double> further) {
  const auto lanes = static_cast<std::size_t>(density.lanes),
             d = static_cast<std::size_t>(dimension), count = rows.size() / d;
  const std::size_t numbers = (d + further.size() + 8) * lanes;
  const AlignedBytes input(numbers * sizeof(double)), gradient(numbers * sizeof(double));
  std::vector<double> log_density(lanes), out(rows.size());
  for (std::size_t i = 0; i < further.size(); ++i) {
    std::fill_n(input.reals() + (d + i) * lanes, lanes, further[i]);
  }
  for (std::size_t first = 0; first < count; first += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t row = std::min(first + lane, count - 1);  // lanes to spare repeat the last
      for (std::size_t i = 0; i < d; ++i) input.reals()[i * lanes + lane] = rows[row * d + i];
    }
    density.evaluate(density.context(), input.reals(), gradient.reals(), log_density.data());
    for (std::size_t lane = 0; lane < std::min(lanes, count - first); ++lane) {
      double* const to = &out[(first + lane) * d];
      bool finite = std::isfinite(log_density[lane]);
      for (std::size_t i = 0; i < d; ++i) {
        to[i] = gradient.reals()[i * lanes + lane];
        finite &= std::isfinite(to[i]);
      }
      if (!finite) std::fill_n(to, d, std::numeric_limits<double>::quiet_NaN());
    }
  }
  return out;
}

}  // namespace tyche
