// Indexing, sums, products and linear algebra of expressions.
#include <algorithm>
#include <array>

#include "tyche/model/node.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

using ir::Kind;
using ir::Op;
using ir::Value;

namespace {

Expression product_problem(const std::string& what, const Expression& a, const Expression& b) {
  return broken({a.node(), b.node()}, {"inner lengths that agree in " + what,
                                       describe(*a.node()) + " and " + describe(*b.node()),
                                       "exchange or transpose a factor, or use elementwise()"});
}

Expression matrix_problem(const std::string& expected, const Expression& a) {
  return broken({a.node()}, {expected, describe(*a.node()), "give a Matrix, or use tabulate()"});
}

std::vector<Value> joined(Value first, std::span<const Value> rest) {
  std::vector<Value> all{first};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

/// A source that is read at random is worth computing once, before.
NodePtr source(const NodePtr& node) {
  using enum Node::Form;
  if (node->form == computed && !node->shape.empty()) return stored(Expression(node)).node();
  return node;
}

Expression gather(const Expression& a, const Expression& index) {
  std::vector<std::int64_t> shape = index.shape();
  shape.insert(shape.end(), a.shape().begin() + 1, a.shape().end());
  const NodePtr from = source(a.node()), at = index.node();
  auto node = make_node({from, at}, from->kind, std::move(shape));
  node->indexed = true;
  node->compute = [from, at](const Scope& scope, std::span<const Value> indices) {
    const Value i = scope.element(at, indices.first(at->shape.size()));
    return scope.element(from, joined(i, indices.subspan(at->shape.size())));
  };
  return Expression(std::move(node));
}

/// Sum over k of a(..., k) b(k, ...): `a` has rank 1 or 2 and so has `b`.
Expression product(const Expression& a, const Expression& b) {
  const std::int64_t n = a.shape().back();
  if (n != b.shape().front()) return product_problem("a product", a, b);
  std::vector<std::int64_t> shape(a.shape().begin(), a.shape().end() - 1);
  shape.insert(shape.end(), b.shape().begin() + 1, b.shape().end());
  const NodePtr left = as_real(a).node(), right = as_real(b).node();
  auto node = make_node({left, right}, Kind::real, std::move(shape));
  node->compute = [left, right, n](const Scope& scope, std::span<const Value> indices) {
    const std::size_t rows = left->shape.size() - 1;
    return scope.sum(n, [&](const Scope& inner, Value k) {
      std::vector<Value> i(indices.begin(), indices.begin() + std::int64_t(rows));
      i.push_back(k);
      const std::array factors{inner.element(left, i),
                               inner.element(right, joined(k, indices.subspan(rows)))};
      return inner.emit(Op::mul, factors);
    });
  };
  return Expression(std::move(node));
}

Value sum_over(const Scope& scope, const NodePtr& node, const std::vector<Value>& indices) {
  if (indices.size() == node->shape.size()) return scope.element(node, indices);
  return scope.sum(node->shape[indices.size()], [&](const Scope& inner, Value k) {
    std::vector<Value> more = indices;
    more.push_back(k);
    return sum_over(inner, node, more);
  });
}

Expression algebra(Op op, const std::vector<Expression>& operands) {
  std::vector<NodePtr> inputs;
  for (const Expression& e : operands) inputs.push_back(as_real(e).node());
  auto node = make_node(inputs, Kind::real, inputs.back()->shape);
  node->form = Node::Form::whole;
  node->compute = [op, inputs](const Scope& scope, std::span<const Value>) {
    std::vector<Value> values;
    for (const NodePtr& input : inputs) {
      values.push_back(input->shape.size() == 2 ? scope.matrix(input) : scope.whole(input));
    }
    return scope.emit(op, values);
  };
  return Expression(std::move(node));
}

Expression solve(Op op, const Expression& L, const Expression& b) {
  if (L.rank() != 2 || b.rank() < 1 || b.rank() > 2 || L.shape()[0] != L.shape()[1] ||
      L.shape()[0] != b.shape()[0]) {
    return broken({L.node(), b.node()}, {"a square matrix, and a vector or matrix of as many rows",
                                         describe(*L.node()) + " and " + describe(*b.node()),
                                         "check the order of the arguments and their dims"});
  }
  return algebra(op, {L, b});
}

}  // namespace

Expression operator*(const Expression& a, const Expression& b) {
  if (a.rank() > 0 && b.rank() > 0 && a.rank() + b.rank() > 2) {
    if (a.rank() > 2 || b.rank() > 2) return product_problem("a product", a, b);
    return product(a, b);
  }
  return elementwise(a, b);
}

Expression Expression::operator[](const Expression& index) const {
  if (rank() == 0)
    return broken(
        {node_}, {"an array before an index", describe(*node_), "use the scalar without an index"});
  if (index.node_->kind != Kind::integer) {
    return broken({node_, index.node_}, {"an integer as index", "a real, " + describe(*index.node_),
                                         "count with integers, or use to_integer()"});
  }
  if (index.rank() > 0) return gather(*this, index);
  if (index.node_->form == Node::Form::number &&
      (index.node_->number < 0 || index.node_->number >= double(size()))) {
    return broken({node_},
                  {"an index from 0 to " + std::to_string(size() - 1),
                   std::to_string(std::int64_t(index.node_->number)) + " into " + describe(*node_),
                   "count from 0: the last element is the length less one"});
  }
  const NodePtr from = node_, at = index.node_;
  auto node = make_node({from, at}, from->kind, {shape().begin() + 1, shape().end()});
  node->form = Node::Form::element;
  node->indexed = true;
  node->compute = [from, at](const Scope& scope, std::span<const Value> indices) {
    return scope.element(from, joined(scope.element(at, {}), indices));
  };
  return Expression(std::move(node));
}

Expression Expression::slice(std::int64_t first, std::int64_t count) const {
  if (rank() == 0 || first < 0 || count < 1 || first + count > size()) {
    return broken({node_}, {"a slice of one element or more within the array",
                            std::to_string(count) + " elements from " + std::to_string(first) +
                                " of " + describe(*node_),
                            "write it as slice(first, count), counting from 0"});
  }
  std::vector<std::int64_t> shape = node_->shape;
  shape[0] = count;
  const NodePtr from = node_;
  auto node = make_node({from}, from->kind, std::move(shape));
  node->compute = [from, first](const Scope& scope, std::span<const Value> indices) {
    const std::array operands{indices[0], scope.integer(first)};
    const Value i = first == 0 ? indices[0] : scope.emit(Op::add, operands);
    return scope.element(from, joined(i, indices.subspan(1)));
  };
  return Expression(std::move(node));
}

Expression Expression::column(const Expression& j) const {
  if (rank() != 2) return matrix_problem("a matrix to take a column of", *this);
  return transposed(*this)[j];
}

Expression transposed(const Expression& a) {
  if (a.rank() != 2) return matrix_problem("a matrix to transpose", a);
  const NodePtr from = a.node();
  auto node = make_node({from}, from->kind, {from->shape[1], from->shape[0]});
  node->compute = [from](const Scope& scope, std::span<const Value> indices) {
    return scope.element(from, std::array{indices[1], indices[0]});
  };
  return Expression(std::move(node));
}

Expression sum(const Expression& a) {
  if (a.rank() == 0) return a;
  const NodePtr from = as_real(a).node();
  auto node = make_node({from}, Kind::real, {});
  node->compute = [from](const Scope& scope, std::span<const Value>) {
    return sum_over(scope, from, {});
  };
  return Expression(std::move(node));
}

Expression dot(const Expression& a, const Expression& b) {
  if (a.rank() != 1 || b.rank() != 1)
    return broken({a.node(), b.node()}, {"two vectors of one length in a dot product",
                                         describe(*a.node()) + " and " + describe(*b.node()),
                                         "use a product with * for matrices, or sum() of one"});
  return product(a, b);
}

Expression log_sum_exp(const Expression& a) {
  if (a.rank() != 1)
    return broken({a.node()}, {"a vector for log_sum_exp", describe(*a.node()),
                               "give the vector, or two scalars"});
  const NodePtr from = as_real(stored(a)).node();
  auto node = make_node({from}, Kind::real, {});
  node->compute = [from](const Scope& scope, std::span<const Value>) {
    const Value largest = scope.fold(from, [](const Scope& inner, Value x, Value y) {
      return inner.emit(Op::max, std::array{x, y});
    });
    const Value total = scope.sum(from->shape[0], [&](const Scope& inner, Value k) {
      const Value x = inner.element(from, std::array{k});
      return inner.emit(Op::exp, std::array{inner.emit(Op::sub, std::array{x, largest})});
    });
    const std::array parts{largest, scope.emit(Op::log, std::array{total})};
    return scope.emit(Op::add, parts);
  };
  return Expression(std::move(node));
}

Expression stored(const Expression& a) {
  if (a.rank() == 0 || a.node()->form != Node::Form::computed) return a;
  const NodePtr from = a.node();
  auto node = make_node({from}, from->kind, from->shape);
  node->form = Node::Form::whole;
  node->compute = [from](const Scope& scope, std::span<const Value>) { return scope.whole(from); };
  return Expression(std::move(node));
}

namespace {

using Formula = std::function<Expression(std::span<const Expression>)>;

Expression empty_problem(const std::string& what, std::int64_t n) {
  return broken({}, {"at least one element for " + what, std::to_string(n),
                     "leave the array out where it is empty"});
}

Expression asked(std::size_t rank, const Formula& formula) {
  const Asking asking;
  return formula(std::vector<Expression>(rank, Asking::placeholder(Kind::integer)));
}

Expression tabulated(std::vector<std::int64_t> shape, const Formula& formula) {
  for (std::int64_t n : shape) {
    if (n < 1) return empty_problem("tabulate", n);
  }
  const Expression sample = asked(shape.size(), formula);
  if (sample.rank() > 0)
    return broken({sample.node()},
                  {"a formula whose elements are scalars", describe(*sample.node()),
                   "make a matrix by tabulate(rows, cols, ...)"});
  auto node = make_node({sample.node()}, sample.node()->kind, std::move(shape));
  node->compute = [formula](const Scope& scope, std::span<const Value> indices) {
    std::vector<Expression> at;
    for (Value i : indices) {
      at.push_back(scope.recorder.expression(i, scope.recorder.frame_of(i)));
    }
    const Expression element = formula(at);
    scope.recorder.settle(element.node());
    return scope.element(element.node(), {});
  };
  return Expression(std::move(node));
}

}  // namespace

Expression tabulate(std::int64_t n, const std::function<Expression(const Index&)>& element) {
  return tabulated({n}, [element](std::span<const Expression> i) { return element(i[0]); });
}

Expression tabulate(std::int64_t rows, std::int64_t cols,
                    const std::function<Expression(const Index&, const Index&)>& element) {
  return tabulated({rows, cols},
                   [element](std::span<const Expression> i) { return element(i[0], i[1]); });
}

Expression gathered(const std::vector<Expression>& elements) {
  if (elements.empty()) return empty_problem("gathered", 0);
  std::vector<NodePtr> inputs;
  for (const Expression& e : elements) {
    if (e.rank() > 0) {
      return broken({e.node()}, {"scalars to gather", describe(*e.node()), "use tabulate()"});
    }
    inputs.push_back(as_real(e).node());
  }
  auto node = make_node(inputs, Kind::real, {std::int64_t(inputs.size())});
  node->form = Node::Form::whole;
  node->compute = [inputs](const Scope& scope, std::span<const Value>) {
    const std::int64_t n = std::int64_t(inputs.size());
    std::vector<Value> values;
    for (const NodePtr& input : inputs) values.push_back(scope.element(input, {}));
    ir::Builder& builder = scope.recorder.builder(scope.frame);
    const Value all = builder.local(ir::Type::vector(n));
    scope.recorder.set_frame(all, scope.frame);
    for (std::int64_t k = 0; k < n; ++k)
      builder.store(all, {scope.integer(k)}, values[std::size_t(k)]);
    return all;
  };
  return Expression(std::move(node));
}

Expression cholesky(const Expression& a) {
  if (a.rank() != 2 || a.shape()[0] != a.shape()[1]) {
    return matrix_problem("a square matrix for cholesky", a);
  }
  return algebra(Op::cholesky, {a});
}

Expression solve_lower(const Expression& L, const Expression& b) {
  return solve(Op::solve_lower, L, b);
}

Expression solve_lower_transposed(const Expression& L, const Expression& b) {
  return solve(Op::solve_lower_transposed, L, b);
}

}  // namespace tyche
