// The kernels of NUTS and WALNUTS against the recursive sampler: the same trajectories, the same
// probabilities.
#include <gtest/gtest.h>

#include <cmath>

#include "chains.hpp"
#include "nuts.hpp"

namespace oracle {
namespace {

struct Case {
  const char* name;
  Evaluation (*density)(const Vector& q);
  tyche::LaneEvaluate (*evaluate)(int which);
  Target target;
  double step_size;
  tyche::Kernel kernel = tyche::Kernel::nuts;
};

constexpr double rho = 0.9;
constexpr Nuts::Division division{.max_step_error = 0.4, .max_halvings = 6};

Evaluation standard(const Vector& q) { return {-0.5 * dot(q, q), -q}; }

Evaluation equicorrelated(const Vector& q) {
  const double d = double(q.size());
  const Vector g = (rho / (1 + (d - 1) * rho) * q.sum() - q) / (1 - rho);
  return {0.5 * dot(q, g), g};
}

Evaluation neals_funnel(const Vector& q) {
  const double y = q[0], d = double(q.size()), squares = dot(q, q) - y * y;
  Vector g = -q * std::exp(-y);
  g[0] = -y / 9 - 0.5 * (d - 1) + 0.5 * std::exp(-y) * squares;
  return {-y * y / 18 - 0.5 * (d - 1) * y - 0.5 * std::exp(-y) * squares, g};
}

const Case cases[] = {
    {"normal", standard, [](int k) { return target_kernels().normal[k]; }, {10, 0}, 0.9},
    {"correlated",
     equicorrelated,
     [](int k) { return target_kernels().correlated[k]; },
     {5, rho},
     0.45},
    {"funnel", neals_funnel, [](int k) { return target_kernels().funnel[k]; }, {3, 0}, 0.8},
};

/// Passes a density on and keeps every position that it was asked for.
struct Recorder {
  tyche::LaneEvaluate inner;
  Target* target;
  int lanes;
  std::vector<double> q;  // [evaluation][dimension][lanes]

