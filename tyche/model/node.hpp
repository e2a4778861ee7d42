// What an Expression points to: how to compute its elements, and in which body it can be computed.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/model/expression.hpp"

namespace tyche {

class Recorder;

/// Where instructions for one element go: the innermost body whose values it reads.
struct Scope {
  Recorder& recorder;
  int frame;

  ir::Value element(const NodePtr& node, std::span<const ir::Value> indices) const;
  /// The node's container as one value.
  ir::Value whole(const NodePtr& node) const;
  ir::Value matrix(const NodePtr& node) const;
  ir::Value emit(ir::Op op, std::span<const ir::Value> operands) const;
  ir::Value integer(std::int64_t x) const;
  /// Sum of `term(inner scope, k)` for k in [0, n).
  ir::Value sum(std::int64_t n,
                const std::function<ir::Value(const Scope&, ir::Value)>& term) const;
  /// join(... join(element 0, element 1) ..., element n - 1) of a vector.
  ir::Value fold(const NodePtr& node,
                 const std::function<ir::Value(const Scope&, ir::Value, ir::Value)>& join) const;
};

using Compute = std::function<ir::Value(const Scope&, std::span<const ir::Value> indices)>;

/// Why an expression cannot be: an Error but for its place, which a statement knows.
struct Problem {
  std::string expected;
  std::string found;
  std::string remedy;
};

struct Node {
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  /// Without recursion: what a node reads may be a chain of any length.
  ~Node();

  enum class Form {
    number,    // a literal
    host,      // an array of the user's, not yet part of a program
    value,     // a value of the program
    element,   // inputs[0] at inputs[1]
    computed,  // by `compute`
    whole      // by `compute` without indices: a container, stored
  };
  Form form = Form::computed;
  ir::Kind kind = ir::Kind::real;  // of an element: real, integer or boolean
  std::vector<std::int64_t> shape = {};
  int frame = 0;            // the innermost body that it reads from; 0: the prelude
  bool reads_data = false;  // some input is data
  std::shared_ptr<const Problem> problem = {};
  std::vector<NodePtr> inputs = {};  // whatever `compute` reads
  /// Operations below it, down to the nearest landings: nodes that Recorder::settle computes before
  /// those above them (arrays as a whole), so that no recursion is deeper than `landing_depth`.
  int depth = 0;
  bool landing = false;
  bool above_landing = false;
  double number = 0;        // a literal, integer or real
  ir::Value value = {};     // value
  std::uint64_t owner = 0;  // the recorder whose values it reads; 0: none
  std::string name = {};    // of data or a parameter
  std::string place = {};   // where that was declared
  std::shared_ptr<const ir::Array> host = {};
  std::optional<ir::Op> op = {};  // of an elementwise operation
  bool indexed = false;           // inputs[0] at inputs[1], an integer or an array of them
  Compute compute = {};
};

constexpr int landing_depth = 200;

/// While it lives, a formula is asked what it reads, with indices that no body holds: the nodes
/// that it makes cannot be computed.
class Asking {
 public:
  Asking();
  ~Asking();
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  /// Stands for an index or a value.
  static Expression placeholder(ir::Kind kind);
};

/// A node that reads `inputs`: all but what is given here and `compute` follows from theirs.
std::shared_ptr<Node> make_node(std::vector<NodePtr> inputs, ir::Kind kind,
                                std::vector<std::int64_t> shape);
/// An expression that cannot be, because of `problem`.
Expression broken(std::vector<NodePtr> inputs, Problem problem);
/// "theta (model.cpp:12), an array[8]", "an array[3, 2] made of theta (model.cpp:12)", "a scalar".
std::string describe(const Node& node);
/// "theta (model.cpp:12)" of the node or the first with a name that it is made of; "" if none is.
std::string named(const Node& node);
/// The same as reals, if it is integer.
Expression as_real(const Expression& a);
/// An elementwise operation on operands of one shape or scalars.
Expression operation(ir::Op op, std::vector<Expression> operands);

}  // namespace tyche
