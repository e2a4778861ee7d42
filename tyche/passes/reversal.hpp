// The two sweeps over a region: forward with tapes, then backward. Used by differentiate alone.
#pragma once
#include <optional>

#include "tyche/base/error.hpp"
#include "tyche/passes/adjoints.hpp"

namespace tyche::passes {

/// Copies of a loop's state, each as it is before an iteration.
struct Tape {
  std::int64_t capacity = 0;
  std::vector<Value> carried = {};                   // one array for each carried value
  std::vector<char> kept = {};                       // whether the loop's own body stores to it
  std::vector<std::pair<Value, Value>> locals = {};  // a local that the loop writes, and its array
};

/// What the forward sweep leaves of a loop. A tape that need not hold every iteration holds those
/// at multiples of `interval`, a power of two: whenever it is full, every other one is dropped.
struct LoopTrace {
  Tape tape = {};
  bool whole = false;   // every iteration is on the tape
  Value trip = {};      // how many iterations there were
  Value interval = {};  // unless whole
  Value count = {};     // unless whole: iterations on the tape
};

/// What the forward sweep leaves for the backward sweep.
struct Step {
  Instruction instruction;                          // as it was
  Value old = {};                                   // store, add_to: the overwritten part
  LoopTrace loop = {};                              // for, while
  std::vector<std::pair<Value, Value>> saved = {};  // others: a local that it writes, and its copy
  bool done = false;                                // went backward together with forward:
  std::vector<std::pair<Value, Value>> given = {};  // a scalar and what that adds to its adjoint
};

/// While it lives, a bound on ids has another value.
class Recomputing {
 public:
  Recomputing(std::size_t& bound, std::size_t values) : bound_(bound), before_(bound) {
    bound = values;
  }
  ~Recomputing() { bound_ = before_; }
  Recomputing(const Recomputing&) = delete;
  Recomputing& operator=(const Recomputing&) = delete;

 private:
  std::size_t& bound_;
  std::size_t before_;
};

/// A region's body while it is swept, with what the early adjoints need.
struct Sweep {
  const std::vector<Instruction>& body;
  std::span<const Value> seeds;  // adjoints of the yields, absent where zero
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> users = {};
  std::unordered_map<std::uint32_t, std::size_t> position = {};

  Sweep(const std::vector<Instruction>& b, std::span<const Value> s);
};

class Reversal {
 public:
  explicit Reversal(Program& program);

  /// Appends the body (ended by its yield) forward and then backward. Adjoints of scalars from
  /// around it end up in `scope`; seeds of arrays are arrays.
  void both_ways(Builder& b, const std::vector<Instruction>& body, std::span<const Value> seeds,
                 Scope& scope);

  Buffers& buffers() { return buffers_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool active(Value v) const { return v.id < active_.size() && active_[v.id]; }
  bool once(Value v) const { return v.id < once_.size() && once_[v.id]; }
  bool local(Value v) const { return v.id < locals_.size() && locals_[v.id]; }
  bool masked(Value v) const { return v.id < masked_.size() && masked_[v.id]; }
  bool scalar(Value v) const { return program_.type(v).is_scalar(); }
  bool beyond_plate(Value v) const { return v.id < plate_floor_; }
  bool concerns(const Instruction& i) const;
  void unsupported(const Instruction& i);

  // reversal_forward.cpp
  Step forward(Builder& b, const Sweep& sweep, std::size_t position);
  void forward_store(Builder& b, Step& step);
  void forward_plate(Builder& b, const Sweep& sweep, std::size_t position, Step& step);
  void save_locals(Builder& b, Step& step);
  bool fusable(const Sweep& sweep, const Instruction& plate) const;
  std::optional<Value> early_adjoint(Builder& b, const Sweep& sweep, Value v,
                                     std::size_t position) const;
  void declare_buffers(Builder& b, const Instruction& i);
  void append_stripped(Builder& b, const Instruction& i) const;
  void strip(Region& region) const;

  // reversal_backward.cpp
  void backward(Builder& b, const Step& step, Scope& scope);
  void backward_plain(Builder& b, const Instruction& i, Scope& scope);
  void backward_load(Builder& b, const Instruction& i, Scope& scope);
  void backward_select(Builder& b, const Instruction& i);
  void backward_store(Builder& b, const Step& step, Scope& scope);
  Value any_adjoint(Builder& b, const Instruction& i) const;
  void backward_algebra(Builder& b, const Instruction& i);
  void backward_taken_algebra(Builder& b, const Instruction& i);
  void backward_solve(Builder& b, const Instruction& i);

  // reversal_control.cpp
  void backward_plate(Builder& b, const Step& step, Scope& scope);
  void backward_branch(Builder& b, const Step& step, Scope& scope);
  std::vector<Value> free_scalars(const Instruction& i) const;
  std::vector<Value> result_seeds(Builder& b, const Instruction& i, Scope& scope);
  void restore(Builder& b, const Step& step) const;
  std::vector<Instruction> copy_body(const Region& region, Renaming names);
  Value take(Scope& scope, Value v) const;

  // reversal_loop.cpp
  void forward_loop(Builder& b, Step& step);
  void keep_spaced(Builder& b, Instruction& loop, LoopTrace& trace, Value t);
  void backward_loop(Builder& b, const Step& step, Scope& scope);
  Tape new_tape(Builder& b, const Instruction& loop, std::int64_t capacity);
  Tape whole_tape(Builder& b, const Instruction& loop, std::int64_t count);
  Value kept_by(const Instruction& loop, Value v, std::int64_t count) const;
  std::vector<Value> rerun(Builder& b, const Instruction& loop, Value t,
                           std::span<const Value> state);
  std::vector<Value> window_before(Builder& b, const Step& step, const Tape& window, Value t,
                                   std::span<const Value> window_at);
  std::vector<Value> overwritten(const Instruction& i) const;

  Program& program_;
  std::vector<char> active_, once_, locals_, masked_;  // by id
  Constants constants_;
  Buffers buffers_;
  std::size_t frozen_ = 0;  // what has a lower id was computed before what is being recomputed
  // Locals with a lower id are outside the plate that is reversed, which only adds to them: their
  // contents neither matter to it nor change while it is computed again.
  std::size_t plate_floor_ = 0;
  std::optional<Error> error_;
};

}  // namespace tyche::passes
