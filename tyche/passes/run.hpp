// What a run says of each choice of a program.
#pragma once
#include <map>
#include <string>

namespace tyche::passes {

enum class Status {
  sampled,   // moved by the method: lies in the unconstrained vector
  observed,  // given by data, with its density
  fixed,     // given by data, without its density
  inverted   // given by data; put out, under its name, as it lies in the unconstrained vector
};

/// By name of the choice. One that is not named is observed where data of its name are declared,
/// else sampled.
using Run = std::map<std::string, Status>;

}  // namespace tyche::passes