  static void evaluate(void* context, const double* q, double* g, double* log_density) noexcept {
    Recorder& self = *static_cast<Recorder*>(context);
    self.q.insert(self.q.end(), q, q + self.target->dimension * self.lanes);
    self.inner(self.target, q, g, log_density);
  }
  Vector at(std::size_t evaluation, int lane) const {
    const std::size_t d = std::size_t(target->dimension), w = std::size_t(lanes);
    Vector out(d);
    for (std::size_t i = 0; i < d; ++i) out[i] = q[(evaluation * d + i) * w + std::size_t(lane)];
    return out;
  }
};

struct KernelRun {
  std::vector<Chain> chains;
  std::vector<Vector> starts;
  Vector inv_mass;
  Recorder recorder;
};

KernelRun run_kernel(Case c, Target& target, int lanes, int draws) {
  Chains chains(target.dimension, lanes, tyche::cpu_level(), c.kernel);
  chains.group.settings.seed = 11;
  chains.group.settings.max_step_error = division.max_step_error;
  chains.group.settings.max_halvings = division.max_halvings;
  chains.group.clock = 1;  // every evaluation then is a leaf or a start
  chains.set(c.step_size);
  KernelRun run{
      {}, {}, Vector(std::size_t(target.dimension)), {c.evaluate(lanes == 8), &target, lanes, {}}};
  for (int i = 0; i < target.dimension; ++i) {
    const double scale = 0.7 + 0.2 * i;
    run.inv_mass[std::size_t(i)] = scale * scale;
    for (int k = 0; k < lanes; ++k) chains.group.scale[i * lanes + k] = scale;
  }
  for (int k = 0; k < lanes; ++k) {
    Vector q(std::size_t(target.dimension));
    for (int i = 0; i < target.dimension; ++i) {
      q[std::size_t(i)] = chains.group.position[i * lanes + k];
    }
    run.starts.push_back(q);
  }
  run.chains = chains.run(Recorder::evaluate, &run.recorder, draws);
  return run;
}

Nuts::Choices choices_of(std::uint64_t chain, std::uint64_t iteration) {
  const tyche::LaneKernels& kernels = tyche::sampler_kernels(tyche::Kernel::nuts);
  return {[=, &kernels](std::size_t n) {
            Vector p(n);
            kernels.momentum(11, chain, iteration, int(n), &p[0]);
            return p;
          },
          [=, &kernels](int doubling) { return kernels.forward(11, chain, iteration, doubling); },
          [] { return 0.5; }};
}

double distance(const Vector& a, const Vector& b) {
  return (std::abs(a - b) / (1.0 + std::abs(b))).max();
}

/// Probability of each leaf (0 is the start) to be the draw, by the weights of a trajectory.
std::vector<double> draw_probabilities(const Nuts::Info& info) {
  std::vector<double> p(info.leaves.size() + 1, 0.0);
  p[0] = 1;
  double whole = 1;
  for (std::size_t first = 1; first < (std::size_t(1) << info.depth); first *= 2) {
    double sub = 0;
    for (std::size_t n = first; n < 2 * first; ++n) sub += std::exp(info.leaves[n - 1].log_weight);
    const double move = std::min(1.0, sub / whole);
    for (std::size_t n = 0; n < first; ++n) p[n] *= 1 - move;
    for (std::size_t n = first; n < 2 * first; ++n) {
      p[n] = sub > 0 ? move * std::exp(info.leaves[n - 1].log_weight) / sub : 0;
    }
    whole += sub;
  }
  return p;
}

/// What comparing one trajectory after another adds up to.
struct Tally {
  Rng rng{3};
  int trajectories = 0, near_ties = 0, stops[4] = {};
  std::vector<double> count, expected, variance;  // by number of the leaf drawn
  std::vector<int> ranks = std::vector<int>(20);  // of a randomised probability transform

