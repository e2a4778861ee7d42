// Vectors and matrices that are wrong as a whole.
#include "tests/bad_input/cases.hpp"

namespace tyche::bad_input {

Cases cases_of_wholes() {
  const auto seen = [](std::string what, std::function<Distribution()> d, Expression y) {
    return refused(std::move(what), [=](Model& m) {
      m.param("mu", normal(0, 1));
      m.observe("y", d(), y);
    });
  };
  return {
      refused("weights of a mixture that do not sum to 1",
              [](Model& m) {
                const auto mu = m.param("mu", normal(0, 1));
                m.observe("y", mixture({0.5, 0.6}, {normal(mu, 1), normal(0, 2)}), Numbers{1, 2});
              }),
      refused("probabilities that do not sum to 1",
              [](Model& m) {
                const auto p = m.data("p", Numbers{0.2, 0.2, 0.2});
                m.param("mu", normal(0, 1));
                m.observe("y", categorical(p), std::vector<int>{0, 1});
              }),
      refused("a row of probabilities that does not sum to 1",
              [](Model& m) {
                const auto p =
                    m.data("P", Matrix{.rows = 2, .cols = 2, .values = {0.5, 0.1, 0.5, 0.8}});
                m.param("mu", normal(0, 1));
                m.observe("y", categorical(p), std::vector<int>{0, 1});
              }),
      refused("probabilities put in the place of others",
              [](Model& m) {
                m.param("mu", normal(0, 1));
                m.observe("y", categorical(m.data("p", Numbers{0.5, 0.5})), std::vector<int>{0, 1});
                m.replace("p", Numbers{0.5, 0.6});
              }),
      seen(
          "a dirichlet's value that is no simplex", [] { return dirichlet({1, 1, 1}); },
          Numbers{0.2, 0.3, 0.4}),
      seen(
          "a value that is not ordered", [] { return flat(ordered(3)); }, Numbers{1, 3, 2}),
      seen(
          "a value that is not positive", [] { return flat(positive_ordered(2)); }, Numbers{-1, 2}),
      seen(
          "a value below zero in a simplex", [] { return flat(simplex(2)); }, Numbers{-0.5, 1.5}),
      seen(
          "a factor with a negative diagonal", [] { return flat(cholesky_covariance(2)); },
          Matrix{.rows = 2, .cols = 2, .values = {1, 0.5, 0, -1}}),
      seen(
          "a factor of no correlations", [] { return flat(cholesky_correlation(2)); },
          Matrix{.rows = 2, .cols = 2, .values = {1, 0.5, 0, 0.5}}),
      refused("a factor of a covariance that is not triangular",
              [](Model& m) {
                const auto L =
                    m.data("L", Matrix{.rows = 2, .cols = 2, .values = {1, 0.5, 0.5, 1}});
                m.param("x", multi_normal_cholesky({0, 0}, L));
              }),
      refused("a condition as a density",
              [](Model& m) {
                m.param("x", custom(real_line(), [](const Expression& x) { return x > 0; }));
              }),
      refused("a condition that is added", [](Model& m) { m.add(m.param("x", normal(0, 1)) > 0); }),
      refused("a truncation to a support that has no bounds",
              [](Model& m) { m.param("x", truncated(normal(0, 1), positive())); }),
      refused("a mixture of nothing",
              [](Model& m) { m.param("x", mixture(Numbers{}, std::vector<Distribution>{})); }),
      refused("a simplex of one", [](Model& m) { m.param("x", flat(simplex(1))); }),
  };
}

}  // namespace tyche::bad_input
