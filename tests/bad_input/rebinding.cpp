// Data put in the place of others in compiled code.
#include "tests/bad_input/cases.hpp"

namespace tyche::bad_input {
namespace {

Result<void> rebound(const std::string& name, Numbers values) {
  Model m;
  const auto x = m.data("x", Numbers{1, 2});
  m.observe("y", lognormal(m.param("mu", normal(0, 1)) * x, 1), Numbers{1, 2});
  const auto n = std::int64_t(values.size());
  return compile(m)->rebind(name, {.type = ir::Type::vector(n), .reals = std::move(values)});
}

}  // namespace

Cases cases_of_rebinding() {
  return {
      library("rebind: data that there are not", [] { return rebound("z", {1, 2}); }),
      library("rebind: another shape", [] { return rebound("x", {1, 2, 3}); }),
      library("rebind: a number that is not finite", [] { return rebound("x", {1, nan_value}); }),
      library("rebind: a number outside the support", [] { return rebound("y", {-1, 1}); }),
  };
}

}  // namespace tyche::bad_input
