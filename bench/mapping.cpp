// Which mapping is faster, chains in lanes or the rows of one chain, and which the cost model
// takes: a gradient of each of eight chains, both ways in turns.
#include <array>
#include <cstdio>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/models/models.hpp"
#include "tyche/base/error.hpp"

namespace bench {
namespace {

void compare(const std::string& name, const tyche::Model& model) {
  using tyche::Mapping;
  const auto eight = compiled(model, Mapping::chains, 8), one = compiled(model, Mapping::rows, 1);
  const auto ns = contest(std::array{gradients(eight, 8), gradients(one, 1, 8)});
  const tyche::GradientCost cost = eight->cost();
  std::printf("%-20s chains %8.1f ns, rows %8.1f, ratio %.2f; by the model %8.1f, %8.1f, %.2f\n",
              name.c_str(), ns[0] / 8, ns[1] / 8, ns[1] / ns[0], cost.chains, cost.rows,
              cost.rows / cost.chains);
  std::fflush(stdout);
}

}  // namespace
}  // namespace bench

int main() try {
  using namespace bench;
  for (const auto& [name, model] : models_of_all_shapes()) compare(name, model);
} catch (const tyche::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
