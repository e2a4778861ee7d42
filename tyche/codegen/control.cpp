// Loops and branches: real ones where the lanes agree, masks where they may not.
#include <llvm/IR/Instructions.h>

#include <cassert>

#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Kind;
using ir::Op;
using ir::OpKind;
using ir::Region;
using ir::Value;

namespace {

constexpr int unroll_budget = 200;  // weight of a fully unrolled loop

}  // namespace

/// What a loop carries lives in memory: numbers in variables, containers in arrays of its own.
struct Emitter::Carried {
  struct One {
    Kind kind = Kind::none;       // of a number
    Parts variables = {};         // one if uniform
    Array array = {}, next = {};  // of a container; `next` where several could refer to each other
  };
  std::vector<One> all;
};

bool Emitter::stays_uniform(const Region& body, Value v, const std::set<Value>& assumed) const {
  if (assumed.contains(v)) return true;
  for (const Instruction& at : body.body) {
    if (std::ranges::find(at.results, v) == at.results.end()) continue;
    const OpKind kind = ir::info(at.op).kind;
    if (at.op == Op::constant || at.op == Op::size) return true;
    const auto same = [&](Value x) { return stays_uniform(body, x, assumed); };
    if (kind == OpKind::arithmetic || kind == OpKind::logic) {
      return std::ranges::all_of(at.operands, same);
    }
    if (at.op == Op::load && item(at.operands[0]).exists() && program_.type(v).is_scalar()) {
      const Array* from = std::get_if<Array>(&item(at.operands[0]).is);
      return from && from->lanes == 0 &&
             std::ranges::all_of(std::span(at.operands).subspan(1), same);
    }
    return false;
  }
  if (std::ranges::find(body.arguments, v) != body.arguments.end()) return false;
  const Number* outer = std::get_if<Number>(&item(v).is);
  return outer && outer->uniform();
}

Emitter::Carried Emitter::carry(const Region& body, std::span<const Value> initial,
                                std::size_t skip) {
  std::set<Value> uniform;
  if (skip > 0) uniform.insert(body.arguments[0]);
  const Instruction* yields = yield_of(body);
  for (std::size_t k = 0; k < initial.size(); ++k) {
    const Number* x = std::get_if<Number>(&item(initial[k]).is);
    if (x && x->kind != Kind::real && x->uniform()) uniform.insert(body.arguments[skip + k]);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t k = 0; k < initial.size(); ++k) {
      const Value argument = body.arguments[skip + k];
      if (!uniform.contains(argument) || !yields) continue;
      if (stays_uniform(body, yields->operands[k], uniform)) continue;
      uniform.erase(argument);
      changed = true;
    }
  }
  Carried out;
  for (std::size_t k = 0; k < initial.size(); ++k) {
    Carried::One one;
    if (const Number* x = std::get_if<Number>(&item(initial[k]).is)) {
      one.kind = x->kind;
      const bool scalar =
          !c_.axis.active() || (skip > 0 && uniform.contains(body.arguments[skip + k]));
      const Parts values = scalar ? x->parts : n_.spread(*x);
      for (llvm::Value* value : values) {
        one.variables.push_back(c_.variable(value->getType()));
        c_.ir.CreateStore(value, one.variables.back());
      }
    } else {
      one.array = a_.copied(array(initial[k]));
      if (initial.size() > 1) one.next = a_.make(one.array.type);
    }
    out.all.push_back(std::move(one));
  }
  return out;
}

void Emitter::load_carried(const Carried& carried, std::span<const Value> to) {
  for (std::size_t k = 0; k < carried.all.size(); ++k) {
    const Carried::One& one = carried.all[k];
    if (one.kind == Kind::none) {
      bind(to[k], {one.array});
      continue;
    }
    Parts values;
    for (llvm::Value* variable : one.variables) {
      auto* slot = llvm::cast<llvm::AllocaInst>(variable);
      values.push_back(c_.ir.CreateLoad(slot->getAllocatedType(), slot));
    }
    const bool scalar = !values[0]->getType()->isVectorTy();
    bind(to[k], {scalar ? n_.uniform(one.kind, values[0]) : n_.varying(one.kind, values)});
  }
}

