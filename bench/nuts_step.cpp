// What does a leapfrog step of NUTS, and of the other kernels, cost beside the gradient, and what
// does a metric add to it? Standard normal, draws written to memory, adaptation on.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/measure/contest.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/row.hpp"
#include "tests/oracle/chains.hpp"
#include "tyche/infer/coordinates.hpp"

namespace {

/// The standard normal.
class Normal : public tyche::Density {
 public:
  explicit Normal(int dimension) : target_{dimension, 0} {}
  int dimension() const override { return target_.dimension; }
  std::unique_ptr<tyche::Evaluator> evaluator(int lanes) const override {
    return std::make_unique<Lanes>(target_, lanes);
  }

 private:
  struct Lanes : tyche::Evaluator {
    Lanes(const oracle::Target& target, int lanes)
        : Evaluator(oracle::target_kernels().normal[lanes == 8], lanes), target(target) {}
    void* context() override { return &target; }
    oracle::Target target;
  };
  oracle::Target target_;
};

/// A standard normal's metric is the identity, by so many directions all the same.
tyche::Whitening directions(int dimension, int rank) {
  tyche::Whitening out = tyche::identity(dimension);
  out.directions.resize(std::size_t(rank * dimension));
  for (int k = 0; k < rank; ++k) out.directions[std::size_t(k * dimension + k)] = 1;
  out.stretch.assign(std::size_t(rank), 1.0);
  return out;
}

/// Warmed-up chains that go on drawing into the same buffers.
class Walk {
 public:
  Walk(int dimension, int lanes, tyche::LaneEvaluate evaluate, void* context,
       tyche::Kernel kernel = tyche::Kernel::nuts)
      : evaluate_(evaluate),
        context_(context),
        chains_(dimension, lanes, tyche::cpu_level(), kernel) {
    auto& group = chains_.group;
    group.settings.seed = 1;
    group.settings.target_accept = tyche::usual_acceptance(kernel);
    chains_.set(0.5);
    const std::uint32_t all = (1u << lanes) - 1;
    chains_.kernels.find_step_size(group, evaluate_, context_, all);
    for (int k = 0; k < lanes; ++k) {
      group.adapt[k] = tyche::adapt_step_size | tyche::adapt_metric;
    }
    buffers_ = chains_.run(evaluate_, context_, dimension < 500 ? 2000 : 300);
    group.clock = tyche::best_clock(buffers_[0].draws.data(), int(buffers_[0].draws.size()));
    for (int k = 0; k < lanes; ++k) group.stop_at[k] = ~std::uint64_t(0);
    recycle();
  }

  void steps(std::int64_t count) {
    auto& group = chains_.group;
    const std::uint64_t end = group.steps + std::uint64_t(count);
    while (group.steps < end) {
      chains_.kernels.advance(group, evaluate_, context_, std::int64_t(end - group.steps));
      recycle();
    }
  }

  /// The gradient at the chains' positions, each call waiting for the last if `chained`.
  void gradients(int count, bool chained) {
    const int n = chains_.group.dimension * chains_.group.lanes;
    std::vector<double> q(std::size_t(n), 0.3), g(q), log_density(8);
    for (int i = 0; i < count; ++i) {
      evaluate_(context_, q.data(), g.data(), log_density.data());
      if (chained) q[0] = g[0];
    }
  }

  /// Leapfrogs of chains over gradients of the group, since the start.
  double occupancy() const {
    return double(leapfrogs_) /
           double((chains_.group.steps - first_step_) * std::uint64_t(chains_.group.lanes));
  }
  int clock() const { return chains_.group.clock; }

 private:
  void recycle() {
    auto& group = chains_.group;
    for (int k = 0; k < group.lanes; ++k) {
      auto& out = group.output[k];
      if (first_step_ == 0) out.count = 0;
      for (int i = 0; i < out.count; ++i) leapfrogs_ += std::uint64_t(out.draws[i].leapfrogs);
      out.count = out.divergence_count = 0;
    }
    if (first_step_ == 0) first_step_ = group.steps;
  }

