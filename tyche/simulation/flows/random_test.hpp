// Random flows, each of which means something.
#pragma once
#include <string>

#include "tyche/simulation/flows/flow.hpp"
#include "tyche/simulation/random.hpp"

namespace tyche::simulation::flows {

/// Segments follow each other, each of a kind chosen at random; what copies do is at the end.
class RandomFlow {
 public:
  /// `plain`: without carriers, vehicles and shifts, which are events beside those of tokens.
  RandomFlow(std::uint32_t number, bool plain)
      : random_(Streams(11)("random flow", number)), plain_(plain) {}

  Flow make() {
    const std::uint64_t stations = 1 + random_.below(4), sources = 1 + random_.below(3);
    for (std::uint64_t k = 0; k < stations; ++k) {
      flow_.resource(resource(k), 1 + std::uint32_t(random_.below(3)));
      if (!plain_ && random_.bernoulli(0.3)) {
        flow_.schedule(resource(k), {{0, 3}, {20, 0}, {25, 4}}, 30);
      }
    }
    stations_ = stations;
    for (std::uint64_t k = 0; k < sources; ++k) {
      flow_.arrive("class" + std::to_string(k), exponential(random_.uniform(1, 4)));
      flow_.assign("size", uniform(0.1, 1));
      for (std::uint64_t n = 1 + random_.below(4); n > 0; --n) segment();
      flow_.depart("done");
    }
    for (const std::string& label : side_) {
      flow_.label(label).hold(exponential(1)).depart("balked");
    }
    for (const std::string& label : copies_) {
      flow_.label(label).hold(exponential(0.5) * attribute("size")).combine();
    }
    return flow_;
  }

 private:
  static std::string resource(std::uint64_t k) { return "station" + std::to_string(k); }
  std::string any() { return resource(random_.below(stations_)); }
  std::string fresh(const char* kind) { return kind + std::to_string(++names_); }

  void visit() {
    const std::string at = any();
    flow_.seize(at, 1, random_.bernoulli(0.5) ? attribute("size") : Expression(0));
    flow_.hold(gamma(2, 0.3) * attribute("size")).release(at);
  }

  void segment() {
    switch (random_.below(plain_ ? 6 : 8)) {
      case 0:
        return visit();
      case 1: {  // rework
        const std::string again = fresh("again"), on = fresh("on");
        flow_.label(again);
        visit();
        flow_.route({{again, 0.2}, {on, 0.8}}).label(on);
        return;
      }
      case 2:  // balking
        flow_.decide(queue(any()) > 2, side_.emplace_back(fresh("away")));
        return visit();
      case 3:
        flow_.batch(1 + std::uint32_t(random_.below(3)));
        return visit();
      case 4: {  // fork and join
        const std::string copy = fresh("copy");
        flow_.split(1 + std::uint32_t(random_.below(3)), copy,
                    random_.bernoulli(0.5) ? "copy" : "");
        copies_.push_back(copy);
        visit();
        flow_.combine();
        return;
      }
      case 5:  // copies that leave by themselves
        flow_.split(2, side_.emplace_back(fresh("away")));
        return;
      case 6:
        flow_.batch(2, BatchKind::temporary);
        visit();
        flow_.split();
        return;
      default:
        flow_.transport("there", uniform(0.1, 0.2), any(), exponential(0.1));
    }
  }

  Random random_;
  bool plain_;
  Flow flow_;
  std::uint64_t stations_ = 0;
  int names_ = 0;
  std::vector<std::string> side_, copies_;
};

inline Flow random_flow(std::uint32_t number, bool plain = false) {
  return RandomFlow(number, plain).make();
}

}  // namespace tyche::simulation::flows
