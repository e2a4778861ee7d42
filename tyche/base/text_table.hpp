// Tables as aligned text, and numbers printed to so many digits.
#pragma once
#include <string>
#include <vector>

namespace tyche {

/// x by a format of printf that takes a precision: "%.*f", "%.*g", "%.*e".
std::string printed(const char* format, int precision, double x);

/// A line a row: the first column to the left, the others to the right. Rows may be short.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace tyche
