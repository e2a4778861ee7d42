#include "tyche/ir/program.hpp"

namespace tyche::ir {

Value Program::new_value(Type type, std::string hint) {
  values.push_back({std::move(type), std::move(hint)});
  return {std::uint32_t(values.size() - 1)};
}

const Function* Program::function(const std::string& name) const {
  for (const Function& f : functions) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

}  // namespace tyche::ir
