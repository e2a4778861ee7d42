#include "tyche/cli/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace tyche::cli {
namespace {

// A handler can reach nothing but statics.
CancelSource* source = nullptr;
volatile std::sig_atomic_t caught = 0;

void ask_to_stop(int number) {
  caught = number;
  source->request();
  std::signal(number, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  source = new CancelSource;
  caught = 0;
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  delete source;
  source = nullptr;
}

CancelToken Interrupt::token() const { return source->token(); }

int Interrupt::signal() const { return caught; }

}  // namespace tyche::cli
