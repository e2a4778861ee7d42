// How long a summary of a large posterior takes: 40,000 parameters of 4 chains of 1,000 draws.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "bench/measure/contest.hpp"
#include "bench/measure/row.hpp"
#include "tyche/base/thread_pool.hpp"
#include "tyche/diagnostics/summary.hpp"

namespace {

constexpr int parameters = 40'000, chains = 4, count = 1000;

/// Autoregressions of coefficients from -0.3 to 0.9, the noise a sum of four uniform numbers.
tyche::Draws autoregressions() {
  tyche::Draws draws({{"theta", {parameters}}}, {}, chains, count);
  for (int chain = 0; chain < chains; ++chain) draws.grow(chain, count);
  tyche::ThreadPool().parallel_for(parameters, 100, [&](tyche::Chunk chunk) {
    std::uint64_t state = chunk.index + 1;
    for (std::size_t k = chunk.begin; k < chunk.end; ++k) {
      const double phi = -0.3 + 1.2 * static_cast<double>(k) / parameters;
      for (int chain = 0; chain < chains; ++chain) {
        double x = 0;
        for (double& draw : draws.writable(static_cast<int>(k), chain, 0)) {
          state = state * 6364136223846793005u + 1442695040888963407u;
          std::uint64_t mixed = (state ^ (state >> 31)) * 0x9E3779B97F4A7C15u;
          double noise = -2;
          for (int part = 0; part < 4; ++part, mixed >>= 16) {
            noise += static_cast<double>(mixed & 0xFFFF) / 65536;
          }
          x = phi * x + noise;
          draw = x;
        }
      }
    }
  });
  return draws;
}

double seconds_of_summary(const tyche::Draws& draws, const tyche::ThreadPool& pool) {
  const auto start = std::chrono::steady_clock::now();
  const tyche::Summary summary = tyche::summarize(draws, pool);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  double worst = 0;
  for (const tyche::ScalarSummary& row : summary.scalars) worst = std::fmax(worst, row.rhat);
  if (!(worst > 1 && worst < 1.5)) std::fprintf(stderr, "R-hat of %g: wrong draws\n", worst);
  return seconds.count();
}

}  // namespace

int main() {
  const tyche::Draws draws = autoregressions();
  const tyche::ThreadPool pool(2);
  std::vector<double> seconds;
  for (int round = 0; round < 3; ++round) seconds.push_back(seconds_of_summary(draws, pool));
  bench::print({.name = "summarize 40000 parameters x 4000 draws, two cores",
                .measured = bench::median(seconds),
                .unit = "s",
                .peer = "",
                .floor = std::nullopt});
}
