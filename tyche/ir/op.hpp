// The operations of the IR: one table with name, arity and kind of each.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace tyche::ir {

enum class Op : std::uint8_t {
  // Leaves.
  constant,  // number, or integer; result real, integer or boolean
  data,      // name; result has the declared type
  // Arithmetic on two reals or two integers, result alike. Integers: modulo 2^64; division
  // truncates; a zero divisor rejects the point. min, max: `a < b ? a : b`, `a > b ? a : b`.
  add,
  sub,
  mul,
  div,
  neg,
  abs,
  min,
  max,
  remainder,
  fma,  // a b + c, rounded once where the CPU can
  // Elementary functions of reals: one algorithm each, tyche/kernels.
  sqrt,
  exp,
  log,
  log1p,
  inv1p,       // 1 / (1 + x), the slope of log1p; NaN below -1
  log1p_unit,  // log1p where 0 <= x <= 1, of no meaning elsewhere
  expm1,
  tanh,
  inv_logit,
  log1p_exp,
  log1m_exp,
  log_sum_exp,
  sin,
  cos,
  pow,
  erf,
  erfc,
  Phi,
  inv_Phi,
  lgamma,
  digamma,
  trigamma,
  floor,
  round,  // halves away from 0
  // Comparisons of two reals or two integers, and logic; result boolean.
  lt,
  le,
  gt,
  ge,
  eq,
  ne,
  logical_and,
  logical_or,
  logical_not,
  select,      // condition, a, b: both are computed; a or b chosen, without arithmetic
  to_real,     // of an integer
  to_integer,  // of a boolean (0 or 1) or a real (towards zero; out of range rejects)
  // Arrays.
  local,   // () -> mutable container of the result's type (dims known); `integer` 1: what is read
           // was stored before, so compiled code need not fill it
  load,    // container, indices... -> element (as many indices as shape(), or fewer: a copy of the
           // part with the remaining dims, leading indices given)
  store,   // container, indices..., value: into a local; as many indices as shape(), or fewer: a
           // part
  add_to,  // container, indices..., real: adds to an element of a local (sums: see Program);
           // `integer` 1: in turn, at the top of the body of a plate that is in no plate, with no
           // other add_to to the local there
  slice,   // container, first, count (integers, constant count after binding data): along index 0;
           // outside rejects
  size,    // container -> integer: of index number `integer`
  // Tuples.
  tuple,  // items... -> tuple
  item,   // tuple -> item number `integer`
  // Linear algebra on whole containers; a matrix that is not positive definite rejects the point.
  cholesky,                // A -> L, lower; reads A's lower triangle, takes A as symmetric
  cholesky_adjoint,        // L, L_bar -> A_bar (symmetric): Murray 2016
  solve_lower,             // L, b (vector or matrix) -> L^-1 b
  solve_lower_transposed,  // L, b -> L^-T b
  // Control. `integer`: plate: how many of the yields are mapped (the rest are summed); scan: how
  // many operands after the count are carried (the rest are per-step data).
  for_loop,  // count, carried... ; region (i, carried...) yields carried... -> carried...
  plate,     // count ; region (i) yields mapped..., summed... -> arrays..., sums...
             // (a mapped scalar becomes vector[count] or array[count] integer; a mapped container
             // array[count] of it)
  scan,      // count, carried..., data... ; region (t, carried..., elements...) yields carried...,
             // outputs... -> carried..., arrays...
  while_loop,  // carried... ; regions (carried...) yields boolean, (carried...) yields carried...
  if_else,     // condition ; two regions () yield alike -> results
  yield,       // ends a region
  break_loop,
  continue_loop,  // the innermost for or while that carries nothing
  return_value,   // from a function: 0 or 1 operands
  call,           // name: a function; operands: arguments -> result
  call_value,     // function value, arguments...
  function,       // name -> a function value
  // Meaning.
  choice,  // name; operands: parameters of the distribution; result: the value.
           // regions, an absent one has no arguments and no body:
           //   0 log density  (x, parameters...) -> real
           //   1 constrain    (u, parameters...) -> x, log |Jacobian|; u: vector[k]
           //   2 unconstrain  (x, parameters...) -> u
           //   3 sampler      (parameters...) -> x, with draw_uniform and draw_normal inside
           //   4 centring     (parameters...) -> location, scale: of a real whose centring a
           //                  sampler may choose; may be left out
           // normalised: whether region 0 keeps every constant.
  term,    // e, or e and an observation index (integer)
  output,  // name; value
  reject,  // name: why
  print,   // name: text; operands follow it
  draw_uniform,
  draw_normal,  // () -> real, from the generator of the run
};

enum class OpKind : std::uint8_t {
  leaf,
  arithmetic,
  elementary,
  logic,
  memory,
  algebra,
  control,
  meaning
};

struct OpInfo {
  Op op;
  std::string_view name;  // as printed
  int operands;           // -1: any number
  OpKind kind;
};

/// Indexed by Op.
std::span<const OpInfo> op_table();
const OpInfo& info(Op op);
/// Whether an instruction may be dropped if its results are unused and computed twice or elsewhere:
/// no term, store, reject, draw, print and no region that holds one; loads of locals are not
/// movable.
bool is_pure(Op op);

}  // namespace tyche::ir
