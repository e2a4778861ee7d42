// Numbers as text.
#pragma once
#include <string>

namespace tyche {

/// The shortest decimals that read back as x.
std::string decimals(double x);

}  // namespace tyche
