// What the language refuses as it is recorded.
#include "tests/bad_input/cases.hpp"

namespace tyche::bad_input {

Cases cases_of_statements() {
  return {
      refused("successes above the trials",
              [](Model& m) {
                const auto n = m.data("n", std::vector<int>{10, 20});
                const auto p = m.param("p", beta(1, 1));
                m.observe("y", binomial(n, p), std::vector<int>{10, 21});
              }),
      refused("trials below zero",
              [](Model& m) {
                const auto n = m.data("n", std::vector<int>{10, -1});
                m.observe("y", binomial(n, m.param("p", beta(1, 1))), std::vector<int>{0, 0});
              }),
      refused("a scale that is not positive", [](Model& m) { m.param("mu", normal(0, -1)); }),
      refused("a scale of zero among data",
              [](Model& m) {
                const auto sigma = m.data("sigma", Numbers{1, 0});
                m.observe("y", normal(m.param("mu", normal(0, 1)), sigma), Numbers{1, 2});
              }),
      refused("a value outside a uniform",
              [](Model& m) { m.observe("y", uniform(0, 1), Numbers{0.5, 1.5}); }),
      refused("ends of an interval in the wrong order",
              [](Model& m) { m.param("x", flat(interval(1, 0))); }),
      refused("a value below a truncation",
              [](Model& m) {
                m.observe("y", truncated(normal(m.param("mu", normal(0, 1)), 1), lower(0)),
                          Numbers{1, -1});
              }),
      refused("a category that is none",
              [](Model& m) { m.observe("y", categorical({0.5, 0.5}), std::vector<int>{0, 2}); }),
      refused("a name with a comma", [](Model& m) { m.param("a,b", normal(0, 1)); }),
      refused("a name that is an element", [](Model& m) { m.param("a[1]", normal(0, 1)); }),
      refused("a name on two lines", [](Model& m) { m.data("a\nb", Numbers{1}); }),
      refused("a name of the sampler's", [](Model& m) { m.let("lp__", 1.0); }),
      refused("an empty name", [](Model& m) { m.param("", normal(0, 1)); }),
      refused("a model that was moved from",
              [](Model& m) {
                const Model taken = std::move(m);
                m.param("x", normal(0, 1));
              }),
      refused("a parameter of a model that is gone",
              [](Model& m) {
                const auto mu = Model().param("mu", normal(0, 1));
                m.param("x", normal(mu, 1));
              }),
      refused("a formula that gives a density for each element",
              [](Model& m) {
                m.param("x",
                        custom(ordered(3), [](const Expression& x) { return -0.5 * square(x); }));
              }),
      refused("NaN among the numbers of a formula",
              [](Model& m) { m.let("z", m.param("x", normal(0, 1)) * Numbers{1, nan_value}); }),
      refused("a matrix with too few values",
              [](Model& m) { m.data("X", Matrix{.rows = 2, .cols = 2, .values = {1, 2, 3}}); }),
      refused("a body that returns too little",
              [](Model& m) {
                const auto x = m.param("x", normal(0, 1));
                m.loop(3, {x, x}, [](const Index&, const std::vector<Expression>& carried) {
                  return std::vector{carried[0]};
                });
              }),
      refused("an empty distribution", [](Model& m) { m.param("x", Distribution()); }),
      refused("an empty support", [](Model& m) { m.param("x", flat(Support())); }),
      refused("an index beyond the end",
              [](Model& m) { m.let("z", m.param("x", normal(0, 1), 3)[3]); }),
      refused("data as an index beyond the end",
              [](Model& m) {
                const auto g = m.data("g", std::vector<int>{0, 2, 3});
                const auto a = m.param("a", normal(0, 1), 3);
                m.observe("y", normal(a[g], 1), Numbers{1, 2, 3});
              }),
      refused("data as an index below zero, in a plate",
              [](Model& m) {
                const auto g = m.data("g", std::vector<int>{1, 0, 3});
                const auto y = m.data("y", Numbers{1, 2, 3});
                const auto a = m.param("a", normal(0, 1), 3);
                m.plate(3, [&](const Index& n) { m.observe("y", normal(a[g[n] - 1], 1), y[n]); });
              }),
      refused("a plate longer than what it reads",
              [](Model& m) {
                const auto a = m.param("a", normal(0, 1), 3);
                m.plate(4, [&](const Index& n) { m.add(-square(a[n])); });
              }),
      refused("an index put in the place of others",
              [](Model& m) {
                const auto g = m.data("g", std::vector<int>{0, 2, 1});
                const auto a = m.param("a", normal(0, 1), 3);
                m.observe("y", normal(a[g], 1), Numbers{1, 2, 3});
                m.replace("g", std::vector<int>{0, 2, 5});
              }),
      refused("a parameter of more elements than fit",
              [](Model& m) { m.param("x", normal(0, 1), 2000000000); }),
      refused("a parameter with rows and columns of more elements than fit",
              [](Model& m) { m.param("x", normal(0, 1), 2000000000, 2000000000); }),
      refused("a simplex of more elements than fit",
              [](Model& m) { m.param("x", flat(simplex(2000000000))); }),
      refused("a plate of more iterations than fit",
              [](Model& m) {
                const auto x = m.param("x", normal(0, 1));
                m.plate(2000000000, [&](const Index&) { m.add(-square(x)); });
              }),
      refused("parameters in plates of more iterations than fit",
              [](Model& m) {
                m.plate(100000, [&](const Index&) {
                  m.plate(1000, [&](const Index&) { m.param("x", normal(0, 1)); });
                });
              }),
      refused("a loop of more iterations than fit",
              [](Model& m) {
                const auto x = m.param("x", normal(0, 1));
                m.loop(2000000000, x, [](const Index&, const Expression& s) { return s + 1; });
              }),
      refused("a matrix product of other lengths",
              [](Model& m) {
                const auto X = m.data("X", Matrix{.rows = 2, .cols = 1, .values = {1, 2}});
                m.let("z", X * m.param("b", normal(0, 1), 3));
              }),
      refused("a value of a plate outside it",
              [](Model& m) {
                Expression kept = 0.0;
                m.plate(2, [&](const Index&) { kept = m.param("x", normal(0, 1)); });
                m.let("z", kept);
              }),
      refused("a number where a condition is asked for",
              [](Model& m) { m.let("z", where(m.param("x", normal(0, 1)), 1.0, 0.0)); }),
  };
}

}  // namespace tyche::bad_input
