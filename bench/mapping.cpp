// Which mapping is faster, chains in lanes or the rows of one chain, and which the cost model
// takes: a gradient of each of eight chains, both ways in turns.
#include <array>
#include <cstdio>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/models/models.hpp"
#include "tyche/base/error.hpp"
#include "tyche/compile/compiled.hpp"
#include "tyche/passes/pipeline.hpp"

namespace bench {
namespace {

std::shared_ptr<tyche::Compiled> mapped(const tyche::Model& model, tyche::Mapping mapping,
                                        int lanes) {
  auto prepared = tyche::passes::prepare(model.program(), {}, model.data());
  if (!prepared) throw tyche::Failure(prepared.error());
  auto made = tyche::Compiled::compile(std::move(prepared->gradient), model.data(),
                                       {.mapping = mapping, .lanes = lanes});
  if (!made) throw tyche::Failure(made.error());
  return *made;
}

Contender eight_gradients(std::shared_ptr<tyche::Compiled> density, int lanes) {
  const std::shared_ptr<tyche::Evaluator> evaluator = density->evaluator(lanes);
  std::vector<double> q;
  for (const double u : point(density->dimension(), 0)) q.insert(q.end(), std::size_t(lanes), u);
  return [density, evaluator, lanes, q, gradient = q](int calls) mutable {
    std::array<double, 8> lp;
    for (int i = 0; i < calls * 8 / lanes; ++i)
      evaluator->evaluate(evaluator->context(), q.data(), gradient.data(), lp.data());
  };
}

void compare(const std::string& name, const tyche::Model& model) {
  using tyche::Mapping;
  const auto eight = mapped(model, Mapping::chains, 8), one = mapped(model, Mapping::rows, 1);
  const auto ns = contest(std::array{eight_gradients(eight, 8), eight_gradients(one, 1)});
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
