// Rows gathered by group, from few groups to one group every five rows: one chain and eight in
// lanes against a serial loop in C++, and the floor.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "bench/baseline/gradients.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/rival.hpp"
#include "bench/models/models.hpp"
#include "examples/models/regressions.hpp"
#include "tyche/base/error.hpp"
#include "tyche/compile/compiled.hpp"
#include "tyche/ir/print.hpp"
#include "tyche/passes/pipeline.hpp"

namespace bench {
namespace {

std::shared_ptr<tyche::Compiled> mapped(const tyche::Model& model, tyche::Mapping mapping,
                                        int lanes) {
  auto prepared = tyche::passes::prepare(model.program(), {}, model.data());
  if (!prepared) throw tyche::Failure(prepared.error());
  if (std::getenv("DUMP") && lanes == 1) std::puts(tyche::ir::print(prepared->gradient).c_str());
  auto made = tyche::Compiled::compile(std::move(prepared->gradient), model.data(),
                                       {.mapping = mapping, .lanes = lanes});
  if (!made) throw tyche::Failure(made.error());
  return *made;
}

Contender gradients(std::shared_ptr<tyche::Compiled> density, int lanes) {
  const std::shared_ptr<tyche::Evaluator> evaluator = density->evaluator(lanes);
  std::vector<double> q;
  for (const double u : point(density->dimension(), 0)) q.insert(q.end(), std::size_t(lanes), u);
  return [density, evaluator, q, gradient = q](int calls) mutable {
    std::array<double, 8> lp;
    for (int i = 0; i < calls; ++i)
      evaluator->evaluate(evaluator->context(), q.data(), gradient.data(), lp.data());
  };
}

Radon sorted(Radon data) {
  std::sort(data.group.begin(), data.group.end());
  return data;
}

void compare(const Machine& machine, const Radon& data) {
  const auto model = tyche::models::radon(data.group, data.groups, data.x, data.y);
  const auto one = mapped(model, tyche::Mapping::rows, 1);
  const auto eight = mapped(model, tyche::Mapping::chains, 8);
  const Rival serial = baseline("C++", 4 + data.groups, data, radon);
  const auto ns = contest(std::array{serial.repeat, gradients(one, 1), gradients(eight, 8)});
  const double rows = double(data.y.size()), groups = data.groups;
  const double floor1 = floor_ns(
      machine, {.operations = 8 * rows + 6 * groups, .bytes = 20 * rows + 32 * groups, .chain = 0});
  const double floor8 = floor_ns(machine, {.operations = 8 * (8 * rows + 6 * groups),
                                           .bytes = 20 * rows + 8 * 32 * groups,
                                           .chain = 0});
  std::printf(
      "%6.0f rows %6.0f groups: C++ %9.0f ns; one chain %9.0f (%.2f of C++, floor %.0f, %.1f); "
      "eight %9.0f a chain %.0f (%.2f of C++, floor %.0f, %.1f)\n",
      rows, groups, ns[0], ns[1], ns[1] / ns[0], floor1, ns[1] / floor1, ns[2], ns[2] / 8,
      ns[2] / 8 / ns[0], floor8, ns[2] / floor8);
  std::fflush(stdout);
}

}  // namespace
}  // namespace bench

int main(int argc, char**) try {
  if (argc > 1) {
    const auto d = bench::radon(100000, 20000, 50, 1);
    const auto g = bench::gradients(
        bench::mapped(tyche::models::radon(d.group, d.groups, d.x, d.y), tyche::Mapping::rows, 1),
        1);
    g(10000);
    return 0;
  }
  using namespace bench;
  const Machine machine = measure_machine();
  compare(machine, radon(first_seed));
  compare(machine, radon(20000, 2000, 100, first_seed));
  compare(machine, radon(100000, 20000, 50, first_seed));
  std::puts("rows sorted by group:");
  compare(machine, sorted(radon(first_seed)));
  compare(machine, sorted(radon(20000, 2000, 100, first_seed)));
  compare(machine, sorted(radon(100000, 20000, 50, first_seed)));
} catch (const tyche::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
