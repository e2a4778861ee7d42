// Scalars of the program while code for them is written: uniform, linear or varying over the lanes.
#pragma once
#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <span>
#include <string>
#include <utility>

#include "tyche/codegen/emit.hpp"
#include "tyche/codegen/plate_lanes.hpp"

namespace tyche::codegen {

using Parts = llvm::SmallVector<llvm::Value*, 4>;

/// Where lanes are in use, `parts` vectors advance together; else parts is 0 and all
/// numbers are uniform. `mask`: which lanes have side effects; empty: all.
struct Axis {
  int parts = 0;
  Parts mask = {};
  bool active() const { return parts > 0; }
  bool masked() const { return !mask.empty(); }
};

enum class Shape : std::uint8_t { uniform, linear, varying };

/// uniform: one scalar; linear: one integer scalar, the value of lane 0, and a step a lane (lane l
/// of part t is number t Context::lanes + l); varying: a vector a part.
struct Number {
  ir::Kind kind = ir::Kind::none;
  Shape shape = Shape::uniform;
  Parts parts = {};
  std::int64_t step = 0;
  Range range = {};  // of an integer, in lanes with side effects

  bool uniform() const { return shape == Shape::uniform; }
};

/// What all of the emitter writes with: the function in hand and the axis.
struct Context {
  Context(llvm::Module& m, llvm::Function* f, Level l);

  llvm::IRBuilder<> ir;
  llvm::Module& module;
  llvm::Function* function;
  Level level;
  int lanes = width;  // of a vector: rows, or the chains of a batch
  Axis axis;
  llvm::BasicBlock* entry;  // holds the allocas; branches to the body at the end
  llvm::Value* workspace = nullptr;
  std::size_t workspace_bytes = 0;
  std::size_t stack_bytes = 0;
  std::size_t printer = 0;                        // its place in the table
  std::vector<PrintStatement>* prints = nullptr;  // those so far
  bool rare = false;  // the code in hand runs once or twice a call: short rather than fast
  llvm::Value* rejected = nullptr;  // variable: i1 outside an axis, else a bit a lane

  llvm::Type* real() { return ir.getDoubleTy(); }
  llvm::Type* scalar(ir::Kind kind);
  llvm::Type* vector(llvm::Type* element) {
    return llvm::FixedVectorType::get(element, unsigned(lanes));
  }
  /// A variable on the stack, to become a register.
  llvm::AllocaInst* variable(llvm::Type* type, std::uint64_t count = 1);
  llvm::BasicBlock* block(const char* name);
  llvm::Value* index(std::int64_t i) { return ir.getInt64(std::uint64_t(i)); }

  /// A loop of `count` (uniform) turns; body(k).
  void loop(llvm::Value* count, llvm::function_ref<void(llvm::Value*)> body);
  /// Runs `body` where `condition` (i1) holds.
  void when(llvm::Value* condition, llvm::function_ref<void()> body);
  /// Lanes where `condition` holds and side effects count have log density -inf.
  void reject(const Number& condition);
};

/// Arithmetic on numbers, one IEEE operation an operation of the program.
class Numbers {
 public:
  explicit Numbers(Context& context) : c_(context) {}

  Number uniform(ir::Kind kind, llvm::Value* value) const;
  Number real(double x) const;
  Number integer(std::int64_t x) const;
  Number boolean(bool x) const;
  Number varying(ir::Kind kind, Parts parts) const;
  /// lane number times step, from `first` on.
  Number linear(llvm::Value* first, std::int64_t step, Range range) const;

  /// One vector a part of the axis.
  Parts spread(const Number& a) const;
  /// Applies `f` to scalars if all are uniform, else part by part to vectors.
  Number lift(ir::Kind kind, std::span<const Number> operands,
              llvm::function_ref<llvm::Value*(std::span<llvm::Value* const>)> f) const;

  Number arithmetic(ir::Op op, std::span<const Number> operands);
  Number elementary(ir::Op op, std::span<const Number> operands);
  /// Of two uniform numbers in one call.
  std::pair<Number, Number> elementary(ir::Op op, const Number& a, const Number& b);
  Number logic(ir::Op op, std::span<const Number> operands);
  Number add(const Number& a, const Number& b) const;
  Number scale(const Number& a, std::int64_t factor) const;
  Number select(const Number& condition, const Number& a, const Number& b) const;
  /// a b + c on values of one LLVM type.
  llvm::Value* fma(llvm::Value* a, llvm::Value* b, llvm::Value* c) const;
  /// Whether lanes lie outside [0, bound), as a boolean; nothing if the range excludes it.
  std::optional<Number> outside(const Number& i, std::int64_t bound) const;

 private:
  Number integers(ir::Op op, std::span<const Number> operands);
  Number divide(ir::Op op, const Number& a, const Number& b);
  Number to_real(const Number& a) const;
  Number to_integer(const Number& a);
  llvm::Value* call(llvm::StringRef name, std::span<llvm::Value* const> arguments);

  Context& c_;
};

/// The eight partial sums of a plate joined in the fixed tree.
llvm::Value* join(llvm::IRBuilder<>& ir, llvm::Value* sums);
llvm::Value* join(llvm::IRBuilder<>& ir, std::span<llvm::Value* const> sums);

/// The whole number that `value` is, if known.
std::optional<std::int64_t> known(const Number& a);

}  // namespace tyche::codegen
