// PHOLD, the benchmark of discrete-event engines: every event sends one on, to itself or elsewhere.
// Fujimoto 1990, "Performance of Time Warp under synthetic workloads".
#pragma once
#include <cstdint>
#include <vector>

#include "tyche/simulation/entity.hpp"

namespace bench {

struct PholdSettings {
  std::uint32_t processes = 1000;
  std::uint32_t events = 16;  // pending, of each process
  double remote = 0.25;       // the share of events that go to a process chosen at random
  double lookahead = 0;       // added to a delay of mean 1
};

/// One number decides both whether an event goes elsewhere and where.
inline std::uint32_t phold_target(const PholdSettings& settings, std::uint32_t self, double u) {
  if (!(u < settings.remote)) return self;
  return std::uint32_t(u / settings.remote * settings.processes);
}

class Phold {
 public:
  struct Message {};

  explicit Phold(const PholdSettings& settings) : settings_(&settings) {}

  void init(tyche::simulation::Now<Message>& now) {
    for (std::uint32_t k = 0; k < settings_->events; ++k) {
      now.send_self(now.random().exponential(1) + settings_->lookahead, {});
    }
  }
  void handle(const Message&, tyche::simulation::Now<Message>& now) {
    ++handled_;
    const std::uint32_t to = phold_target(*settings_, now.self(), now.random().uniform());
    now.send(to, now.random().exponential(1) + settings_->lookahead, {});
  }
  std::uint64_t handled() const { return handled_; }

 private:
  const PholdSettings* settings_;
  std::uint64_t handled_ = 0;
};

inline std::vector<Phold> phold(const PholdSettings& settings) {
  return std::vector<Phold>(settings.processes, Phold(settings));
}

}  // namespace bench
