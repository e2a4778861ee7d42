// What a value is outside a program: an array of numbers with its type, and data sets of them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tyche/ir/type.hpp"

namespace tyche::ir {

/// A scalar or container. Its elements lie in `reals` or, if Type::element() is integer or boolean,
/// in `integers`, in the order of storage_offset.
struct Array {
  Type type;
  std::vector<double> reals = {};
  std::vector<std::int64_t> integers = {};

  friend bool operator==(const Array&, const Array&) = default;
};

using DataSet = std::map<std::string, Array>;

}  // namespace tyche::ir
