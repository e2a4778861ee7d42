// A program: what a model means, as data. Semantics first, then the nodes.
//
// A program is structured SSA. An instruction takes values, holds regions (bodies) and gives
// values; every value is defined once. Order is the order of the text. Arithmetic is on scalars
// only: an operation over a vector is a plate. Arrays are immutable values, except those made by
// `local`.
//
//   control   for       n iterations in turn, values carried from one to the next.
//             plate     n iterations that do not see each other: mapped yields become arrays;
//                       summed yields, terms and add_tos become sums. Order `sequential`: one
//                       sum, from +0, in the order of i. Order `lanes`: 8 partial sums from +0,
//                       iteration i into sum i mod 8, joined as
//                       ((p0+p4)+(p2+p6))+((p1+p5)+(p3+p7)). An add_to to a local of outside sums
//                       each element so, and at the end of the plate adds the sum to the element
//                       (one never added to stays as it is); terms likewise. Plates in plates:
//                       the inner one's sum is one summand of the outer one's iteration; but an
//                       inner sequential one leaves add_tos to the outer one, as a `for` does.
//                       An add_to `in turn` is not part of that: it adds to the element itself
//                       when it runs, iteration after iteration, in a plate of any
//                       order, and rounds a product first.
//                       Everywhere, in a plate or not, a real summand (summed yield, term, add_to)
//                       that a `mul` of the same region defines is added by fma(a, b, sum).
//             scan      a `for` with per-step data and stacked outputs, kept whole because a filter
//                       reads it: (carry, data of the step) -> (carry, output).
//             while     as long as the first region yields true.
//             if        one of two regions.
//             break, continue, return leave plates never; calls nested deeper than 1,000 reject.
//             A function that returns the result of calling itself starts over: nothing nests.
//   memory    local     a mutable array, NaN (reals) or 0 (integers) until stored to.
//             load, store, add_to: by 0-based indices; one outside [0, dim) rejects the point.
//                       What data alone decide is bad input, not a bad point: a prelude that
//                       rejects, as written or once passes moved the index there, is an Error when
//                       data are bound.
//   meaning   choice    a random variable with an address: its name, then the indices of the plates
//                       and loops around it. It holds its own log density, transform and sampler as
//                       regions, so passes need no table of distributions. Whether it is observed,
//                       sampled or fixed is said by a run, not by the program: the default is
//                       observed where data of the same name (with the dims of the plates around it
//                       first) are declared, else sampled.
//             term      adds to the log density; says its role, the observation it belongs to, and
//                       whether it is normalised.
//             output    records a named quantity.
//             reject    the point has log density -inf.
//
// The interpreter (tyche/interpret) is the definition of all of this; compiled code equals it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tyche/ir/op.hpp"
#include "tyche/ir/type.hpp"
#include "tyche/numeric/infinity.hpp"

namespace tyche::ir {

/// A value of the program, by number; its type and name are in Program::values.
struct Value {
  std::uint32_t id = UINT32_MAX;
  bool exists() const { return id != UINT32_MAX; }
  friend auto operator<=>(const Value&, const Value&) = default;
};

enum class Role : std::uint8_t { prior, likelihood, jacobian };
enum class Order : std::uint8_t { sequential, lanes };

struct Instruction;

/// A body: arguments bound at entry, instructions, and at the end a `yield` (never after `return`,
/// `break` or `continue`, which leave it).
struct Region {
  std::vector<Value> arguments;
  std::vector<Instruction> body;
};

/// Fields that an op does not use stay as they are here; op.hpp says which op uses which.
struct Instruction {
  Op op;
  std::vector<Value> operands = {};
  std::vector<Value> results = {};
  std::vector<Region> regions = {};
  std::string name = {};     // data, choice, output, call, function: whose; reject, print: text
  double number = 0;         // constant of type real
  std::int64_t integer = 0;  // constant of type integer or boolean; for others see op.hpp
  Role role = Role::prior;   // term
  bool normalised = true;    // term
  Order order = Order::sequential;  // plate
  std::int32_t location = -1;       // index into Program::locations
};

struct ValueInfo {
  Type type;
  std::string hint;  // a name for the reader of the printed form; may be empty
};

/// Where the user wrote it.
struct Location {
  std::string file;
  int line = 0;
};

struct Function {
  std::string name;
  Region region;  // left by `return`
  Type result;
};

/// What each number of data must lie in: finite, and in [lower, upper] or, if open, (lower, upper).
struct Support {
  double lower = -infinity;
  double upper = infinity;
  bool open = false;

  bool contains(double x) const {
    const bool finite = -infinity < x && x < infinity;
    return finite && (open ? lower < x && x < upper : lower <= x && x <= upper);
  }
};

/// Data that the program reads; `data NAME` instructions refer to it.
struct Data {
  std::string name;
  Type type;  // shape known (dims >= 0) once data are bound
  std::int32_t location = -1;
  std::vector<Support> supports = {};  // every one of them
};

/// Three entries. What `prelude` defines at its top level is visible in the other two: it depends
/// on data alone and runs once when data are bound. What `density` defines at its top level is
/// visible in `outputs`, which runs once a draw and may use the generator.
///
/// After passes/resolve has fixed a run, `density` has one argument, the unconstrained position
/// (vector[d]), holds no choice, and after passes/differentiate it ends in `yield lp gradient`
/// (real, vector[d]).
struct Program {
  std::vector<ValueInfo> values;
  std::vector<Data> data;
  std::vector<Function> functions;
  std::vector<Location> locations;
  Region prelude;
  Region density;
  Region outputs;

  Value new_value(Type type, std::string hint = {});
  const Type& type(Value v) const { return values[v.id].type; }
  const Function* function(const std::string& name) const;
};

}  // namespace tyche::ir
