// Rows gathered by group, from few groups to one group every five rows: one chain and eight in
// lanes against a serial loop in C++, and the floor.
#include <algorithm>
#include <array>
#include <cstdio>

#include "bench/baseline/gradients.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/rival.hpp"
#include "bench/models/models.hpp"
#include "examples/models/regressions.hpp"
#include "tyche/base/error.hpp"

namespace bench {
namespace {

Radon sorted(Radon data) {
  std::sort(data.group.begin(), data.group.end());
  return data;
}

void compare(const Machine& machine, const Radon& data) {
  const auto model = tyche::models::radon(data.group, data.groups, data.x, data.y);
  const auto one = compiled(model, tyche::Mapping::rows, 1);
  const auto eight = compiled(model, tyche::Mapping::chains, 8);
  const Rival serial = baseline("C++", 4 + data.groups, data, radon);
  const auto ns = contest(std::array{serial.repeat, gradients(one, 1), gradients(eight, 8)});
  const double rows = double(data.y.size()), groups = data.groups;
  const double floor1 = floor_ns(
      machine, {.operations = 8 * rows + 6 * groups, .bytes = 20 * rows + 32 * groups, .chain = 0});
  const double floor8 = floor_ns(machine, {.operations = 8 * (8 * rows + 6 * groups),
                                           .bytes = 20 * rows + 8 * 32 * groups,
                                           .chain = 0});
  const double times[] = {ns[1], ns[2] / 8}, floors[] = {floor1, floor8 / 8};
  std::printf("%6.0f rows, %5.0f groups: C++ %7.0f ns", rows, groups, ns[0]);
  for (int k = 0; k < 2; ++k) {
    std::printf("; %s %7.0f (%.2f of C++, %.1f of the floor)",
                k == 0 ? "one chain" : "each of eight", times[k], times[k] / ns[0],
                times[k] / floors[k]);
  }
  std::puts("");
  std::fflush(stdout);
}

}  // namespace
}  // namespace bench

int main() try {
  using namespace bench;
  const Machine machine = measure_machine();
  const Radon data[] = {radon(first_seed), radon(20000, 2000, 100, first_seed),
                        radon(100000, 20000, 50, first_seed)};
  for (const Radon& rows : data) compare(machine, rows);
  std::puts("rows sorted by group:");
  for (const Radon& rows : data) compare(machine, sorted(rows));
} catch (const tyche::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
