// Times what Tyche is measured against, alone: hand-written C++ and stanli. One JSON line each:
// {"model", "peer", "ns", "d", "log_density_difference", "gradient_norm"}, the difference from
// point(d, 1) to point(d, 0), the norm of the gradient at point(d, 0).
#include <cmath>
#include <cstdio>

#include "bench/baseline/gradients.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/rival.hpp"
#include "bench/peers/stanli.hpp"

namespace bench {
namespace {

void report(const char* peer, const Rival& rival) {
  const Answer found = answer(rival);
  double square = 0;
  for (const double g : found.gradient) square += g * g;
  const double ns = contest({&rival.repeat, 1})[0];
  std::printf(
      "{\"model\": \"%s\", \"peer\": \"%s\", \"ns\": %.1f, \"d\": %d, "
      "\"log_density_difference\": %.15g, \"gradient_norm\": %.15g}\n",
      rival.name.c_str(), peer, ns, rival.dimension, found.difference, std::sqrt(square));
  std::fflush(stdout);
}

void report_machine() {
  const auto machine = measure_machine();
  std::printf(
      "{\"machine\": {\"operations_per_ns\": %.1f, \"fma_latency_ns\": %.2f, "
      "\"l1_bytes_per_ns\": %.0f, \"l2_bytes_per_ns\": %.0f, \"far_bytes_per_ns\": %.0f}}\n",
      machine.operations, machine.latency, machine.l1, machine.l2, machine.far);
}

void report_stanli(const char* workload) {
  const auto stan = open_stanli(workload);
  if (stan)
    report("stanli", rival(workload, stan->dimension(), *stan));
  else
    std::fprintf(stderr, "%s\n", to_string(stan.error()).c_str());
}

void report_all() {
  report_machine();
  const auto schools = eight_schools();
  report("C++", baseline("eight_schools_centered", 10, schools, eight_schools_centered));
  report("C++", baseline("eight_schools_noncentered", 10, schools, eight_schools_noncentered));
  for (const int n : {1000, 100000})
    report("C++", baseline("logistic " + std::to_string(n) + " x 20", 21,
                           logistic(n, 20, first_seed), logistic));
  for (const int length : {100, 3000})
    report("C++", baseline("sv " + std::to_string(length), 2 + length,
                           volatility(length, first_seed), volatility));
  report("C++", baseline("radon", 89, radon(first_seed), radon));
  for (const char* workload : stanli_workloads) report_stanli(workload);
}

}  // namespace
}  // namespace bench

int main() { bench::report_all(); }
