// Ctrl-C: the first asks the run to end at the draw in hand, a second ends the process.
#pragma once
#include "tyche/base/cancellation.hpp"

namespace tyche::cli {

/// Catches SIGINT and SIGTERM until destroyed. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  CancelToken token() const;
  /// The signal that came, or 0.
  int signal() const;
};

}  // namespace tyche::cli
