// `if`: a branch where the lanes agree, both sides under masks where they may not.
#include <cassert>

#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Op;
using ir::Region;
using ir::Value;

void Emitter::if_else(const Instruction& at) {
  const Number& condition = number(at.operands[0]);
  if (const auto taken = known(condition)) {
    const Region& body = at.regions[*taken ? 0 : 1];
    region(body);
    const Instruction* yields = yield_of(body);
    for (std::size_t k = 0; k < at.results.size() && yields; ++k) {
      Item result = item(yields->operands[k]);
      if (const Array* whole = std::get_if<Array>(&result.is); whole && whole->local) {
        Array copy = a_.copied(*whole);
        copy.local = false;
        result = {std::move(copy)};
      }
      bind(at.results[k], std::move(result));
    }
  } else {
    condition.uniform() ? branch(at) : blend(at);
  }
  for (const Region& body : at.regions) {
    if (leaves_loop(body)) return narrow_mask();
  }
}

void Emitter::branch(const Instruction& at) {
  llvm::BasicBlock* blocks[2] = {c_.block("then"), c_.block("else")};
  llvm::BasicBlock* ends[2];
  llvm::BasicBlock* after = c_.block("after");
  const Parts mask = c_.axis.mask;
  c_.ir.CreateCondBr(number(at.operands[0]).parts[0], blocks[0], blocks[1]);
  std::vector<Array> arrays(at.results.size());
  std::vector<Parts> numbers[2];
  for (int s = 0; s < 2; ++s) {
    c_.ir.SetInsertPoint(blocks[s]);
    region(at.regions[std::size_t(s)]);
    const Instruction* yields = yield_of(at.regions[std::size_t(s)]);
    numbers[s].resize(at.results.size());
    for (std::size_t k = 0; k < at.results.size(); ++k) {
      const ir::Type& type = program_.type(at.results[k]);
      if (type.is_container()) {
        if (!arrays[k].base) arrays[k] = a_.make(type);
        if (yields) a_.copy(arrays[k], array(yields->operands[k]));
        continue;
      }
      llvm::Type* form = c_.axis.active() ? c_.vector(c_.scalar(type.kind)) : c_.scalar(type.kind);
      Parts values(std::size_t(std::max(c_.axis.parts, 1)), llvm::PoisonValue::get(form));
      if (yields) {
        const Number& x = number(yields->operands[k]);
        values = c_.axis.active() ? n_.spread(x) : x.parts;
      }
      numbers[s][k] = std::move(values);
    }
    c_.axis.mask = mask;
    ends[s] = c_.ir.GetInsertBlock();
    c_.ir.CreateBr(after);
  }
  c_.ir.SetInsertPoint(after);
  for (std::size_t k = 0; k < at.results.size(); ++k) {
    const ir::Type& type = program_.type(at.results[k]);
    if (type.is_container()) {
      bind(at.results[k], {arrays[k]});
      continue;
    }
    Parts merged;
    for (std::size_t t = 0; t < numbers[0][k].size(); ++t) {
      llvm::PHINode* phi = c_.ir.CreatePHI(numbers[0][k][t]->getType(), 2);
      for (int s = 0; s < 2; ++s) phi->addIncoming(numbers[s][k][t], ends[s]);
      merged.push_back(phi);
    }
    const bool active = c_.axis.active();
    bind(at.results[k],
         {active ? n_.varying(type.kind, merged) : n_.uniform(type.kind, merged[0])});
  }
}

/// One side under a mask; not run at all where it is long and no lane takes it.
void Emitter::side(const Region& body, const Parts& mask, llvm::function_ref<void()> results) {
  constexpr int short_side = 60;
  const Parts outer = c_.axis.mask;
  c_.axis.mask = mask;
  const auto run = [&] {
    region(body);
    c_.axis.mask = mask;
    results();
  };
  if (weight(body) <= short_side) {
    run();
  } else {
    llvm::Value* any = c_.ir.getFalse();
    for (llvm::Value* lanes : mask) any = c_.ir.CreateOr(any, c_.ir.CreateOrReduce(lanes));
    c_.when(any, run);
  }
  c_.axis.mask = outer;
}

void Emitter::blend(const Instruction& at) {
  const Parts condition = n_.spread(number(at.operands[0]));
  std::vector<Array> arrays(at.results.size());
  std::vector<Parts> variables(at.results.size());
  for (std::size_t k = 0; k < at.results.size(); ++k) {
    const ir::Type& type = program_.type(at.results[k]);
    if (type.is_container()) {
      arrays[k] = a_.make(type);
      continue;
    }
    for (int t = 0; t < c_.axis.parts; ++t) {
      llvm::Type* form = c_.vector(c_.scalar(type.kind));
      variables[k].push_back(c_.variable(form));
      c_.ir.CreateStore(llvm::Constant::getNullValue(form), variables[k].back());
    }
  }
  for (std::size_t s = 0; s < 2; ++s) {
    Parts mask;
    for (std::size_t t = 0; t < condition.size(); ++t) {
      llvm::Value* on = s == 0 ? condition[t] : c_.ir.CreateNot(condition[t]);
      mask.push_back(c_.axis.masked() ? c_.ir.CreateAnd(on, c_.axis.mask[t]) : on);
    }
    const Instruction* yields = yield_of(at.regions[s]);
    side(at.regions[s], mask, [&] {
      for (std::size_t k = 0; k < at.results.size() && yields; ++k) {
        if (arrays[k].base) {
          a_.copy(arrays[k], array(yields->operands[k]));
          continue;
        }
        const Parts values = n_.spread(number(yields->operands[k]));
        for (std::size_t t = 0; t < values.size(); ++t) {
          llvm::Value* old = c_.ir.CreateLoad(values[t]->getType(), variables[k][t]);
          c_.ir.CreateStore(c_.ir.CreateSelect(mask[t], values[t], old), variables[k][t]);
        }
      }
    });
  }
  for (std::size_t k = 0; k < at.results.size(); ++k) {
    const ir::Type& type = program_.type(at.results[k]);
    if (type.is_container()) {
      bind(at.results[k], {arrays[k]});
      continue;
    }
    Parts values;
    for (llvm::Value* variable : variables[k]) {
      values.push_back(c_.ir.CreateLoad(c_.vector(c_.scalar(type.kind)), variable));
    }
    bind(at.results[k], {n_.varying(type.kind, values)});
  }
}

}  // namespace tyche::codegen
