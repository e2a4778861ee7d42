// Text as a string of JSON.
#pragma once
#include <string>
#include <string_view>

namespace tyche {

/// Appends the text in quotes, with escapes (RFC 8259, section 7). Its bytes are taken as UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace tyche
