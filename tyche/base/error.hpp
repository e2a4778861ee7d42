// Errors as values: a bad program, data set or setting, told so that the reader can mend it.
// A bad point is a log density of -inf, never an Error; a bug is an assertion.
#pragma once
#include <exception>
#include <expected>
#include <string>

namespace tyche {

struct Error {
  std::string where;     // variable, file and line, or setting
  std::string expected;  // what would have been right
  std::string found;     // what was there
  std::string remedy;    // what to do about it

  friend bool operator==(const Error&, const Error&) = default;
};

/// One line a field: "where: expected X, found Y" and the remedy below it.
std::string to_string(const Error& error);

template <class T>
using Result = std::expected<T, Error>;

/// What the throwing half of the public interface throws; carries the Error whole.
class Failure : public std::exception {
 public:
  explicit Failure(Error error);
  const char* what() const noexcept override { return text_.c_str(); }
  const Error& error() const { return error_; }

 private:
  Error error_;
  std::string text_;
};

}  // namespace tyche
