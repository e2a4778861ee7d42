// Data that no model can take.
#include "tests/bad_input/cases.hpp"

namespace tyche::bad_input {

Cases cases_of_data() {
  return {
      library("NaN observed", [] { return observed(normal(0, 1), Numbers{1, nan_value}); }),
      library("infinity observed", [] { return observed(normal(0, 1), Numbers{infinity, 1}); }),
      library("zero where the support is positive",
              [] { return observed(lognormal(0, 1), Numbers{1, 2, 0}); }),
      library("a count below zero", [] { return observed(poisson(2), std::vector<int>{1, -1}); }),
      library("a count that is not whole", [] { return observed(poisson(2), Numbers{1, 2.5}); }),
      library("NaN among the numbers that statements read",
              [] {
                Model m;
                m.data("x", Numbers{1, 2, nan_value});
                return Result<void>();
              }),
      library("infinity put in the place of data",
              [] {
                Model m;
                m.data("x", Numbers{1, 2});
                m.replace("x", Numbers{1, -infinity});
                return Result<void>();
              }),
      library("a distribution and data of other lengths",
              [] {
                Model m;
                const auto mu = m.param("mu", normal(0, 1), 3);
                m.observe("y", normal(mu, 1), Numbers{1, 2});
                return Result<void>();
              }),
      library("operands of other lengths",
              [] {
                Model m;
                const auto a = m.data("a", Numbers{1, 2}), b = m.data("b", Numbers{1, 2, 3});
                m.let("c", a + b);
                return Result<void>();
              }),
      library("other data of another length",
              [] {
                Model m;
                m.data("x", Numbers{1, 2});
                m.replace("x", Numbers{1});
                return Result<void>();
              }),
      library("no data at all", [] { return observed(normal(0, 1), Numbers{}); }),
      library("data of no columns",
              [] {
                Model m;
                m.data("X", Matrix{.rows = 3, .cols = 0});
                return Result<void>();
              }),
  };
}

}  // namespace tyche::bad_input
