// Programs as text, run: what the interpreter's tests share.
#pragma once
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/ir/verify.hpp"

namespace tyche::interpret {

using ir::Array;
using ir::DataSet;
using ir::Type;
using Reals = std::vector<double>;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

inline ir::Program program(const std::string& text) {
  auto read = ir::parse(text);
  EXPECT_TRUE(read.has_value()) << text << to_string(read.error());
  const auto verified = ir::verify(*read);
  EXPECT_TRUE(verified.has_value()) << text << to_string(verified.error());
  return *read;
}

inline Interpreter interpreter(const std::string& text, DataSet data = {}) {
  auto made = Interpreter::create(program(text), std::move(data));
  EXPECT_TRUE(made.has_value()) << to_string(made.error());
  return *made;
}

inline Array vector(std::vector<double> x) {
  return {.type = Type::vector(std::int64_t(x.size())), .reals = std::move(x)};
}

/// What the density with this body yields at u = (3, -2, 0.5). %0 to %2 are u's elements, %3 to %5
/// the integers 0 to 2, %6 true, %7 false, %8 is u.
inline std::vector<double> yields(const std::string& body) {
  const Interpreter made = interpreter(
      "density (%8 : vector[3]) {\n%3 : integer = constant 0 %4 : integer = constant 1\n"
      "%5 : integer = constant 2 %6 : boolean = constant true %7 : boolean = constant false\n"
      "%0 : real = load %8 %3 %1 : real = load %8 %4 %2 : real = load %8 %5\n" +
      body + "\n}");
  const Evaluation found = made.density(Reals{3, -2, 0.5});
  EXPECT_FALSE(found.rejected) << found.why;
  std::vector<double> out;
  for (const Array& yield : found.yields) {
    out.insert(out.end(), yield.reals.begin(), yield.reals.end());
    for (std::int64_t x : yield.integers) out.push_back(double(x));
  }
  return out;
}

inline std::string why(const std::string& body) {
  const Interpreter made = interpreter(
      "density (%8 : vector[3]) {\n%3 : integer = constant 0 %4 : integer = constant 7\n" + body +
      "\n}\nlocation 0 \"m.stan\" 12");
  const Evaluation found = made.density(Reals{3, -2, 0.5});
  EXPECT_TRUE(found.rejected);
  EXPECT_EQ(found.target, -inf);
  EXPECT_TRUE(found.yields.empty());
  return found.why;
}

}  // namespace tyche::interpret
