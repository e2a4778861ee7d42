#include "tyche/simulation/engines/check.hpp"

#include "tyche/base/decimals.hpp"

namespace tyche::simulation {

Error not_repeatable(double time, EntityId self, std::string expected, std::string found,
                     std::string remedy) {
  return {.where = "entity " + std::to_string(self) + " at time " + decimals(time),
          .expected = std::move(expected),
          .found = std::move(found),
          .remedy = std::move(remedy)};
}

}  // namespace tyche::simulation
