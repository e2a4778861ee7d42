#include "tyche/codegen/number.hpp"

#include <llvm/IR/Intrinsics.h>

#include <cassert>

namespace tyche::codegen {

using ir::Kind;
using ir::Op;

Context::Context(llvm::Module& m, llvm::Function* f, Level l)
    : ir(m.getContext()), module(m), function(f), level(l) {
  entry = llvm::BasicBlock::Create(m.getContext(), "entry", f);
  ir.SetInsertPoint(block("body"));
}

llvm::Type* Context::scalar(Kind kind) {
  if (kind == Kind::real) return ir.getDoubleTy();
  return kind == Kind::boolean ? static_cast<llvm::Type*>(ir.getInt1Ty()) : ir.getInt64Ty();
}

llvm::AllocaInst* Context::variable(llvm::Type* type, std::uint64_t count) {
  llvm::IRBuilder<> at(entry);
  auto* made = at.CreateAlloca(count == 1 ? type : llvm::ArrayType::get(type, count));
  made->setAlignment(llvm::Align(64));
  return made;
}

llvm::BasicBlock* Context::block(const char* name) {
  return llvm::BasicBlock::Create(module.getContext(), name, function);
}

void Context::loop(llvm::Value* count, llvm::function_ref<void(llvm::Value*)> body) {
  llvm::BasicBlock* before = ir.GetInsertBlock();
  llvm::BasicBlock* turn = block("loop");
  llvm::BasicBlock* after = block("after");
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(count);
  if (constant && constant->isOne()) {
    after->eraseFromParent();
    turn->eraseFromParent();
    return body(index(0));
  }
  if (constant && constant->getSExtValue() >= 1) {
    ir.CreateBr(turn);
  } else {
    ir.CreateCondBr(ir.CreateICmpSGT(count, index(0)), turn, after);
  }
  ir.SetInsertPoint(turn);
  llvm::PHINode* k = ir.CreatePHI(ir.getInt64Ty(), 2);
  k->addIncoming(index(0), before);
  body(k);
  llvm::Value* next = ir.CreateAdd(k, index(1), "", true, true);
  k->addIncoming(next, ir.GetInsertBlock());
  ir.CreateCondBr(ir.CreateICmpSLT(next, count), turn, after);
  ir.SetInsertPoint(after);
}

void Context::when(llvm::Value* condition, llvm::function_ref<void()> body) {
  llvm::BasicBlock* then = block("when");
  llvm::BasicBlock* after = block("after");
  ir.CreateCondBr(condition, then, after);
  ir.SetInsertPoint(then);
  body();
  ir.CreateBr(after);
  ir.SetInsertPoint(after);
}

void Context::reject(const Number& condition) {
  const auto flag = [&](llvm::Value* bad) {
    ir.CreateStore(ir.CreateOr(ir.CreateLoad(bad->getType(), rejected), bad), rejected);
  };
  if (!axis.active()) return flag(condition.parts[0]);
  const Parts bad = Numbers(*this).spread(condition);
  for (std::size_t t = 0; t < bad.size(); ++t) {
    flag(axis.masked() ? ir.CreateAnd(bad[t], axis.mask[t]) : bad[t]);
  }
}

std::optional<std::int64_t> known(const Number& a) {
  if (!a.uniform()) return std::nullopt;
  if (const auto* c = llvm::dyn_cast<llvm::ConstantInt>(a.parts[0])) {
    return c->getBitWidth() == 1 ? std::int64_t(c->getZExtValue()) : c->getSExtValue();
  }
  return std::nullopt;
}

Number Numbers::uniform(Kind kind, llvm::Value* value) const {
  return {.kind = kind, .shape = Shape::uniform, .parts = {value}};
}

Number Numbers::real(double x) const {
  return uniform(Kind::real, llvm::ConstantFP::get(c_.real(), x));
}

Number Numbers::integer(std::int64_t x) const {
  Number made = uniform(Kind::integer, c_.index(x));
  made.range = {x, x};
  return made;
}

Number Numbers::boolean(bool x) const { return uniform(Kind::boolean, c_.ir.getInt1(x)); }

Number Numbers::varying(Kind kind, Parts parts) const {
  return {.kind = kind, .shape = Shape::varying, .parts = std::move(parts)};
}

Number Numbers::linear(llvm::Value* first, std::int64_t step, Range range) const {
  const Shape shape = step == 0 ? Shape::uniform : Shape::linear;
  return {.kind = Kind::integer, .shape = shape, .parts = {first}, .step = step, .range = range};
}

Parts Numbers::spread(const Number& a) const {
  if (a.shape == Shape::varying) return a.parts;
  assert(c_.axis.active());
  Parts out;
  llvm::Value* all = c_.ir.CreateVectorSplat(unsigned(c_.lanes), a.parts[0]);
  for (int t = 0; t < c_.axis.parts; ++t) {
    if (a.uniform()) {
      out.push_back(all);
      continue;
    }
    llvm::SmallVector<std::uint64_t, width> steps;
    for (int l = 0; l < c_.lanes; ++l) steps.push_back(std::uint64_t(a.step * (c_.lanes * t + l)));
    auto* offsets = llvm::ConstantDataVector::get(c_.module.getContext(), steps);
    out.push_back(c_.ir.CreateAdd(all, offsets));
  }
  return out;
}

Number Numbers::lift(Kind kind, std::span<const Number> operands,
                     llvm::function_ref<llvm::Value*(std::span<llvm::Value* const>)> f) const {
  bool all_uniform = true;
  for (const Number& a : operands) all_uniform = all_uniform && a.uniform();
  llvm::SmallVector<Parts, 3> spreads;
  for (const Number& a : operands) spreads.push_back(all_uniform ? a.parts : spread(a));
  Parts out;
  for (std::size_t t = 0; t < spreads[0].size(); ++t) {
    llvm::SmallVector<llvm::Value*, 3> row;
    for (const Parts& parts : spreads) row.push_back(parts[t]);
    out.push_back(f(row));
  }
  return all_uniform ? uniform(kind, out[0]) : varying(kind, std::move(out));
}

llvm::Value* Numbers::fma(llvm::Value* a, llvm::Value* b, llvm::Value* c) const {
  if (c_.level == Level::plain) return c_.ir.CreateFAdd(c_.ir.CreateFMul(a, b), c);
  return c_.ir.CreateIntrinsic(a->getType(), llvm::Intrinsic::fma, {a, b, c});
}

Number Numbers::arithmetic(Op op, std::span<const Number> x) {
  if (x[0].kind == Kind::integer) return integers(op, x);
  return lift(Kind::real, x, [&](std::span<llvm::Value* const> v) -> llvm::Value* {
    switch (op) {
      case Op::add:
        return c_.ir.CreateFAdd(v[0], v[1]);
      case Op::sub:
        return c_.ir.CreateFSub(v[0], v[1]);
      case Op::mul:
        return c_.ir.CreateFMul(v[0], v[1]);
      case Op::div:
        return c_.ir.CreateFDiv(v[0], v[1]);
      case Op::neg:
        return c_.ir.CreateFNeg(v[0]);
      case Op::abs:
        return c_.ir.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, v[0]);
      case Op::min:
        return c_.ir.CreateSelect(c_.ir.CreateFCmpOLT(v[0], v[1]), v[0], v[1]);
      case Op::max:
        return c_.ir.CreateSelect(c_.ir.CreateFCmpOGT(v[0], v[1]), v[0], v[1]);
      case Op::fma:
        return fma(v[0], v[1], v[2]);
      default:
        assert(false && "not an operation on reals");
        return v[0];
    }
  });
}

