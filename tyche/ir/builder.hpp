// Writes instructions at the end of a region, with types inferred. Folds nothing: passes/simplify
// does.
#pragma once
#include <functional>
#include <initializer_list>
#include <span>

#include "tyche/ir/program.hpp"

namespace tyche::ir {

/// Appends to one region of `program`; both must outlive it. An op whose operands do not fit is a
/// bug of the caller (an assertion); programs from outside go through verify.
class Builder {
 public:
  Builder(Program& program, Region& region) : program_(program), region_(region) {}

  Program& program() { return program_; }
  Region& region() { return region_; }

  Value real(double x);
  Value integer(std::int64_t x);
  Value boolean(bool x);
  Value data(const std::string& name);

  /// Any op with one result whose type follows from its operands: arithmetic, elementary, logic,
  /// load, slice, size, cholesky and solves.
  Value emit(Op op, std::span<const Value> operands);
  Value emit(Op op, std::initializer_list<Value> operands) {
    return emit(op, std::span(operands.begin(), operands.size()));
  }
  /// The instruction as it is; for ops with regions or without results.
  Instruction& append(Instruction instruction);

  Value local(Type type);
  Value load(Value array, std::initializer_list<Value> indices);
  void store(Value array, std::initializer_list<Value> indices, Value value);
  void add_to(Value array, std::initializer_list<Value> indices, Value value);
  void term(Value e, Role role, bool normalised = true, Value observation = {});
  void yield(std::span<const Value> values);
  void yield(std::initializer_list<Value> values) {
    yield(std::span(values.begin(), values.size()));
  }

  /// A plate whose body is written by `body(inner builder, i)`, which returns the yields: first
  /// `mapped` mapped ones, then summed ones. Returns the plate's results in that order.
  std::vector<Value> plate(Value count, int mapped,
                           const std::function<std::vector<Value>(Builder&, Value)>& body);
  std::vector<Value> plate(std::int64_t count, int mapped,
                           const std::function<std::vector<Value>(Builder&, Value)>& body) {
    return plate(integer(count), mapped, body);
  }
  /// A loop; `body(inner, i, carried)` returns the carried values of the next iteration.
  std::vector<Value> for_loop(
      Value count, std::span<const Value> carried,
      const std::function<std::vector<Value>(Builder&, Value, std::span<const Value>)>& body);
  std::vector<Value> if_else(Value condition,
                             const std::function<std::vector<Value>(Builder&)>& then,
                             const std::function<std::vector<Value>(Builder&)>& otherwise);

  /// The location that following instructions carry.
  void at(std::int32_t location) { location_ = location; }

 private:
  Program& program_;
  Region& region_;
  std::int32_t location_ = -1;
};

/// Type of the result of an op handled by Builder::emit; none where the operands do not fit.
Type result_type(Op op, std::span<const Type> operands);

/// Type of a mapped yield of a plate or output of a scan with `count` iterations (or unknown).
Type stacked(const Type& type, std::int64_t count);

/// Appends a copy of `region`'s body (its yield apart) to `builder`, its arguments replaced by
/// `arguments`, every value it defines renewed. Returns what it yields.
std::vector<Value> splice(Builder& builder, const Region& region, std::span<const Value> arguments);

}  // namespace tyche::ir
