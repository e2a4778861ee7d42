#include "tyche/base/json_string.hpp"

#include <gtest/gtest.h>

namespace tyche {
namespace {

TEST(JsonString, EscapesWhatMustBeEscapedAndNothingElse) {
  std::string out = "name: ";
  append_json_string(out, std::string_view("a\"b\\c/\n\x1f\0\u00e9", 11));
  EXPECT_EQ(out, "name: \"a\\\"b\\\\c/\\u000a\\u001f\\u0000\u00e9\"");
}

}  // namespace
}  // namespace tyche
