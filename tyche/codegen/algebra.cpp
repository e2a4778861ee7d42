// Linear algebra on whole containers: calls of the kernels, which work on [element][lane].
#include <cassert>

#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;
using ir::Op;

namespace {

/// One part of the axis: [element][lanes] as the kernels want it.
llvm::Value* lanes_of(Context& c, const Array& array, int part) {
  return c.ir.CreateConstInBoundsGEP1_64(c.real(), array.base, std::uint64_t(part * c.lanes));
}

}  // namespace

/// Where several vectors advance together, each has its turn: the kernels know one.
void Emitter::algebra(const Instruction& at) {
  const int parts = std::max(c_.axis.parts, 1);
  const int lanes = c_.axis.active() ? c_.lanes : 0;
  const std::int64_t n = program_.type(at.operands[0]).dims[0];
  Array out = a_.make(program_.type(at.results[0]));
  std::vector<Array> whole;
  for (ir::Value v : at.operands) whole.push_back(a_.contiguous(array(v)));
  std::vector<Array> in;
  for (const Array& x : whole) in.push_back(parts == 1 ? x : a_.make(x.type, lanes));
  const Array result = parts == 1 ? out : a_.make(out.type, lanes);
  const std::string symbol =
      "tyche_" + std::string(ir::info(at.op).name) + "_" + std::to_string(std::max(lanes, 1));
  llvm::SmallVector<llvm::Value*, 5> arguments{c_.index(n)};
  if (at.op == Op::solve_lower || at.op == Op::solve_lower_transposed) {
    const ir::Type& b = program_.type(at.operands[1]);
    arguments.push_back(c_.index(b.kind == Kind::matrix ? b.dims[1] : 1));
  }
  for (const Array& x : in) arguments.push_back(x.base);
  arguments.push_back(result.base);
  llvm::SmallVector<llvm::Type*, 5> types;
  for (llvm::Value* argument : arguments) types.push_back(argument->getType());
  const bool factors = at.op == Op::cholesky;
  auto* signature =
      llvm::FunctionType::get(factors ? c_.ir.getInt32Ty() : c_.ir.getVoidTy(), types, false);
  const llvm::FunctionCallee callee = c_.module.getOrInsertFunction(symbol, signature);
  Parts bad;
  for (int t = 0; t < parts; ++t) {
    const auto move = [&](const Array& wide, const Array& narrow, bool into) {
      llvm::Type* vector = c_.vector(c_.real());
      c_.loop(c_.index(wide.type.size()), [&](llvm::Value* e) {
        llvm::Value* there = c_.ir.CreateInBoundsGEP(c_.real(), lanes_of(c_, wide, t),
                                                     c_.ir.CreateMul(e, c_.index(wide.lanes)));
        llvm::Value* here = c_.ir.CreateInBoundsGEP(vector, narrow.base, e);
        if (!into) std::swap(there, here);
        c_.ir.CreateAlignedStore(c_.ir.CreateAlignedLoad(vector, there, llvm::Align(64)), here,
                                 llvm::Align(64));
      });
    };
    for (std::size_t k = 0; k < in.size() && parts > 1; ++k) move(whole[k], in[k], true);
    llvm::Value* definite = c_.ir.CreateCall(callee, arguments);
    if (parts > 1) move(out, result, false);
    if (!factors) continue;
    llvm::Type* bits = c_.ir.getIntNTy(unsigned(c_.lanes));
    bad.push_back(lanes == 0
                      ? c_.ir.CreateICmpEQ(definite, c_.ir.getInt32(0))
                      : c_.ir.CreateNot(c_.ir.CreateBitCast(c_.ir.CreateTrunc(definite, bits),
                                                            c_.vector(c_.ir.getInt1Ty()))));
  }
  if (factors) {
    c_.reject(lanes == 0 ? n_.uniform(Kind::boolean, bad[0]) : n_.varying(Kind::boolean, bad));
  }
  bind(at.results[0], {std::move(out)});
}

}  // namespace tyche::codegen
