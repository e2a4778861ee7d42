#include "tyche/simulation/engines/moment.hpp"

namespace tyche::simulation {

Moment reach(Moment sent, double lookahead) {
  const double time = sent.time + lookahead;
  return time > sent.time ? Moment{time, 0} : Moment{sent.time, sent.depth + 1};
}

}  // namespace tyche::simulation