void Emitter::store_carried(const Carried& carried, std::span<const Value> from, bool masked) {
  for (std::size_t k = 0; k < carried.all.size(); ++k) {
    const Carried::One& one = carried.all[k];
    if (one.kind == Kind::none) {
      a_.copy(one.next.base ? one.next : one.array, array(from[k]));
      continue;
    }
    const bool scalar =
        one.variables.size() == 1 &&
        !llvm::cast<llvm::AllocaInst>(one.variables[0])->getAllocatedType()->isVectorTy();
    const Parts values = scalar ? number(from[k]).parts : n_.spread(number(from[k]));
    for (std::size_t t = 0; t < values.size(); ++t) {
      llvm::Value* value = values[t];
      if (masked && !scalar) {
        llvm::Value* old = c_.ir.CreateLoad(value->getType(), one.variables[t]);
        value = c_.ir.CreateSelect(c_.axis.mask[t], value, old);
      }
      c_.ir.CreateStore(value, one.variables[t]);
    }
  }
  for (const Carried::One& one : carried.all) {
    if (one.kind == Kind::none && one.next.base) a_.copy(one.array, one.next);
  }
}

void Emitter::turns(const Number& count, const Region& body,
                    llvm::function_ref<void(const Number&)> f) {
  if (!count.uniform()) return masked_turns(count, f);
  const std::int64_t most = count.range.high == INT64_MAX ? INT64_MAX : count.range.high - 1;
  const auto whole = known(count);
  const bool leaves = leaves_loop(body);
  if (whole && !leaves && *whole * weight(body) * std::max(c_.axis.parts, 1) <= unroll_budget) {
    for (std::int64_t k = 0; k < *whole; ++k) {
      constants_[body.arguments[0]] = k;
      f(n_.integer(k));
    }
    constants_.erase(body.arguments[0]);
    return;
  }
  const Parts mask = c_.axis.mask;
  llvm::BasicBlock* after = c_.block("left");
  LoopScope scope = leaves ? loop_scope(after) : LoopScope{};
  c_.loop(count.parts[0], [&](llvm::Value* k) {
    scope.latch = c_.block("latch");
    if (leaves) loops_.push_back(scope);
    if (scope.continued) {
      clear_flags(scope.continued);
      narrow_mask();
    }
    f(n_.linear(k, 0, {0, most}));
    if (leaves) loops_.pop_back();
    c_.axis.mask = mask;
    c_.ir.CreateBr(scope.latch);
    c_.ir.SetInsertPoint(scope.latch);
  });
  c_.ir.CreateBr(after);
  c_.ir.SetInsertPoint(after);
}

/// A count that differs by lane: turns until every lane has had its own.
void Emitter::masked_turns(const Number& count, llvm::function_ref<void(const Number&)> f) {
  const Parts outer = c_.axis.mask;
  const Parts counts = n_.spread(count);
  const auto lasting = [&](llvm::Value* k, std::size_t t) {
    llvm::Value* on =
        c_.ir.CreateICmpSLT(c_.ir.CreateVectorSplat(unsigned(c_.lanes), k), counts[t]);
    return outer.empty() ? on : c_.ir.CreateAnd(on, outer[t]);
  };
  llvm::Value* turn = c_.variable(c_.ir.getInt64Ty());
  c_.ir.CreateStore(c_.index(0), turn);
  llvm::BasicBlock *test = c_.block("test"), *body = c_.block("turn"), *after = c_.block("after");
  c_.ir.CreateBr(test);
  c_.ir.SetInsertPoint(test);
  llvm::Value* k = c_.ir.CreateLoad(c_.ir.getInt64Ty(), turn);
  Parts on;
  llvm::Value* any = c_.ir.getFalse();
  for (std::size_t t = 0; t < counts.size(); ++t) {
    on.push_back(lasting(k, t));
    any = c_.ir.CreateOr(any, c_.ir.CreateOrReduce(on.back()));
  }
  c_.ir.CreateCondBr(any, body, after);
  c_.ir.SetInsertPoint(body);
  c_.axis.mask = on;
  f(n_.linear(k, 0, {0, INT64_MAX}));
  c_.axis.mask = outer;
  c_.ir.CreateStore(c_.ir.CreateAdd(k, c_.index(1)), turn);
  c_.ir.CreateBr(test);
  c_.ir.SetInsertPoint(after);
}

