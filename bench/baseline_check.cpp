// Exits 1 unless every hand-written gradient is its density's difference quotient.
#include <cmath>
#include <cstdio>

#include "bench/baseline/gradients.hpp"
#include "bench/measure/rival.hpp"

namespace bench {
namespace {

// Fourth-order central difference of the log density along coordinate i.
double difference_quotient(const Rival& rival, std::vector<double> u, std::size_t i) {
  constexpr double h = 1e-4;
  std::vector<double> unused(u.size());
  const double centre = u[i];
  const auto at = [&](double steps) {
    u[i] = centre + steps * h;
    return rival.log_density(u.data(), unused.data());
  };
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
}

// An error of 1e-7 is far above rounding and far below a wrong term.
bool check(const Rival& rival) {
  double worst = 0;
  for (int k = 0; k < 2; ++k) {
    const auto u = point(rival.dimension, k);
    std::vector<double> gradient(u.size());
    rival.log_density(u.data(), gradient.data());
    for (std::size_t i = 0; i < u.size(); ++i) {
      const double error = std::fabs(difference_quotient(rival, u, i) - gradient[i]);
      worst = std::fmax(worst, error / (1 + std::fabs(gradient[i])));
    }
  }
  const bool right = worst < 1e-7;
  std::printf("%s %s: gradient within %.1e\n", right ? "ok" : "WRONG", rival.name.c_str(), worst);
  return right;
}

bool check_all() {
  bool right = true;
  for (const auto seed : {first_seed, second_seed}) {
    right &= check(baseline("logistic", 21, logistic(1000, 20, seed), logistic));
    right &= check(baseline("sv", 102, volatility(100, seed), volatility));
    right &= check(baseline("radon", 89, radon(seed), radon));
  }
  right &= check(baseline("eight schools", 10, eight_schools(), eight_schools_centered));
  right &= check(baseline("non-centred", 10, eight_schools(), eight_schools_noncentered));
  return right;
}

}  // namespace
}  // namespace bench

int main() { return bench::check_all() ? 0 : 1; }
