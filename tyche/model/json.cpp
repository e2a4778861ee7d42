#include "tyche/model/json.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tyche {

using ir::Array;
using ir::Kind;
using ir::Type;
using Json = nlohmann::json;

namespace {

/// The numbers of nested lists in the order of the text, and the lengths of the lists.
struct Numbers {
  std::vector<std::int64_t> dims;
  std::vector<double> values;
  bool whole = true;
  std::string problem;
};

bool read_number(const Json& json, Numbers& out) {
  if (json.is_number()) {
    out.values.push_back(json.get<double>());
    out.whole = out.whole && json.is_number_integer();
    return true;
  }
  if (!json.is_string()) return false;
  const std::string text = json.get<std::string>();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (text == "NaN") {
    out.values.push_back(std::numeric_limits<double>::quiet_NaN());
  } else if (text == "Infinity" || text == "+Infinity" || text == "Inf") {
    out.values.push_back(infinite);
  } else if (text == "-Infinity" || text == "-Inf") {
    out.values.push_back(-infinite);
  } else {
    return false;
  }
  out.whole = false;
  return true;
}

void read(const Json& json, std::size_t depth, Numbers& out) {
  if (!out.problem.empty()) return;
  if (!json.is_array()) {
    if (depth != out.dims.size()) {
      out.problem = "lists of different depths";
    } else if (!read_number(json, out)) {
      out.problem = json.dump().substr(0, 40);
    }
    return;
  }
  const std::int64_t n = std::int64_t(json.size());
  if (depth == out.dims.size()) {
    if (out.values.empty()) out.dims.push_back(n);
  }
  if (depth >= out.dims.size() || out.dims[depth] != n) {
    out.problem =
        depth >= out.dims.size() ? "lists of different depths" : "lists of different lengths";
    return;
  }
  for (const Json& item : json) read(item, depth + 1, out);
}

Array matrix_of(const Numbers& numbers) {
  const std::int64_t rows = numbers.dims[0], cols = numbers.dims[1];
  Array out{.type = Type::matrix(rows, cols)};
  for (std::int64_t j = 0; j < cols; ++j) {
    for (std::int64_t i = 0; i < rows; ++i) {
      out.reals.push_back(numbers.values[std::size_t(i * cols + j)]);
    }
  }
  return out;
}

Array array_of(const Numbers& numbers) {
  const std::size_t rank = numbers.dims.size();
  if (numbers.whole) {
    Array out{.type = rank == 0 ? Type::integer() : Type::array(Type::integer(), numbers.dims)};
    for (double x : numbers.values) out.integers.push_back(std::int64_t(x));
    return out;
  }
  if (rank == 2) return matrix_of(numbers);
  Type type = rank == 0   ? Type::real()
              : rank == 1 ? Type::vector(numbers.dims[0])
                          : Type::array(Type::real(), numbers.dims);
  return {std::move(type), numbers.values, {}};
}

const Array& entry(const ir::DataSet& data, const std::string& name, std::size_t rank) {
  const auto found = data.find(name);
  if (found == data.end()) {
    throw Failure({"data " + name, "an entry of this name", "none", "add it to the data"});
  }
  if (found->second.type.shape().size() != rank) {
    throw Failure({"data " + name, "numbers with " + std::to_string(rank) + " indices",
                   to_string(found->second.type),
                   "give a list in lists for each index, as [[1, 2], [3, 4]]"});
  }
  return found->second;
}

}  // namespace

Result<ir::DataSet> parse_json(const std::string& text, const std::string& where) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return std::unexpected(Error{where, "a JSON object of named numbers and lists",
                                 json.is_discarded() ? "text that is not JSON" : json.type_name(),
                                 "write it as {\"y\": [1.5, 2.5], \"n\": 2}"});
  }
  ir::DataSet data;
  for (const auto& [name, item] : json.items()) {
    Numbers numbers;
    read(item, 0, numbers);
    if (!numbers.problem.empty()) {
      return std::unexpected(Error{where + ": " + name, "numbers, or lists of equal lengths",
                                   numbers.problem,
                                   "write a list of numbers, or rows of one length each"});
    }
    data[name] = array_of(numbers);
  }
  return data;
}

Result<ir::DataSet> read_json(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file)
    return std::unexpected(Error{path, "a file that can be read", "none",
                                 "check the path, and the rights to read it"});
  return parse_json(text.str(), path);
}

std::vector<double> reals(const ir::DataSet& data, const std::string& name) {
  const Array& array = entry(data, name, 1);
  if (array.type.element() == Kind::real) return array.reals;
  return {array.integers.begin(), array.integers.end()};
}

std::vector<int> integers(const ir::DataSet& data, const std::string& name) {
  const Array& array = entry(data, name, 1);
  if (array.type.element() != Kind::integer) {
    throw Failure({"data " + name, "integers", to_string(array.type),
                   "write them without a fraction, or read them by reals()"});
  }
  return {array.integers.begin(), array.integers.end()};
}

double real(const ir::DataSet& data, const std::string& name) {
  const Array& array = entry(data, name, 0);
  return array.reals.empty() ? double(array.integers[0]) : array.reals[0];
}

Matrix matrix(const ir::DataSet& data, const std::string& name) {
  const Array& array = entry(data, name, 2);
  const auto dims = array.type.shape();
  Matrix out{dims[0], dims[1], array.reals};
  if (array.type.kind == Kind::matrix) return out;
  out.values.resize(std::size_t(dims[0] * dims[1]));
  for (std::int64_t i = 0; i < dims[0]; ++i) {
    for (std::int64_t j = 0; j < dims[1]; ++j) {
      const std::size_t at = std::size_t(i * dims[1] + j);
      out(i, j) = array.reals.empty() ? double(array.integers[at]) : array.reals[at];
    }
  }
  return out;
}

}  // namespace tyche