/// A loop that puts one number into every element of a vector: its turns do not see each other.
bool Emitter::fill_in_lanes(const Instruction& at) {
  const Region& body = at.regions[0];
  if (c_.axis.active() || !choices_.rows || body.body.size() != 2 || body.arguments.size() != 1)
    return false;
  const Instruction& put = body.body[0];
  if (put.op != Op::store || put.operands.size() != 3 || put.operands[1] != body.arguments[0])
    return false;
  const Array& to = array(put.operands[0]);
  const Number count = number(at.operands[0]);
  if (to.lanes != 0 || to.type.shape().size() != 1 || known(count) != to.type.size()) return false;
  if (put.operands[2] == body.arguments[0]) return false;
  const Number value = number(put.operands[2]);
  rows(count, 1, [&](const Number& i) { a_.store(to, std::span(&i, 1), value); });
  return true;
}

void Emitter::for_loop(const Instruction& at) {
  if (fill_in_lanes(at) || loop_in_lanes(at)) return;
  const Region& body = at.regions[0];
  const std::span<const Value> initial = std::span(at.operands).subspan(1);
  const Carried carried = carry(body, initial, 1);
  const Number count = number(at.operands[0]);
  const Instruction* yields = yield_of(body);
  turns(count, body, [&](const Number& i) {
    bind(body.arguments[0], {i});
    load_carried(carried, std::span(body.arguments).subspan(1));
    region(body);
    if (yields) store_carried(carried, yields->operands, !count.uniform());
  });
  load_carried(carried, at.results);
}

void Emitter::scan(const Instruction& at) {
  const Region& body = at.regions[0];
  const std::size_t state = std::size_t(at.integer);
  const std::span<const Value> initial = std::span(at.operands).subspan(1, state);
  const std::span<const Value> data = std::span(at.operands).subspan(1 + state);
  const Carried carried = carry(body, initial, 1);
  const std::span<const Value> results = at.results;
  std::vector<Array> outputs;
  for (Value v : results.subspan(state)) outputs.push_back(a_.make(program_.type(v)));
  turns(number(at.operands[0]), body, [&](const Number& i) {
    bind(body.arguments[0], {i});
    const std::span<const Value> arguments = std::span(body.arguments).subspan(1);
    load_carried(carried, arguments.first(state));
    for (std::size_t k = 0; k < data.size(); ++k) {
      const Value to = arguments[state + k];
      const ir::Type& type = program_.type(to);
      const std::span<const Number> where(&i, 1);
      const Array& from = array(data[k]);
      type.is_scalar() ? bind(to, {a_.load(from, where)}) : bind(to, {a_.part(from, where, type)});
    }
    region(body);
    const Instruction& yields = *yield_of(body);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const Value v = yields.operands[state + k];
      const std::span<const Number> where(&i, 1);
      if (program_.type(v).is_scalar()) {
        a_.store(outputs[k], where, number(v));
      } else {
        a_.copy(a_.part(outputs[k], where, program_.type(v)), array(v));
      }
    }
    store_carried(carried, std::span(yields.operands).first(state), false);
  });
  load_carried(carried, results.first(state));
  for (std::size_t k = 0; k < outputs.size(); ++k) bind(results[state + k], {outputs[k]});
}

/// Whether a lane goes on, and the mask of those that do. A rejected lane is done: what it carries
/// may never end the loop.
llvm::Value* Emitter::lasting_lanes(const Number& on) {
  if (!c_.axis.active()) {
    llvm::Value* rejected = c_.ir.CreateLoad(c_.ir.getInt1Ty(), c_.rejected);
    return c_.ir.CreateAnd(on.parts[0], c_.ir.CreateNot(rejected));
  }
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  llvm::Value* live = c_.ir.CreateNot(c_.ir.CreateLoad(bits, c_.rejected));
  Parts lanes = n_.spread(on);
  llvm::Value* any = c_.ir.getFalse();
  for (std::size_t t = 0; t < lanes.size(); ++t) {
    lanes[t] = c_.ir.CreateAnd(lanes[t], live);
    if (c_.axis.masked()) lanes[t] = c_.ir.CreateAnd(lanes[t], c_.axis.mask[t]);
    any = c_.ir.CreateOr(any, c_.ir.CreateOrReduce(lanes[t]));
  }
  c_.axis.mask = lanes;
  return any;
}

