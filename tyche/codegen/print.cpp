// `print`: each lane that gets there tells the host, one after the other.
#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;

void Emitter::write_words(const Instruction& at, int lane, llvm::Value* to) {
  llvm::Type* word = c_.ir.getInt64Ty();
  const auto write = [&](const Number& x, llvm::Value* place) {
    llvm::Value* v = x.parts[0];
    if (!x.uniform()) v = c_.ir.CreateExtractElement(n_.spread(x)[0], std::uint64_t(lane));
    if (x.kind == Kind::boolean) v = c_.ir.CreateZExt(v, word);
    c_.ir.CreateAlignedStore(v, place, llvm::Align(8));
  };
  std::uint64_t first = 0;
  for (ir::Value v : at.operands) {
    const ir::Type& type = program_.type(v);
    llvm::Value* start = c_.ir.CreateConstInBoundsGEP1_64(word, to, first);
    first += std::uint64_t(type.size());
    if (type.is_scalar()) {
      write(number(v), start);
      continue;
    }
    const Array words = a_.over(type, start, word, 0);
    a_.each(type, [&](std::span<const Number> indices) {
      llvm::Value* element = a_.locate(words, indices).parts[0];
      write(a_.load(array(v), indices), c_.ir.CreateInBoundsGEP(word, start, element));
    });
  }
}

void Emitter::print(const Instruction& at) {
  PrintStatement statement{.text = at.name, .values = {}};
  std::int64_t words = 0;
  for (ir::Value v : at.operands) {
    statement.values.push_back(program_.type(v));
    words += program_.type(v).size();
  }
  llvm::Value* number = c_.index(std::int64_t(c_.prints->size()));
  c_.prints->push_back(std::move(statement));
  const Array buffer = a_.make(ir::Type::vector(words), 0);
  llvm::Type* pointer = c_.ir.getPtrTy();
  const auto load = [&](llvm::Value* from, std::uint64_t k) {
    return c_.ir.CreateLoad(pointer, c_.ir.CreateConstInBoundsGEP1_64(pointer, from, k));
  };
  auto* type =
      llvm::FunctionType::get(c_.ir.getVoidTy(), {pointer, c_.ir.getInt64Ty(), pointer}, false);
  const auto tell = [&](int lane) {
    write_words(at, lane, buffer.base);
    llvm::Value* printer = load(c_.function->getArg(0), c_.printer);
    c_.ir.CreateCall(type, load(printer, 0), {load(printer, 1), number, buffer.base})
        ->setDoesNotThrow();
  };
  if (!c_.axis.active()) {
    llvm::Value* rejected = c_.ir.CreateLoad(c_.ir.getInt1Ty(), c_.rejected);
    return c_.when(c_.ir.CreateNot(rejected), [&] { tell(0); });
  }
  llvm::Value* live = c_.ir.CreateNot(c_.ir.CreateLoad(c_.vector(c_.ir.getInt1Ty()), c_.rejected));
  if (c_.axis.masked()) live = c_.ir.CreateAnd(live, c_.axis.mask[0]);
  for (int lane = 0; lane < c_.lanes; ++lane) {
    c_.when(c_.ir.CreateExtractElement(live, std::uint64_t(lane)), [&] { tell(lane); });
  }
}

}  // namespace tyche::codegen