Number Numbers::elementary(Op op, std::span<const Number> x) {
  return lift(Kind::real, x, [&](std::span<llvm::Value* const> v) -> llvm::Value* {
    if (op == Op::sqrt) return c_.ir.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, v[0]);
    return call(ir::info(op).name, v);
  });
}

std::pair<Number, Number> Numbers::elementary(Op op, const Number& a, const Number& b) {
  llvm::Type* type = llvm::FixedVectorType::get(c_.real(), 2);
  llvm::Value* both = llvm::Constant::getNullValue(type);
  both = c_.ir.CreateInsertElement(both, a.parts[0], std::uint64_t(0));
  both = c_.ir.CreateInsertElement(both, b.parts[0], std::uint64_t(1));
  llvm::Value* out = call(ir::info(op).name, std::span(&both, 1));
  return {uniform(Kind::real, c_.ir.CreateExtractElement(out, std::uint64_t(0))),
          uniform(Kind::real, c_.ir.CreateExtractElement(out, std::uint64_t(1)))};
}

/// A scalar travels in the first of two lanes: one lane alone would take its selections through
/// integer registers.
llvm::Value* Numbers::call(llvm::StringRef name, std::span<llvm::Value* const> arguments) {
  const bool scalar = !arguments[0]->getType()->isVectorTy();
  llvm::Type* type = scalar ? llvm::FixedVectorType::get(c_.real(), 2) : arguments[0]->getType();
  const unsigned lanes = llvm::cast<llvm::FixedVectorType>(type)->getNumElements();
  std::string symbol = ("tyche_" + name + "_" + llvm::Twine(lanes)).str();
  if (c_.rare) symbol += std::string("_") + tyche::name(c_.level);
  llvm::SmallVector<llvm::Value*, 3> pointers;
  llvm::SmallVector<llvm::Type*, 3> types(arguments.size() + 1, c_.ir.getPtrTy());
  for (llvm::Value* argument : arguments) {
    if (scalar) {
      argument =
          c_.ir.CreateInsertElement(llvm::Constant::getNullValue(type), argument, std::uint64_t(0));
    }
    pointers.push_back(c_.variable(type));
    c_.ir.CreateStore(argument, pointers.back());
  }
  pointers.push_back(c_.variable(type));
  auto* signature = llvm::FunctionType::get(c_.ir.getVoidTy(), types, false);
  c_.ir.CreateCall(c_.module.getOrInsertFunction(symbol, signature), pointers);
  llvm::Value* result = c_.ir.CreateLoad(type, pointers.back());
  return scalar ? c_.ir.CreateExtractElement(result, std::uint64_t(0)) : result;
}

