// Whether a flow means something, before it runs, and which of its stations cannot keep up.
#pragma once
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/flows/names.hpp"
#include "tyche/simulation/flows/paths.hpp"

namespace tyche::simulation::flows {

/// The share of a resource's mean capacity that tokens use in the long run, from the traffic
/// equations: the rate of arrivals at a step is that of its source, or the sum of those at the
/// steps before it times the probability of coming from there. NaN where an attribute or a decide
/// has a say in it. A token that waits for a second resource while it holds the first adds to the
/// load of the first what is not counted here.
struct Load {
  std::string resource;
  double load = 0;
};

struct Checked {
  Names names;
  Paths paths;
  std::vector<Load> loads;            // of each resource
  std::vector<std::string> warnings;  // loads of 1 or more, each with its number
};

/// The first Error of names, parameters and paths; `where` is a JSON pointer and the verb.
Result<Checked> check(const Flow& flow);

}  // namespace tyche::simulation::flows
