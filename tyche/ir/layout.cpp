#include "tyche/ir/layout.hpp"

namespace tyche::ir {

std::vector<std::string> unconstrained_names(const Layout& layout) {
  std::vector<std::string> names;
  for (const Parameter& p : layout.parameters) {
    const std::int64_t count = p.elements * p.unconstrained;
    const bool scalar = p.type.is_scalar() && count == 1;
    for (std::int64_t k = 0; k < count; ++k) {
      names.push_back(scalar ? p.name : p.name + "[" + std::to_string(k + 1) + "]");
    }
  }
  return names;
}

}  // namespace tyche::ir
