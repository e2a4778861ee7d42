// Loops in models as written: what is left of them once they are distributed, and that the gradient
// stays what it was.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "tests/posteriors.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/passes/pipeline.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche {
namespace {

using Vector = std::vector<double>;

ir::Program gradient_of(const Model& m, bool by_degree, std::vector<std::string> skip = {}) {
  passes::Trace trace{.skip = std::move(skip)};
  if (by_degree) {
    auto made = passes::prepare_by_degree(m.program(), {}, m.data(), &trace);
    return std::move(made.value().gradient);
  }
  auto made = passes::prepare(m.program(), {}, m.data(), &trace);
  return std::move(made.value().gradient);
}

/// The longest body of a loop of the density, its yield not counted; none where there is no loop
/// but those that fill an array.
std::optional<std::size_t> longest_loop(const ir::Program& program) {
  std::optional<std::size_t> longest;
  passes::for_each_instruction(program.density, [&](const ir::Instruction& i) {
    if (i.op != ir::Op::for_loop || i.regions[0].body.size() == 2) return;
    std::size_t length = 0;
    passes::for_each_instruction(i.regions[0], [&](const auto&) { ++length; });
    longest = std::max(longest.value_or(0), length - 1);
  });
  return longest;
}

Model scanned() {
  for (Seventh& s : seven_models()) {
    if (s.name == "sv, as a scan") return std::move(s.model);
  }
  throw std::out_of_range("sv, as a scan");
}

TEST(DistributedModels, ARandomWalkNeedsNoLoop) {
  const Model m = scanned();
  EXPECT_FALSE(longest_loop(gradient_of(m, false)).has_value());
  EXPECT_TRUE(longest_loop(gradient_of(m, false, {"distribute"})).has_value());
}

TEST(DistributedModels, CentredByDegreeItIsAShortRecurrence) {
  const Model m = scanned();
  EXPECT_LE(longest_loop(gradient_of(m, true)).value(), 8u);
  EXPECT_GT(longest_loop(gradient_of(m, true, {"distribute"})).value(), 20u);
}

struct Evaluated {
  double value;
  Vector gradient;
};

Evaluated evaluated(const ir::Program& program, const ir::DataSet& data, const Vector& u) {
  const auto made = interpret::Interpreter::create(program, data);
  const interpret::Evaluation at = made.value().density(u);
  EXPECT_FALSE(at.rejected);
  return {at.yields[0].reals[0], at.yields[1].reals};
}

/// To 1e-12 of the largest component.
void expect_same(const Model& m, bool by_degree) {
  const ir::Program with = gradient_of(m, by_degree);
  const std::int64_t d = with.values[with.density.arguments[0].id].type.dims[0];
  Vector u;
  for (std::int64_t k = 0; k < d; ++k) u.push_back(0.3 * std::sin(1.7 * double(k) + 0.2));
  const std::int64_t n = by_degree ? (d - 2) / 2 : 0;
  for (std::int64_t k = 0; k < n; ++k) u[std::size_t(d - n + k)] = double(k % 17);
  const Evaluated a = evaluated(with, m.data(), u);
  for (const std::vector<std::string>& skip :
       {std::vector<std::string>{"distribute"}, {"distribute", "map_sums", "remember"}}) {
    const Evaluated b = evaluated(gradient_of(m, by_degree, skip), m.data(), u);
    EXPECT_NEAR(a.value, b.value, 1e-12 * std::fabs(b.value));
    double scale = 1;
    for (const double g : b.gradient) scale = std::max(scale, std::fabs(g));
    for (std::size_t k = 0; k < a.gradient.size(); ++k) {
      EXPECT_NEAR(a.gradient[k], b.gradient[k], 1e-12 * scale) << k;
    }
  }
}

TEST(DistributedModels, HaveTheGradientOfTheLoop) {
  for (const Known& known : golden_posteriors()) {
    for (const char* series : {"garch", "arma", "hmm"}) {
      if (known.folder.find(series) == std::string::npos) continue;
      SCOPED_TRACE(known.folder);
      expect_same(known.model(), false);
    }
  }
  expect_same(scanned(), false);
  expect_same(scanned(), true);
}

}  // namespace
}  // namespace tyche
