// Data sets from JSON files.
#pragma once
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/model/matrix.hpp"

namespace tyche {

/// An object of numbers and of nested lists of numbers. Numbers all whole: integers, else reals. A
/// list is a vector or an array of integers; a list of lists of reals a matrix, one list a row;
/// deeper ones are arrays. Errors: a file that cannot be read, text that is not JSON, lists of
/// different lengths, anything that is not a number ("NaN", "Infinity" and "-Infinity" are).
Result<ir::DataSet> read_json(const std::string& path);
/// As read_json; `where` stands for the path in errors.
Result<ir::DataSet> parse_json(const std::string& text, const std::string& where);

/// One of a data set's entries. Throw Failure where it is missing or of another rank.
std::vector<double> reals(const ir::DataSet& data, const std::string& name);
std::vector<int> integers(const ir::DataSet& data, const std::string& name);
double real(const ir::DataSet& data, const std::string& name);
Matrix matrix(const ir::DataSet& data, const std::string& name);

}  // namespace tyche