Number Numbers::select(const Number& condition, const Number& a, const Number& b) const {
  const Number operands[] = {condition, a, b};
  Number out = lift(a.kind, operands, [&](std::span<llvm::Value* const> v) {
    return c_.ir.CreateSelect(v[0], v[1], v[2]);
  });
  out.range = {std::min(a.range.low, b.range.low), std::max(a.range.high, b.range.high)};
  return out;
}

Number Numbers::logic(Op op, std::span<const Number> x) {
  using P = llvm::CmpInst::Predicate;
  static const std::map<Op, std::pair<P, P>> predicates = {
      {Op::lt, {P::FCMP_OLT, P::ICMP_SLT}}, {Op::le, {P::FCMP_OLE, P::ICMP_SLE}},
      {Op::gt, {P::FCMP_OGT, P::ICMP_SGT}}, {Op::ge, {P::FCMP_OGE, P::ICMP_SGE}},
      {Op::eq, {P::FCMP_OEQ, P::ICMP_EQ}},  {Op::ne, {P::FCMP_UNE, P::ICMP_NE}}};
  if (op == Op::select) return select(x[0], x[1], x[2]);
  if (op == Op::to_real) return to_real(x[0]);
  if (op == Op::to_integer) return to_integer(x[0]);
  return lift(Kind::boolean, x, [&](std::span<llvm::Value* const> v) -> llvm::Value* {
    if (op == Op::logical_and) return c_.ir.CreateAnd(v[0], v[1]);
    if (op == Op::logical_or) return c_.ir.CreateOr(v[0], v[1]);
    if (op == Op::logical_not) return c_.ir.CreateNot(v[0]);
    const auto [real, integer] = predicates.at(op);
    return c_.ir.CreateCmp(x[0].kind == Kind::real ? real : integer, v[0], v[1]);
  });
}

Number Numbers::to_real(const Number& a) const {
  constexpr std::int64_t small = std::int64_t(1) << 31;
  const bool narrow = a.range.low >= -small && a.range.high < small;
  return lift(Kind::real, std::span(&a, 1), [&](std::span<llvm::Value* const> v) {
    llvm::Type* to = c_.real();
    llvm::Type* half = c_.ir.getInt32Ty();
    if (v[0]->getType()->isVectorTy()) to = c_.vector(to), half = c_.vector(half);
    return c_.ir.CreateSIToFP(narrow ? c_.ir.CreateTrunc(v[0], half) : v[0], to);
  });
}

Number Numbers::to_integer(const Number& a) {
  const bool boolean = a.kind == Kind::boolean;
  Number bad = this->boolean(false);
  if (!boolean) {
    bad = lift(Kind::boolean, std::span(&a, 1), [&](std::span<llvm::Value* const> v) {
      llvm::Type* type = v[0]->getType();
      return c_.ir.CreateNot(
          c_.ir.CreateAnd(c_.ir.CreateFCmpOGE(v[0], llvm::ConstantFP::get(type, -0x1p63)),
                          c_.ir.CreateFCmpOLT(v[0], llvm::ConstantFP::get(type, 0x1p63))));
    });
    c_.reject(bad);
  }
  const Number safe = boolean ? a : select(bad, real(0), a);
  Number out = lift(Kind::integer, std::span(&safe, 1), [&](std::span<llvm::Value* const> v) {
    llvm::Type* to = c_.ir.getInt64Ty();
    if (v[0]->getType()->isVectorTy()) to = c_.vector(to);
    return boolean ? c_.ir.CreateZExt(v[0], to) : c_.ir.CreateFPToSI(v[0], to);
  });
  if (boolean) out.range = {0, 1};
  return out;
}

llvm::Value* join(llvm::IRBuilder<>& ir, llvm::Value* sums) {
  Parts lanes;
  llvm::Value* four = ir.CreateFAdd(ir.CreateShuffleVector(sums, {0, 1, 2, 3}),
                                    ir.CreateShuffleVector(sums, {4, 5, 6, 7}));
  llvm::Value* two =
      ir.CreateFAdd(ir.CreateShuffleVector(four, {0, 1}), ir.CreateShuffleVector(four, {2, 3}));
  return ir.CreateFAdd(ir.CreateExtractElement(two, std::uint64_t(0)),
                       ir.CreateExtractElement(two, std::uint64_t(1)));
}

llvm::Value* join(llvm::IRBuilder<>& ir, std::span<llvm::Value* const> p) {
  llvm::Value* even = ir.CreateFAdd(ir.CreateFAdd(p[0], p[4]), ir.CreateFAdd(p[2], p[6]));
  llvm::Value* odd = ir.CreateFAdd(ir.CreateFAdd(p[1], p[5]), ir.CreateFAdd(p[3], p[7]));
  return ir.CreateFAdd(even, odd);
}

}  // namespace tyche::codegen
