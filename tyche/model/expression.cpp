#include "tyche/model/expression.hpp"

#include <algorithm>
#include <iterator>

#include "tyche/ir/builder.hpp"
#include "tyche/model/node.hpp"

namespace tyche {

using ir::Kind;
using ir::Op;
using ir::Value;

namespace {

thread_local int asking = 0;

Expression host(ir::Array array) {
  auto node = std::make_shared<Node>();
  node->form = Node::Form::host;
  node->kind = array.type.element();
  node->shape = array.type.shape();
  node->reads_data = true;
  if (array.type.size() == 0) {
    node->problem =
        std::make_shared<const Problem>(Problem{"at least one element", "an array without elements",
                                                "leave the statement out where there are no data"});
  }
  node->host = std::make_shared<const ir::Array>(std::move(array));
  return Expression(std::move(node));
}

bool is_whole(const Matrix& m) {
  constexpr std::int64_t most = (std::int64_t(1) << 31) - 1;
  return m.rows >= 0 && m.cols >= 0 && m.rows <= most && m.cols <= most &&
         std::int64_t(m.values.size()) == m.rows * m.cols;
}

Expression as_integer(const Expression& a) {
  return a.node()->kind == Kind::boolean ? operation(Op::to_integer, {a}) : a;
}

/// Both as integers if they are, else both as reals.
std::vector<Expression> alike(const Expression& a, const Expression& b) {
  const Expression x = as_integer(a), y = as_integer(b);
  if (x.node()->kind == y.node()->kind) return {x, y};
  return {as_real(x), as_real(y)};
}

Expression real_function(Op op, const Expression& a) { return operation(op, {as_real(a)}); }

Kind result_kind(Op op, const std::vector<Expression>& operands) {
  std::vector<ir::Type> types;
  for (const Expression& e : operands) types.push_back({e.node()->kind});
  return ir::result_type(op, types).kind;
}

}  // namespace

Node::~Node() {
  compute = nullptr;  // `inputs` keep what it holds
  std::vector<NodePtr> released = std::move(inputs);
  while (!released.empty()) {
    const NodePtr node = std::move(released.back());
    released.pop_back();
    if (node.use_count() > 1) continue;
    Node& last = const_cast<Node&>(*node);  // nobody else knows it
    last.compute = nullptr;
    std::ranges::move(last.inputs, std::back_inserter(released));
    last.inputs.clear();
  }
}

Asking::Asking() { ++asking; }
Asking::~Asking() { --asking; }

Expression Asking::placeholder(Kind kind) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  return Expression(std::move(node));
}

std::shared_ptr<Node> make_node(std::vector<NodePtr> inputs, Kind kind,
                                std::vector<std::int64_t> shape) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->shape = std::move(shape);
  for (const NodePtr& input : inputs) {
    node->frame = std::max(node->frame, input->frame);
    node->reads_data |= input->reads_data;
    node->above_landing |= input->landing || input->above_landing;
    node->depth = std::max(node->depth, input->landing ? 1 : input->depth + 1);
    if (!node->problem) node->problem = input->problem;
    if (node->owner == 0) node->owner = input->owner;
    if (!node->problem && input->owner != 0 && input->owner != node->owner) {
      node->problem = std::make_shared<const Problem>(Problem{
          "values of one model", "values of two: " + named(*inputs[0]) + " and " + named(*input),
          "declare in each model what it uses"});
    }
  }
  const bool storable = node->shape.empty() || kind == Kind::real || kind == Kind::integer;
  node->landing = asking == 0 && storable && node->depth >= landing_depth;
  node->inputs = std::move(inputs);
  return node;
}

Expression broken(std::vector<NodePtr> inputs, Problem problem) {
  auto node = make_node(std::move(inputs), Kind::real, {});
  if (!node->problem) node->problem = std::make_shared<const Problem>(std::move(problem));
  return Expression(std::move(node));
}

std::string describe(const Node& node) {
  const std::string of = named(node);
  const std::string name = node.name.empty() ? "" : of + ", ";
  const std::string made = node.name.empty() && !of.empty() ? " made of " + of : "";
  if (node.shape.empty()) return name + "a scalar" + made;
  std::string text = name + "an array[";
  for (std::size_t k = 0; k < node.shape.size(); ++k) {
    text += (k > 0 ? ", " : "") + std::to_string(node.shape[k]);
  }
  return text + "]" + made;
}

