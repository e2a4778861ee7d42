// Rows of text under each other, and numbers with as many digits as they are worth.
#pragma once
#include <string>
#include <vector>

namespace tyche::simulation {

/// The first column to the left, the others to the right; a line a row.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

/// With two digits of `error`, which is its uncertainty, or four of its own where there is none.
std::string rounded_to(double x, double error);

}  // namespace tyche::simulation
