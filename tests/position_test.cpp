// A position and the parameters at it: both ways, for every transform.
#include <gtest/gtest.h>

#include <cmath>

#include "tyche/tyche.hpp"

namespace tyche {
namespace {

Model every_transform() {
  Model m;
  const auto mu = m.param("mu", normal(0, 1));
  const auto sigma = m.param("sigma", half_normal(1));
  m.param("p", beta(2, 3), 2);
  m.param("low", bounded(normal(mu, 1), upper(mu)));
  m.param("theta", non_centered(normal(mu, sigma)), 3);
  m.param("cuts", flat(ordered(3)));
  m.param("shares", dirichlet(std::vector<double>{1, 2, 3, 4}));
  m.param("L", flat(cholesky_correlation(3)));
  m.let("twice", 2 * mu);
  return m;
}

/// The parameters, without what `let` records, as a data set.
ir::DataSet parameters_at(const Posterior& posterior, std::span<const double> position) {
  const std::vector<double> flat = posterior.constrain(position);
  ir::DataSet set;
  std::size_t at = 0;
  for (const Variable& variable : posterior.variables()) {
    const auto size = std::size_t(variable.size());
    for (const ir::Parameter& p : posterior.layout().parameters) {
      if (p.name != variable.name) continue;
      set[p.name] = {
          .type = p.type,
          .reals = {flat.begin() + std::int64_t(at), flat.begin() + std::int64_t(at + size)}};
    }
    at += size;
  }
  return set;
}

TEST(Position, UnconstrainUndoesConstrain) {
  const auto posterior = compile(every_transform());
  std::vector<double> position;
  for (int k = 0; k < posterior->dimension(); ++k) position.push_back(0.7 * std::sin(3 * k + 1));
  const auto back = posterior->unconstrain(parameters_at(*posterior, position));
  ASSERT_TRUE(back) << to_string(back.error());
  ASSERT_EQ(back->size(), position.size());
  for (std::size_t k = 0; k < position.size(); ++k) {
    EXPECT_NEAR((*back)[k], position[k], 1e-12) << posterior->unconstrained_names()[k];
  }
}

TEST(Position, AMissingParameterAndOneOutsideAreNamed) {
  const auto posterior = compile(every_transform());
  const std::vector<double> position(std::size_t(posterior->dimension()), 0.1);
  ir::DataSet set = parameters_at(*posterior, position);
  set["sigma"].reals[0] = -1;
  const auto outside = posterior->unconstrain(set);
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().where, "sigma");
  set.erase("cuts");
  const auto missing = posterior->unconstrain(set);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().where, "cuts");
  EXPECT_EQ(missing.error().expected, "a value of type vector[3]");
}

}  // namespace
}  // namespace tyche