std::string named(const Node& node) {
  std::vector<const Node*> path{&node};
  for (int looked = 0; !path.empty() && looked < 1000; ++looked) {
    const Node* at = path.back();
    path.pop_back();
    if (!at->name.empty()) return at->name + (at->place.empty() ? "" : " (" + at->place + ")");
    for (auto input = at->inputs.rbegin(); input != at->inputs.rend(); ++input) {
      path.push_back(input->get());
    }
  }
  return {};
}

namespace {

Problem wrong_kinds(Op op, const std::vector<NodePtr>& operands) {
  const bool logic = op == Op::logical_and || op == Op::logical_or || op == Op::logical_not;
  std::string found = std::string(ir::info(op).name) + " of ";
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Kind kind = operands[k]->kind;
    found += (k > 0 ? " and " : "") +
             std::string(kind == Kind::real      ? "real "
                         : kind == Kind::integer ? "integer "
                                                 : "boolean ") +
             describe(*operands[k]);
  }
  if (logic) return {"conditions, as a < b", found, "compare first: (a > 0) & (b > 0)"};
  if (op == Op::select) return {"a condition first", found, "compare: where(a > 0, x, y)"};
  if (op == Op::remainder) return {"two integers", found, "use to_integer() on whole reals"};
  return {"numbers of one kind", found, "use to_integer() or indicator()"};
}

}  // namespace

Expression operation(Op op, std::vector<Expression> operands) {
  std::vector<NodePtr> inputs;
  for (const Expression& e : operands) inputs.push_back(e.node());
  std::vector<std::int64_t> shape;
  for (const NodePtr& input : inputs) {
    if (input->problem) return broken({input}, {});
    if (input->shape.empty()) continue;
    if (shape.empty()) shape = input->shape;
    if (shape == input->shape) continue;
    std::string found;
    for (const NodePtr& each : inputs) {
      if (!each->shape.empty()) found += (found.empty() ? "" : " and ") + describe(*each);
    }
    return broken(inputs, {"operands of one shape, or scalars",
                           std::string(ir::info(op).name) + " of " + found,
                           "give both the same dims, or take a part of the longer with slice()"});
  }
  const Kind kind = result_kind(op, operands);
  if (kind == Kind::none) return broken(inputs, wrong_kinds(op, inputs));
  auto node = make_node(inputs, kind, shape);
  node->op = op;
  node->compute = [op, inputs](const Scope& scope, std::span<const Value> indices) {
    std::vector<Value> values;
    for (const NodePtr& input : inputs) {
      values.push_back(
          scope.element(input, indices.first(input->shape.empty() ? 0 : indices.size())));
    }
    return scope.emit(op, values);
  };
  return Expression(std::move(node));
}

Expression as_real(const Expression& a) {
  if (a.node()->kind == Kind::real) return a;
  if (a.node()->form == Node::Form::number) return Expression(a.node()->number);
  return operation(Op::to_real, {as_integer(a)});
}

Expression Expression::number(double x) {
  auto node = std::make_shared<Node>();
  node->form = Node::Form::number;
  node->number = x;
  return Expression(std::move(node));
}

Expression Expression::integer(std::int64_t x) {
  auto node = std::make_shared<Node>();
  node->form = Node::Form::number;
  node->kind = Kind::integer;
  node->number = double(x);
  return Expression(std::move(node));
}

Expression::Expression(const std::vector<double>& data)
    : Expression(host({ir::Type::vector(std::int64_t(data.size())), data, {}})) {}

Expression::Expression(const std::vector<int>& data)
    : Expression(host({ir::Type::array(ir::Type::integer(), {std::int64_t(data.size())}),
                       {},
                       {data.begin(), data.end()}})) {}

Expression::Expression(const Matrix& data)
    : Expression(is_whole(data)
                     ? host({ir::Type::matrix(data.rows, data.cols), data.values, {}})
                     : broken({}, {"a Matrix of rows x cols values",
                                   std::to_string(data.rows) + " x " + std::to_string(data.cols) +
                                       " with " + std::to_string(data.values.size()) + " values",
                                   "give as many values as elements, column after column"})) {}

Expression::Expression(std::initializer_list<double> data)
    : Expression(std::vector<double>(data)) {}

