// Numbers with as many digits as they are worth.
#pragma once
#include <string>

namespace tyche::simulation {

/// With two digits of `error`, which is its uncertainty, or four of its own where there is none.
std::string rounded_to(double x, double error);

}  // namespace tyche::simulation
