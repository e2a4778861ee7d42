#include "tyche/interpret/machine.hpp"

#include <cassert>
#include <limits>

#include "tyche/interpret/arithmetic.hpp"

namespace tyche::interpret {

using ir::Kind;
using ir::Op;
using ir::OpKind;

Flow Machine::run(const Block& block) {
  for (const Node& node : block.body) {
    if (const Flow flow = step(node); flow != Flow::next) return flow;
  }
  return Flow::next;
}

Flow Machine::run(const Block& block, std::span<const Cell> arguments) {
  assert(arguments.size() == block.arguments.size());
  for (std::size_t k = 0; k < arguments.size(); ++k) cell(block.arguments[k]) = arguments[k];
  return run(block);
}

Evaluation Machine::evaluation() {
  Evaluation out;
  out.rejected = !why_.empty();
  out.why = why_;
  out.target = out.rejected ? -std::numeric_limits<double>::infinity() : target_;
  out.terms = std::move(terms_);
  out.choices = choices_.arrays();
  out.outputs = outputs_.arrays();
  out.printed = std::move(printed_);
  return out;
}

std::vector<Cell> Machine::gather(std::span<const Summand> yields) {
  std::vector<Cell> values;
  for (const Summand& y : yields) values.push_back(cell(y.value));
  return values;
}

std::vector<Cell> Machine::gather(std::span<const Slot> slots) {
  std::vector<Cell> values;
  for (Slot slot : slots) values.push_back(cell(slot));
  return values;
}

void Machine::give_all(const Node& node, std::vector<Cell> values) {
  for (std::size_t k = 0; k < node.out.size(); ++k) cell(node.out[k]) = std::move(values[k]);
}

double Machine::added(const Summand& summand, double sum) {
  if (summand.a == no_slot) return sum + cell(summand.value).real;
  return bound_.elementary->fma(cell(summand.a).real, cell(summand.b).real, sum);
}

std::string Machine::place(const Node& node) const {
  if (node.at->location < 0) return {};
  const ir::Location& at = bound_.program->locations[std::size_t(node.at->location)];
  return at.file + ":" + std::to_string(at.line) + ": ";
}

Flow Machine::reject(const Node& node, std::string why) {
  why_ = place(node) + why;
  if (!loops_.empty()) {
    why_ += " (at";
    for (const LoopIndex& loop : loops_) why_ += " " + std::to_string(loop.index);
    why_ += ")";
  }
  return Flow::rejected;
}

const ir::Type& Machine::type_of(const Node& node, std::size_t operand) const {
  return bound_.program->type(node.at->operands[operand]);
}

Flow Machine::step(const Node& node) {
  switch (ir::info(node.at->op).kind) {
    case OpKind::leaf:
      return leaf(node);
    case OpKind::arithmetic:
      return arithmetic(node);
    case OpKind::elementary: {
      const double b = node.in.size() > 1 ? in(node, 1).real : 0;
      cell(node.out[0]).real =
          elementary_function(*bound_.elementary, node.at->op, in(node, 0).real, b);
      return Flow::next;
    }
    case OpKind::logic:
      return logic(node);
    case OpKind::memory:
      return memory(node);
    case OpKind::algebra:
      return algebra(node);
    case OpKind::control:
      return control(node);
    case OpKind::meaning:
      return meaning(node);
  }
  return Flow::next;
}

Flow Machine::leaf(const Node& node) {
  if (node.at->op == Op::data) {
    give(node, bound_.data_cells->at(node.at->name));
  } else if (node.kind == Kind::real) {
    cell(node.out[0]).real = node.at->number;
  } else {
    cell(node.out[0]).integer = node.at->integer;
  }
  return Flow::next;
}

Flow Machine::arithmetic(const Node& node) {
  const Op op = node.at->op;
  const std::size_t arity = node.in.size();
  const Cell& a = in(node, 0);
  const Cell& b = in(node, arity > 1 ? 1 : 0);
  const Cell& c = in(node, arity > 2 ? 2 : 0);
  if (node.kind == Kind::real) {
    cell(node.out[0]).real = real_arithmetic(*bound_.elementary, op, a.real, b.real, c.real);
    return Flow::next;
  }
  const auto result = integer_arithmetic(op, a.integer, b.integer);
  if (!result) return reject(node, "division of an integer by 0");
  cell(node.out[0]).integer = *result;
  return Flow::next;
}

Flow Machine::logic(const Node& node) {
  const Cell& a = in(node, 0);
  switch (node.at->op) {
    case Op::logical_and:
      cell(node.out[0]).integer = a.integer & in(node, 1).integer;
      break;
    case Op::logical_or:
      cell(node.out[0]).integer = a.integer | in(node, 1).integer;
      break;
    case Op::logical_not:
      cell(node.out[0]).integer = 1 - a.integer;
      break;
    case Op::select:
      give(node, in(node, a.integer != 0 ? 1 : 2));
      break;
    case Op::to_real:
      cell(node.out[0]).real = double(a.integer);
      break;
    case Op::to_integer:
      return to_integer(node);
    default: {
      const Cell& b = in(node, 1);
      const bool yes = node.kind == Kind::real ? compare(node.at->op, a.real, b.real)
                                               : compare(node.at->op, a.integer, b.integer);
      cell(node.out[0]).integer = yes;
    }
  }
  return Flow::next;
}

Flow Machine::to_integer(const Node& node) {
  if (node.kind == Kind::boolean) {
    cell(node.out[0]).integer = in(node, 0).integer;
    return Flow::next;
  }
  const double x = in(node, 0).real;
  const auto whole = truncated(x);
  if (!whole) return reject(node, "no integer for " + std::to_string(x));
  cell(node.out[0]).integer = *whole;
  return Flow::next;
}

Flow Machine::algebra(const Node& node) {
  const LinearAlgebraTable& table = *bound_.algebra;
  const ir::Array& a = in(node, 0).box->array;
  const std::int64_t n = a.type.dims[0];
  if (a.type.dims[1] != n) return reject(node, "a matrix that is not square");
  if (node.at->op == Op::cholesky) {
    ir::Array l = filled(a.type, false);
    if (!table.cholesky(n, a.reals.data(), l.reals.data())) {
      return reject(node, "a matrix that is not positive definite");
    }
    give(node, box_of(std::move(l)));
    return Flow::next;
  }
  const ir::Array& b = in(node, 1).box->array;
  if (b.type.dims[0] != n) return reject(node, "a right-hand side of another size");
  ir::Array x = filled(b.type, false);
  const std::int64_t columns = b.type.kind == Kind::matrix ? b.type.dims[1] : 1;
  if (node.at->op == Op::cholesky_adjoint) {
    if (columns != n) return reject(node, "an adjoint of another size");
    table.cholesky_adjoint(n, a.reals.data(), b.reals.data(), x.reals.data());
  } else if (node.at->op == Op::solve_lower) {
    table.solve_lower(n, columns, a.reals.data(), b.reals.data(), x.reals.data());
  } else {
    table.solve_lower_transposed(n, columns, a.reals.data(), b.reals.data(), x.reals.data());
  }
  give(node, box_of(std::move(x)));
  return Flow::next;
}

}  // namespace tyche::interpret