void Emitter::while_loop(const Instruction& at) {
  const Region &test = at.regions[0], &body = at.regions[1];
  const Carried carried = carry(body, at.operands, 0);
  const Axis outer = c_.axis;
  llvm::BasicBlock *top = c_.block("test"), *turn = c_.block("turn"), *after = c_.block("after");
  const bool leaves = leaves_loop(body);
  LoopScope scope = leaves ? loop_scope(after) : LoopScope{};
  scope.latch = c_.block("latch");
  c_.ir.CreateBr(top);
  c_.ir.SetInsertPoint(top);
  if (leaves) loops_.push_back(scope);
  if (scope.continued) {
    clear_flags(scope.continued);
    narrow_mask();
  }
  load_carried(carried, test.arguments);
  region(test);
  const Number on = number(yield_of(test)->operands[0]);
  llvm::Value* any = lasting_lanes(on);
  c_.ir.CreateCondBr(any, turn, after);
  c_.ir.SetInsertPoint(turn);
  const Parts active = c_.axis.mask;
  load_carried(carried, body.arguments);
  region(body);
  c_.axis.mask = active;
  if (const Instruction* yields = yield_of(body)) {
    store_carried(carried, yields->operands, c_.axis.active());
  }
  if (leaves) loops_.pop_back();
  c_.ir.CreateBr(scope.latch);
  c_.ir.SetInsertPoint(scope.latch);
  c_.ir.CreateBr(top);
  c_.ir.SetInsertPoint(after);
  c_.axis = outer;
  load_carried(carried, at.results);
}

LoopScope Emitter::loop_scope(llvm::BasicBlock* after) {
  LoopScope scope{.after = after};
  if (!c_.axis.active()) return scope;
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  scope.broken = c_.variable(bits, std::uint64_t(c_.axis.parts) + 1);
  scope.continued = c_.variable(bits, std::uint64_t(c_.axis.parts) + 1);
  clear_flags(scope.broken);
  return scope;
}

llvm::Value* Emitter::flag(llvm::Value* flags, int part) {
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  return c_.ir.CreateConstInBoundsGEP1_64(bits, flags, std::uint64_t(part));
}

void Emitter::clear_flags(llvm::Value* flags) {
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  for (int t = 0; t < c_.axis.parts; ++t) {
    c_.ir.CreateStore(llvm::Constant::getNullValue(bits), flag(flags, t));
  }
}

void Emitter::leave(Op op) {
  LoopScope& scope = loops_.back();
  const bool breaks = op == Op::break_loop;
  if (!scope.broken) {
    c_.ir.CreateBr(breaks ? scope.after : scope.latch);
    c_.ir.SetInsertPoint(c_.block("unreachable"));
    return;
  }
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  for (int t = 0; t < c_.axis.parts; ++t) {
    llvm::Value* at = flag(breaks ? scope.broken : scope.continued, t);
    llvm::Value* now =
        c_.axis.masked() ? c_.axis.mask[std::size_t(t)] : llvm::Constant::getAllOnesValue(bits);
    c_.ir.CreateStore(c_.ir.CreateOr(c_.ir.CreateLoad(bits, at), now), at);
  }
}

/// Takes from the mask the lanes that have left the loop or this turn of it.
void Emitter::narrow_mask() {
  if (loops_.empty() || !loops_.back().broken) return;
  llvm::Type* bits = c_.vector(c_.ir.getInt1Ty());
  Parts mask;
  for (int t = 0; t < c_.axis.parts; ++t) {
    llvm::Value* broken = c_.ir.CreateLoad(bits, flag(loops_.back().broken, t));
    llvm::Value* continued = c_.ir.CreateLoad(bits, flag(loops_.back().continued, t));
    llvm::Value* on = c_.ir.CreateNot(c_.ir.CreateOr(broken, continued));
    mask.push_back(c_.axis.masked() ? c_.ir.CreateAnd(c_.axis.mask[std::size_t(t)], on) : on);
  }
  c_.axis.mask = mask;
}

}  // namespace tyche::codegen
