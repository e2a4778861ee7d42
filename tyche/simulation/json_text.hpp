// JSON as text, written member by member; commas come of themselves.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tyche::simulation {

class JsonText {
 public:
  /// An object or an array, in an object under a name; closed in the order of opening.
  JsonText& open(char bracket, std::string_view name = {});
  JsonText& close(char bracket);
  /// Of an object. What is not finite is null.
  JsonText& member(std::string_view name, double x);
  JsonText& member(std::string_view name, std::uint64_t x);
  JsonText& member(std::string_view name, std::uint32_t x) {
    return member(name, std::uint64_t{x});
  }
  JsonText& member(std::string_view name, bool x);
  JsonText& member(std::string_view name, std::string_view text);
  JsonText& member(std::string_view name, const char* text) {
    return member(name, std::string_view(text));
  }
  JsonText& null(std::string_view name);
  /// Of an array.
  JsonText& element(std::string_view text);

  std::string str() && { return std::move(out_); }

 private:
  void begin(std::string_view name);

  std::string out_;
};

}  // namespace tyche::simulation
