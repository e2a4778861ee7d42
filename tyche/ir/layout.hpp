// Where the sampled choices of a resolved program lie in the unconstrained vector.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tyche/ir/type.hpp"

namespace tyche::ir {

struct Parameter {
  std::string name;
  Type type;                  // as the user sees it: dims of plates first, then its own
  std::int64_t elements = 1;  // how many choices share the name (the product of the plates' counts)
  std::int64_t offset = 0;    // of the first unconstrained value
  std::int64_t unconstrained =
      1;  // values an element; element e begins at offset + e * unconstrained
  std::int32_t location = -1;
  /// Where the prior is of a location and a scale that other parameters move: the number of the
  /// first element among those whose centring may be learnt. Else -1.
  std::int64_t recentred = -1;
};

struct Layout {
  std::vector<Parameter> parameters;  // in the order of the program
  std::int64_t dimension = 0;
  std::int64_t recentred = 0;  // how many elements have a centring that may be learnt
};

/// `theta[2]` for the second unconstrained value of a scalar-by-scalar parameter; where a
/// parameter's elements have another number of unconstrained values, they are counted.
std::vector<std::string> unconstrained_names(const Layout& layout);

}  // namespace tyche::ir
