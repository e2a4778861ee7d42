#include "tyche/ir/op.hpp"

#include <cassert>

namespace tyche::ir {
namespace {

using enum OpKind;

// clang-format off
constexpr OpInfo table[] = {
    {Op::constant, "constant", 0, leaf}, {Op::data, "data", 0, leaf},
    {Op::add, "add", 2, arithmetic}, {Op::sub, "sub", 2, arithmetic},
    {Op::mul, "mul", 2, arithmetic}, {Op::div, "div", 2, arithmetic},
    {Op::neg, "neg", 1, arithmetic}, {Op::abs, "abs", 1, arithmetic},
    {Op::min, "min", 2, arithmetic}, {Op::max, "max", 2, arithmetic},
    {Op::remainder, "remainder", 2, arithmetic}, {Op::fma, "fma", 3, arithmetic},
    {Op::sqrt, "sqrt", 1, elementary}, {Op::exp, "exp", 1, elementary},
    {Op::log, "log", 1, elementary}, {Op::log1p, "log1p", 1, elementary},
    {Op::inv1p, "inv1p", 1, elementary},
    {Op::log1p_unit, "log1p_unit", 1, elementary},
    {Op::expm1, "expm1", 1, elementary}, {Op::tanh, "tanh", 1, elementary},
    {Op::inv_logit, "inv_logit", 1, elementary}, {Op::log1p_exp, "log1p_exp", 1, elementary},
    {Op::log1m_exp, "log1m_exp", 1, elementary}, {Op::log_sum_exp, "log_sum_exp", 2, elementary},
    {Op::sin, "sin", 1, elementary}, {Op::cos, "cos", 1, elementary},
    {Op::pow, "pow", 2, elementary}, {Op::erf, "erf", 1, elementary},
    {Op::erfc, "erfc", 1, elementary}, {Op::Phi, "Phi", 1, elementary},
    {Op::inv_Phi, "inv_Phi", 1, elementary}, {Op::lgamma, "lgamma", 1, elementary},
    {Op::digamma, "digamma", 1, elementary}, {Op::trigamma, "trigamma", 1, elementary},
    {Op::floor, "floor", 1, elementary}, {Op::round, "round", 1, elementary},
    {Op::lt, "lt", 2, logic}, {Op::le, "le", 2, logic}, {Op::gt, "gt", 2, logic},
    {Op::ge, "ge", 2, logic}, {Op::eq, "eq", 2, logic}, {Op::ne, "ne", 2, logic},
    {Op::logical_and, "and", 2, logic}, {Op::logical_or, "or", 2, logic},
    {Op::logical_not, "not", 1, logic}, {Op::select, "select", 3, logic},
    {Op::to_real, "to_real", 1, logic}, {Op::to_integer, "to_integer", 1, logic},
    {Op::local, "local", 0, memory}, {Op::load, "load", -1, memory},
    {Op::store, "store", -1, memory}, {Op::add_to, "add_to", -1, memory},
    {Op::slice, "slice", 3, memory}, {Op::size, "size", 1, memory},
    {Op::tuple, "tuple", -1, memory}, {Op::item, "item", 1, memory},
    {Op::cholesky, "cholesky", 1, algebra}, {Op::cholesky_adjoint, "cholesky_adjoint", 2, algebra},
    {Op::solve_lower, "solve_lower", 2, algebra},
    {Op::solve_lower_transposed, "solve_lower_transposed", 2, algebra},
    {Op::for_loop, "for", -1, control}, {Op::plate, "plate", 1, control},
    {Op::scan, "scan", -1, control}, {Op::while_loop, "while", -1, control},
    {Op::if_else, "if", 1, control}, {Op::yield, "yield", -1, control},
    {Op::break_loop, "break", 0, control}, {Op::continue_loop, "continue", 0, control},
    {Op::return_value, "return", -1, control}, {Op::call, "call", -1, control},
    {Op::call_value, "call_value", -1, control}, {Op::function, "function", 0, control},
    {Op::choice, "choice", -1, meaning}, {Op::term, "term", -1, meaning},
    {Op::output, "output", 1, meaning}, {Op::reject, "reject", 0, meaning},
    {Op::print, "print", -1, meaning}, {Op::draw_uniform, "draw_uniform", 0, meaning},
    {Op::draw_normal, "draw_normal", 0, meaning},
};
// clang-format on

constexpr bool in_order() {
  for (int k = 0; k < int(std::size(table)); ++k) {
    if (int(table[k].op) != k) return false;
  }
  return std::size(table) == std::size_t(Op::draw_normal) + 1;
}
static_assert(in_order(), "the table has one row an op, in the order of the enum");

}  // namespace

std::span<const OpInfo> op_table() { return table; }

const OpInfo& info(Op op) { return table[std::size_t(op)]; }

bool is_pure(Op op) {
  switch (op) {
    case Op::local:
    case Op::store:
    case Op::add_to:
    case Op::call:
    case Op::call_value:
      return false;
    default:
      return info(op).kind != meaning && info(op).kind != control;
  }
}

}  // namespace tyche::ir
