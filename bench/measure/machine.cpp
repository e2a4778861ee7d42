// Peak rates by loops that do one thing: independent fma, dependent fma, reads of a given span.
#include "bench/measure/machine.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "bench/measure/contest.hpp"

namespace bench {
namespace {

using Vector = double __attribute__((vector_size(64)));
using Vectors = Vector __attribute__((aligned(64)));

volatile double sink;

void keep(Vector value) { sink = value[0]; }

// Twelve chains: more than the latency of four cycles times two units.
void independent_fma(int calls) {
  std::array<Vectors, 12> sums{};
  const Vector factor = Vector{} + 0.999999, term = Vector{} + 1e-6;
  for (int call = 0; call < calls; ++call)
    for (int i = 0; i < 100; ++i)
      for (auto& sum : sums) sum = __builtin_elementwise_fma(sum, factor, term);
  for (const auto& sum : sums) keep(sum);
}

void dependent_fma(int calls) {
  Vector sum{};
  const Vector factor = Vector{} + 0.999999, term = Vector{} + 1e-6;
  for (int call = 0; call < calls; ++call)
    for (int i = 0; i < 100; ++i) sum = __builtin_elementwise_fma(sum, factor, term);
  keep(sum);
}

// The maximum needs no more than the load's own throughput and cannot be left out.
void read(const std::vector<Vector>& span, int calls) {
  std::array<Vectors, 8> sums{};
  for (int call = 0; call < calls; ++call)
    for (std::size_t i = 0; i + 8 <= span.size(); i += 8)
      for (std::size_t k = 0; k < 8; ++k) sums[k] += span[i + k];
  for (const auto& sum : sums) keep(sum);
}

}  // namespace

Machine measure_machine() {
  const auto span = [](int kib) {
    return std::vector<Vector>(static_cast<std::size_t>(kib) * 16, Vector{} + 1e-3);
  };
  const auto near = span(16), middle = span(512), far = span(16 * 1024);
  const auto time = contest(std::array<Contender, 5>{
      independent_fma, dependent_fma, [&](int calls) { read(near, calls); },
      [&](int calls) { read(middle, calls); }, [&](int calls) { read(far, calls); }});
  return {.operations = 100 * 12 * 8 / time[0],
          .latency = time[1] / 100,
          .l1 = 16 * 1024 / time[2],
          .l2 = 512 * 1024 / time[3],
          .far = 16 * 1024 * 1024 / time[4]};
}

// An integer multiplication waits three cycles for the one before, on every core with AVX2.
void pass_cycles(int calls) {
  unsigned long x = 3;
  for (int i = 0; i < calls * 100; ++i) {
    asm volatile("imul %0, %0\nimul %0, %0\nimul %0, %0\nimul %0, %0" : "+r"(x));
  }
}

double floor_ns(const Machine& machine, const Work& work) {
  const double rate = work.bytes <= 32e3  ? machine.l1
                      : work.bytes <= 1e6 ? machine.l2
                                          : machine.far;
  return std::max(
      {work.operations / machine.operations, work.bytes / rate, work.chain * machine.latency});
}

}  // namespace bench