  const tyche::LaneEvaluate evaluate_;
  void* const context_;
  oracle::Chains chains_;
  std::vector<oracle::Chain> buffers_;
  std::uint64_t leapfrogs_ = 0, first_step_ = 0;
};

struct Cost {
  double step, gradient, cycle, occupancy;  // ns; ns; ns
};

Cost cost(int dimension, int lanes, bool chained, tyche::Kernel kernel = tyche::Kernel::nuts) {
  const Normal density(dimension);
  const auto evaluator = density.evaluator(lanes);
  Walk walk(dimension, lanes, evaluator->evaluate, evaluator->context(), kernel);
  constexpr int batch = 64;  // whole ticks of any clock
  const bench::Contender contenders[] = {[&](int n) { walk.steps(n * batch); },
                                         [&](int n) { walk.gradients(n * batch, chained); },
                                         bench::pass_cycles};
  const auto ns = bench::contest(contenders, 31, 5e-3);
  return {ns[0] / batch, ns[1] / batch, ns[2] / bench::cycles_a_call, walk.occupancy()};
}

/// A step in a metric of so many directions over one without, the gradient apart from both.
double metric_cost(int dimension, int lanes, int rank, bool dense) {
  const Normal density(dimension);
  const auto evaluator = density.evaluator(lanes);
  Walk plain(dimension, lanes, evaluator->evaluate, evaluator->context());
  tyche::Coordinates coordinates(density, lanes, rank, dense, false);
  for (int k = 0; k < lanes; ++k) coordinates.set(k, directions(dimension, rank));
  Walk metric(dimension, lanes, tyche::Coordinates::evaluate, &coordinates);
  constexpr int batch = 64;
  const bench::Contender contenders[] = {[&](int n) { plain.steps(n * batch); },
                                         [&](int n) { metric.steps(n * batch); },
                                         [&](int n) { plain.gradients(n * batch, lanes == 1); }};
  const auto ns = bench::contest(contenders, 31, 5e-3);
  return (ns[1] - ns[2]) / (ns[0] - ns[2]);
}

/// Rows of 64 bytes that a step of eight lanes cannot but move: six arrays read, three written, and
/// two turn tests on average, each against a momentum and a sum.
double moved_bytes(int dimension) { return (6 + 3 + 2 * 2) * 64.0 * dimension; }

void report(const std::string& name, const Cost& c) {
  const double rest = c.step - c.gradient;
  char peer[100];
  std::snprintf(peer, sizeof peer, "gradient %.0f ns beside it; %.0f cycles at %.2f GHz",
                c.gradient, rest / c.cycle, 1 / c.cycle);
  bench::print({.name = name, .measured = rest, .unit = "ns", .peer = peer, .floor = {}});
}

}  // namespace

int main() {
  double occupancy = 1;
  for (const int d : {10, 100}) {
    const Cost lanes = cost(d, 8, false);
    report("NUTS step, 8 lanes, d = " + std::to_string(d), lanes);
    occupancy = std::min(occupancy, lanes.occupancy);
    report("NUTS step, one chain, d = " + std::to_string(d), cost(d, 1, true));
  }
  for (const int lanes : {8, 1}) {
    const std::string width = lanes == 8 ? "8 lanes" : "one chain";
    for (const bool dense : {true, false}) {
      const int d = dense ? 10 : 100;
      bench::print(
          {.name = (dense ? "dense metric, d = 10, " : "metric of rank 10, d = 100, ") + width,
           .measured = metric_cost(d, lanes, 10, dense),
           .unit = "times the step without",
           .peer = {},
           .floor = {}});
    }
  }
  for (const tyche::Kernel kernel : tyche::all_kernels) {
    if (kernel == tyche::Kernel::nuts) continue;
    for (const int d : {10, 100}) {
      const std::string of = std::string(name(kernel)) + " step, ",
                        at = ", d = " + std::to_string(d);
      report(of + "8 lanes" + at, cost(d, 8, false, kernel));
      report(of + "one chain" + at, cost(d, 1, true, kernel));
    }
  }
  const Cost wide = cost(1000, 8, false);
  const double floor = moved_bytes(1000) / bench::measure_machine().l2;
  bench::print({.name = "NUTS step, 8 lanes, d = 1000",
                .measured = (wide.step - wide.gradient) / floor,
                .unit = "times the memory floor",
                .peer = "floor " + std::to_string(int(floor)) + " ns",
                .floor = {}});
  bench::print({.name = "NUTS lane occupancy",
                .measured = std::min(occupancy, wide.occupancy),
                .unit = "",
                .peer = {},
                .floor = {}});
}
