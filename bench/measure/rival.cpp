// Rounding of a log density is in proportion to its size, not to that of a difference.
#include "bench/measure/rival.hpp"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

double log_density_at(const Rival& rival, int k) {
  std::vector<double> unused(static_cast<std::size_t>(rival.dimension));
  return rival.log_density(point(rival.dimension, k).data(), unused.data());
}

}  // namespace

Answer answer(const Rival& rival) {
  Answer answer{.difference = 0,
                .gradient = std::vector<double>(static_cast<std::size_t>(rival.dimension))};
  answer.difference = rival.log_density(point(rival.dimension, 0).data(), answer.gradient.data()) -
                      log_density_at(rival, 1);
  return answer;
}

double disagreement(const Rival& left, const Rival& right) {
  if (left.dimension != right.dimension) return INFINITY;
  const Answer a = answer(left), b = answer(right);
  const double size = 1 + std::fabs(log_density_at(left, 0)) + std::fabs(log_density_at(left, 1));
  double worst = std::fabs(a.difference - b.difference) / size;
  const auto note = [&](double relative) {
    worst = std::isnan(relative) ? INFINITY : std::max(worst, relative);
  };
  note(worst);
  for (std::size_t i = 0; i < a.gradient.size(); ++i)
    note(std::fabs(a.gradient[i] - b.gradient[i]) / (1 + std::fabs(b.gradient[i])));
  return worst;
}

}  // namespace bench
