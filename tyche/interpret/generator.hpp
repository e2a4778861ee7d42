// Where the interpreter gets random numbers from.
#pragma once

namespace tyche::interpret {

struct Generator {
  virtual ~Generator() = default;
  /// In (0, 1).
  virtual double uniform() = 0;
  /// Standard normal.
  virtual double normal() = 0;
};

}  // namespace tyche::interpret