  void add_draw(const std::vector<double>& p, std::size_t drawn, double u) {
    count.resize(std::max(count.size(), p.size()));
    expected.resize(count.size()), variance.resize(count.size());
    double below = 0;
    for (std::size_t n = 0; n < p.size(); ++n) {
      expected[n] += p[n], variance[n] += p[n] * (1 - p[n]);
      if (n < drawn) below += p[n];
    }
    ++count[drawn];
    const double rank = below + u * p[drawn];
    ++ranks[std::min(std::size_t(rank * double(ranks.size())), ranks.size() - 1)];
  }
};

void compare_chain(const Case& c, const KernelRun& run, int lane, Tally& tally) {
  const bool divides = c.kernel == tyche::Kernel::walnuts;
  Nuts::Settings settings{.step_size = c.step_size, .inv_mass = run.inv_mass};
  if (divides) settings.division = division;
  const Nuts nuts(c.density, settings);
  const Chain& chain = run.chains[std::size_t(lane)];
  const std::size_t d = std::size_t(c.target.dimension);
  const bool restarts = divides || run.recorder.lanes > 1;  // leaf 0 is evaluated anew
  std::size_t evaluation = restarts ? 0 : 1;
  Vector q = run.starts[std::size_t(lane)];
  for (std::size_t i = 0; i < chain.draws.size(); ++i) {
    const tyche::LaneDraw& draw = chain.draws[i];
    const Vector next(&chain.positions[i * d], d);
    const auto [state, info] = nuts.step(choices_of(std::uint64_t(lane), i), nuts.init(q));
    const std::size_t first = evaluation + (restarts ? 1 : 0);
    evaluation = first + std::size_t(draw.leapfrogs);
    ++tally.trajectories;
    ++tally.stops[int(draw.stop)];
    const Vector start = q;
    q = next;
    if (info.closest_tie < 1e-9) {
      ++tally.near_ties;
      continue;
    }
    ASSERT_EQ(draw.leapfrogs, info.leapfrogs()) << "draw " << i;
    ASSERT_EQ(draw.depth, info.depth) << "draw " << i;
    ASSERT_EQ(int(draw.stop), int(info.stop)) << "draw " << i;
    ASSERT_NEAR(draw.accept, info.accept_rate(), 1e-9);
    std::size_t drawn = 0;
    for (std::size_t n = 0; n < info.visited.size(); ++n) {
      const Vector at = run.recorder.at(first + n, lane);
      ASSERT_LT(distance(at, info.visited[n]), divides ? 1e-8 : 1e-9)
          << "draw " << i << " leapfrog " << n + 1;
    }
    for (std::size_t n = 0; n < info.leaves.size(); ++n) {
      const Vector leaf = run.recorder.at(first + info.leaves[n].visited, lane);
      if ((leaf == next).min()) drawn = n + 1;
    }
    ASSERT_TRUE(drawn > 0 || (start == next).min());
    tally.add_draw(draw_probabilities(info), drawn, uniform(tally.rng));
  }
}

class Oracle : public testing::TestWithParam<std::tuple<tyche::Kernel, int, int>> {};

TEST_P(Oracle, GrowsTheSameTrajectoriesAndDrawsWithTheSameProbabilities) {
  const auto [kernel, which, lanes] = GetParam();
  Case c = cases[which];
  c.kernel = kernel;
  Target target = c.target;
  const KernelRun run = run_kernel(c, target, lanes, lanes == 8 ? 400 : 2000);
  Tally tally;
  for (int lane = 0; lane < lanes; ++lane) {
    ASSERT_NO_FATAL_FAILURE(compare_chain(c, run, lane, tally)) << c.name << " lane " << lane;
  }
  EXPECT_LE(tally.near_ties, tally.trajectories / 1000);
  EXPECT_GT(tally.stops[int(tyche::LaneStop::turning)], 100);
  EXPECT_GT(tally.stops[int(tyche::LaneStop::subtree)], 10);
  for (std::size_t n = 0; n < tally.count.size(); ++n) {
    if (tally.expected[n] < 20) continue;
    EXPECT_LT(std::abs(tally.count[n] - tally.expected[n]), 4.5 * std::sqrt(tally.variance[n]))
        << "leaf " << n << ": " << tally.count[n] << " draws, expected " << tally.expected[n];
  }
  double chi_square = 0;
  const double even = double(tally.trajectories - tally.near_ties) / double(tally.ranks.size());
  for (int rank : tally.ranks) chi_square += (rank - even) * (rank - even) / even;
  EXPECT_LT(chi_square, 52) << "of 19 degrees of freedom: exceeded once in 15,000";
}

INSTANTIATE_TEST_SUITE_P(Targets, Oracle,
                         testing::Combine(testing::Values(tyche::Kernel::nuts,
                                                          tyche::Kernel::walnuts),
                                          testing::Values(0, 1, 2), testing::Values(1, 8)));

TEST(Oracle, AgreesOnDivergencesAndTheDepthLimit) {
  Case c = cases[2];
  Target target = c.target;
  c.step_size = 1.6;
  Tally diverging;
  const KernelRun wild = run_kernel(c, target, 8, 400);
  for (int k = 0; k < 8; ++k) ASSERT_NO_FATAL_FAILURE(compare_chain(c, wild, k, diverging));
  EXPECT_GT(diverging.stops[int(tyche::LaneStop::diverging)], 20);

  c = cases[0];
  target = c.target;
  c.step_size = 0.002;
  Tally deep;
  const KernelRun slow = run_kernel(c, target, 8, 1);
  for (int k = 0; k < 8; ++k) ASSERT_NO_FATAL_FAILURE(compare_chain(c, slow, k, deep));
  EXPECT_GT(deep.stops[int(tyche::LaneStop::depth)], 0);
}

}  // namespace
}  // namespace oracle