const std::vector<std::int64_t>& Expression::shape() const { return node_->shape; }

Expression operator+(const Expression& a, const Expression& b) {
  return operation(Op::add, alike(a, b));
}
Expression operator-(const Expression& a, const Expression& b) {
  return operation(Op::sub, alike(a, b));
}
Expression operator/(const Expression& a, const Expression& b) {
  return operation(Op::div, {as_real(a), as_real(b)});
}
Expression operator%(const Expression& a, const Expression& b) {
  return operation(Op::remainder, {a, b});
}
Expression operator-(const Expression& a) { return operation(Op::neg, {as_integer(a)}); }
Expression operator<(const Expression& a, const Expression& b) {
  return operation(Op::lt, alike(a, b));
}
Expression operator<=(const Expression& a, const Expression& b) {
  return operation(Op::le, alike(a, b));
}
Expression operator>(const Expression& a, const Expression& b) {
  return operation(Op::gt, alike(a, b));
}
Expression operator>=(const Expression& a, const Expression& b) {
  return operation(Op::ge, alike(a, b));
}
Expression operator==(const Expression& a, const Expression& b) {
  return operation(Op::eq, alike(a, b));
}
Expression operator!=(const Expression& a, const Expression& b) {
  return operation(Op::ne, alike(a, b));
}
Expression operator&(const Expression& a, const Expression& b) {
  return operation(Op::logical_and, {a, b});
}
Expression operator|(const Expression& a, const Expression& b) {
  return operation(Op::logical_or, {a, b});
}
Expression operator!(const Expression& a) { return operation(Op::logical_not, {a}); }

Expression sqrt(const Expression& a) { return real_function(Op::sqrt, a); }
Expression exp(const Expression& a) { return real_function(Op::exp, a); }
Expression log(const Expression& a) { return real_function(Op::log, a); }
Expression log1p(const Expression& a) { return real_function(Op::log1p, a); }
Expression expm1(const Expression& a) { return real_function(Op::expm1, a); }
Expression tanh(const Expression& a) { return real_function(Op::tanh, a); }
Expression sin(const Expression& a) { return real_function(Op::sin, a); }
Expression cos(const Expression& a) { return real_function(Op::cos, a); }
Expression inv_logit(const Expression& a) { return real_function(Op::inv_logit, a); }
Expression log1p_exp(const Expression& a) { return real_function(Op::log1p_exp, a); }
Expression log1m_exp(const Expression& a) { return real_function(Op::log1m_exp, a); }
Expression erf(const Expression& a) { return real_function(Op::erf, a); }
Expression erfc(const Expression& a) { return real_function(Op::erfc, a); }
Expression Phi(const Expression& a) { return real_function(Op::Phi, a); }
Expression inv_Phi(const Expression& a) { return real_function(Op::inv_Phi, a); }
Expression lgamma(const Expression& a) { return real_function(Op::lgamma, a); }
Expression digamma(const Expression& a) { return real_function(Op::digamma, a); }
Expression floor(const Expression& a) { return real_function(Op::floor, a); }
Expression abs(const Expression& a) { return operation(Op::abs, {as_integer(a)}); }
Expression square(const Expression& a) { return elementwise(a, a); }
Expression log_sum_exp(const Expression& a, const Expression& b) {
  return operation(Op::log_sum_exp, {as_real(a), as_real(b)});
}
Expression pow(const Expression& a, const Expression& b) {
  return operation(Op::pow, {as_real(a), as_real(b)});
}
Expression min(const Expression& a, const Expression& b) { return operation(Op::min, alike(a, b)); }
Expression max(const Expression& a, const Expression& b) { return operation(Op::max, alike(a, b)); }
Expression fma(const Expression& a, const Expression& b, const Expression& c) {
  return operation(Op::fma, {as_real(a), as_real(b), as_real(c)});
}

Expression where(const Expression& condition, const Expression& a, const Expression& b) {
  std::vector<Expression> sides = alike(a, b);
  return operation(Op::select, {condition, sides[0], sides[1]});
}

Expression indicator(const Expression& condition) { return as_real(condition); }

Expression to_integer(const Expression& a) {
  return a.node()->kind == Kind::integer ? a : operation(Op::to_integer, {a});
}

Expression elementwise(const Expression& a, const Expression& b) {
  return operation(Op::mul, alike(a, b));
}

}  // namespace tyche
