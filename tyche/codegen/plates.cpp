// Plates: their iterations in lanes, or one after the other with the same eight partial sums.
#include <algorithm>
#include <cassert>

#include "tyche/codegen/emitter.hpp"
#include "tyche/ir/walk.hpp"

namespace tyche::codegen {

using ir::Instruction;
using ir::Op;
using ir::Order;
using ir::Region;
using ir::Value;

namespace {

constexpr std::int64_t unknown_rows = 1000;
constexpr std::int64_t many_rows = 64;  // what is left over may cost a copy of the body
constexpr std::int64_t rare_rest = 96;  // what is left over does not matter

bool has_loop(const Region& region) {
  for (const Instruction& at : region.body) {
    if (at.op == Op::plate || at.op == Op::for_loop || at.op == Op::scan) return true;
  }
  return false;
}

bool prints(const Region& region) {
  bool any = false;
  for_each_instruction(region, [&](const Instruction& at) { any |= at.op == Op::print; });
  return any;
}

/// How many vectors of rows advance together: they share the turns of inner loops, and hide each
/// other's latencies where a row is long; more than the registers hold would not pay, and three
/// such rows compile in three quarters of the time of four.
int joined_rows(const Region& region, std::optional<std::int64_t> count) {
  constexpr int hiding = 3, long_row = 25;
  const auto enough = [&](int parts) { return !count || enough_rows(*count, parts); };
  if (has_loop(region)) return sharing(count.value_or(unknown_rows));
  return weight(region) >= long_row && enough(hiding) ? hiding : 1;
}

}  // namespace

void Emitter::plate(const Instruction& at) {
  if (!at.results.empty() || !at.regions[0].body.empty()) {
    takes_lanes(at) ? rows_plate(at) : serial_plate(at);
  }
}

bool Emitter::takes_lanes(const Instruction& at) const {
  if (c_.axis.active() || !choices_.rows || at.order != Order::lanes) return false;
  if (prints(at.regions[0])) return false;  // rows print in turn
  const auto count = known(number(at.operands[0]));
  if (!count) return std::ranges::none_of(at.regions[0].body, adds_in_turn);
  return *count >= fewest_rows;
}

/// Masks that cost less than a second copy of the body: of few rows, or where there is much to do
/// for a row and few are added to fill the last block.
bool Emitter::masks_all(std::optional<std::int64_t> count, int parts) const {
  const std::int64_t step = std::int64_t(width) * parts;
  if (c_.level != Level::avx512 || !count || *count % step == 0) return false;
  const std::int64_t added = step - *count % step;
  return *count < many_rows ? *count % width != 0 : parts > 1 && 8 * added <= *count;
}

/// Masks of the rows from i on that lie below n. Those of several vectors are made of whole
/// numbers: LLVM takes comparisons of vectors into the loops that use them, to be done again in
/// every turn.
Parts Emitter::present(const Number& i, llvm::Value* n) {
  const int parts = c_.axis.parts;
  if (parts == 1) {
    return {c_.ir.CreateICmpSLT(n_.spread(i)[0], c_.ir.CreateVectorSplat(width, n))};
  }
  llvm::Value* left = c_.ir.CreateSub(n, i.parts[0]);
  llvm::Type* word = c_.ir.getInt64Ty();
  const int all = width * parts;
  llvm::Value* some =
      c_.ir.CreateNot(c_.ir.CreateShl(llvm::ConstantInt::getAllOnesValue(word), left));
  llvm::Value* bits = c_.ir.CreateSelect(c_.ir.CreateICmpSLT(left, c_.index(all)), some,
                                         llvm::ConstantInt::getAllOnesValue(word));
  Parts masks;
  for (int t = 0; t < parts; ++t) {
    llvm::Value* byte =
        c_.ir.CreateTrunc(c_.ir.CreateLShr(bits, std::uint64_t(width * t)), c_.ir.getInt8Ty());
    masks.push_back(c_.ir.CreateBitCast(byte, c_.vector(c_.ir.getInt1Ty())));
  }
  return masks;
}

void Emitter::rows(const Number& count, int parts, llvm::function_ref<void(const Number&)> body) {
  const Axis outer = c_.axis;
  llvm::Value* n = count.parts[0];
  const Range range{0, count.range.high == INT64_MAX ? INT64_MAX : count.range.high - 1};
  llvm::Value* zero = c_.index(0);
  if (!known(count)) n = c_.ir.CreateSelect(c_.ir.CreateICmpSLT(n, zero), zero, n);
  llvm::Value* done = zero;
  const auto blocks = [&](llvm::Value* left, int together, bool masked) {
    llvm::Value* step = c_.index(width * together);
    llvm::Value* added = masked ? c_.index(width * together - 1) : zero;
    llvm::Value* turns = c_.ir.CreateUDiv(c_.ir.CreateAdd(left, added), step);
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(turns);
    if (constant && constant->getSExtValue() <= 0) return;
    c_.loop(turns, [&](llvm::Value* k) {
      llvm::Value* first = c_.ir.CreateAdd(done, c_.ir.CreateMul(k, step, "", true, true));
      c_.axis = {together, {}};
      const Number i = n_.linear(first, 1, range);
      if (masked) c_.axis.mask = present(i, n);
      body(i);
      c_.axis = outer;
    });
    done = c_.ir.CreateAdd(done, c_.ir.CreateMul(turns, step));
  };
  if (masks_all(known(count), parts)) return blocks(n, parts, true);
  blocks(n, parts, false);
  c_.rare = known(count) && *known(count) >= rare_rest;
  blocks(c_.ir.CreateSub(n, done), 1, true);
  c_.rare = false;
}

std::vector<Array> Emitter::mapped_results(const Instruction& at) {
  std::vector<Array> mapped;
  for (std::int64_t k = 0; k < at.integer; ++k) {
    mapped.push_back(a_.make(program_.type(at.results[std::size_t(k)])));
  }
  return mapped;
}

void Emitter::bind_mapped(const Instruction& at, std::vector<Array> mapped) {
  for (std::size_t k = 0; k < mapped.size(); ++k) bind(at.results[k], {std::move(mapped[k])});
}

void Emitter::iteration(const Instruction& at, const Number& i, std::span<const Array> mapped) {
  const Region& body = at.regions[0];
  PlateScope& scope = *scopes_.back();
  begin_iteration(scope);
  scope.row = i;
  scope.mapped = mapped;
  scope.stored.clear();
  if (scope.rows) a_.begin_rows();
  bind(body.arguments[0], {i});
  scope.rows ? row_region(body) : region(body);
  const Instruction* yields = yield_of(body);
  for (std::size_t k = 0; k < mapped.size(); ++k) {
    const Value v = yields->operands[k];
    if (program_.type(v).is_scalar()) {
      store_mapped(body, v);
    } else {
      a_.copy(a_.part(mapped[k], std::span(&i, 1), program_.type(v)), array(v));
    }
  }
  end_iteration(scope, i);
}

void Emitter::store_mapped(const Region& body, Value v) {
  PlateScope& scope = *scopes_.back();
  const Number& i = number(body.arguments[0]);
  for (std::size_t k = 0; k < scope.mapped.size(); ++k) {
    if (yield_of(body)->operands[k] != v || scope.stored.contains(k)) continue;
    a_.store(scope.mapped[k], std::span(&i, 1), number(v));
    scope.stored.insert(k);
  }
}

void Emitter::rows_plate(const Instruction& at) {
  const Region& body = at.regions[0];
  const Number count = number(at.operands[0]);
  const PlateBody plate_body(at, constants_);
  PlateScope scope{.body = &plate_body, .region = &body, .order = at.order, .rows = true};
  open_sums(scope, count);
  open_turns(scope, count);
  const std::vector<Array> mapped = mapped_results(at);
  const std::size_t sums = at.results.size() - mapped.size();
  llvm::Type* eight = c_.vector(c_.real());
  std::vector<llvm::Value*> partial;
  for (std::size_t k = 0; k < sums; ++k) {
    partial.push_back(c_.variable(eight));
    c_.ir.CreateStore(llvm::Constant::getNullValue(eight), partial.back());
  }
  scopes_.push_back(&scope);
  const auto size = known(count);
  int parts = sums_once(scope) ? joined_rows(body, size) : 1;
  if (!turns_hold(scope, parts)) parts = 1;
  const Instruction* yields = yield_of(body);
  in_rows([&] {
    rows(count, parts, [&](const Number& i) {
      iteration(at, i, mapped);
      add_full_turns(scope, count);
      for (std::size_t k = 0; k < sums; ++k) {
        add_rows(partial[k], summand(body, yields->operands[mapped.size() + k]));
      }
    });
  });
  scopes_.pop_back();
  if (!scope.turns.empty()) add_turns(scope, count.parts[0]);
  close_sums(scope, count);
  bind_mapped(at, mapped);
  for (std::size_t k = 0; k < sums; ++k) {
    bind(at.results[mapped.size() + k], {joined_sum(scope, partial[k])});
  }
  choices_.reason += "  plate of " + (size ? std::to_string(*size) : std::string("?")) +
                     ": rows in lanes, " + std::to_string(parts) +
                     (parts == 1 ? " vector" : " vectors") + " at a time\n";
}

llvm::Value* Emitter::sum_variable(int slots) {
  llvm::Type* type = c_.axis.active() ? c_.vector(c_.real()) : c_.real();
  return c_.variable(type, std::uint64_t(slots * std::max(c_.axis.parts, 1)) + 1);
}

void Emitter::zero_sum(llvm::Value* variable, int slots) {
  llvm::Type* type = c_.axis.active() ? c_.vector(c_.real()) : c_.real();
  for (int k = 0; k < slots * std::max(c_.axis.parts, 1); ++k) {
    c_.ir.CreateStore(llvm::Constant::getNullValue(type),
                      c_.ir.CreateConstInBoundsGEP1_64(type, variable, std::uint64_t(k)));
  }
}

namespace {

/// Variable of partial sum `slot`, part t.
llvm::Value* sum_at(Context& c, llvm::Type* type, llvm::Value* variable, llvm::Value* slot, int t) {
  llvm::Value* at = slot;
  if (c.axis.parts > 1) at = c.ir.CreateMul(slot, c.index(c.axis.parts), "", true, true);
  if (t > 0) at = c.ir.CreateAdd(at, c.index(t), "", true, true);
  return c.ir.CreateInBoundsGEP(type, variable, at);
}

}  // namespace

void Emitter::add_sum(llvm::Value* variable, llvm::Value* slot, const Summand& value) {
  const bool active = c_.axis.active();
  llvm::Type* type = active ? c_.vector(c_.real()) : c_.real();
  const Parts a = active ? n_.spread(value.a) : value.a.parts;
  Parts b(a.size(), nullptr);
  if (value.b) b = active ? n_.spread(*value.b) : value.b->parts;
  for (std::size_t t = 0; t < a.size(); ++t) {
    llvm::Value* at = sum_at(c_, type, variable, slot, int(t));
    llvm::Value* old = c_.ir.CreateLoad(type, at);
    llvm::Value* sum = b[t] ? n_.fma(a[t], b[t], old) : c_.ir.CreateFAdd(old, a[t]);
    if (c_.axis.masked()) sum = c_.ir.CreateSelect(c_.axis.mask[t], sum, old);
    c_.ir.CreateStore(sum, at);
  }
}

Number Emitter::load_sum(llvm::Value* variable, llvm::Value* slot) {
  const bool active = c_.axis.active();
  llvm::Type* type = active ? c_.vector(c_.real()) : c_.real();
  Parts parts;
  for (int t = 0; t < std::max(c_.axis.parts, 1); ++t) {
    parts.push_back(c_.ir.CreateLoad(type, sum_at(c_, type, variable, slot, t)));
  }
  return active ? n_.varying(ir::Kind::real, parts) : n_.uniform(ir::Kind::real, parts[0]);
}

void Emitter::serial_plate(const Instruction& at) {
  const Region& body = at.regions[0];
  const Number count = number(at.operands[0]);
  const PlateBody plate_body(at, constants_);
  PlateScope scope{.body = &plate_body,
                   .region = &body,
                   .order = at.order,
                   .slots = at.order == Order::lanes ? width : 1};
  open_sums(scope, count);
  const std::vector<Array> mapped = mapped_results(at);
  const std::size_t sums = at.results.size() - mapped.size();
  std::vector<llvm::Value*> partial;
  for (std::size_t k = 0; k < sums; ++k) {
    partial.push_back(sum_variable(scope.slots));
    zero_sum(partial.back(), scope.slots);
  }
  scopes_.push_back(&scope);
  const auto one = [&](const Number& i, llvm::Value* slot) {
    scope.slot = n_.linear(slot, 0, {0, scope.slots - 1});
    iteration(at, i, mapped);
    const Instruction* yields = yield_of(body);
    for (std::size_t k = 0; k < sums; ++k) {
      add_sum(partial[k], slot, summand(body, yields->operands[mapped.size() + k]));
    }
  };
  constexpr int eightfold_budget = 120;  // weight of a body written once a partial sum
  const auto size = known(count);
  const int cost = weight(body) * std::max(c_.axis.parts, 1);
  if (scope.slots == width && size && *size >= 2 * width && cost * width <= eightfold_budget) {
    const Range range{0, *size - 1};
    c_.loop(c_.index(*size / width), [&](llvm::Value* k) {
      llvm::Value* first = c_.ir.CreateMul(k, c_.index(width), "", true, true);
      for (int s = 0; s < width; ++s) {
        one(n_.linear(c_.ir.CreateAdd(first, c_.index(s)), 0, range), c_.index(s));
      }
    });
    for (std::int64_t i = *size / width * width; i < *size; ++i) {
      one(n_.integer(i), c_.index(i % width));
    }
  } else {
    turns(count, body, [&](const Number& i) {
      const auto constant = known(i);
      llvm::Value* slot = c_.index(0);
      if (scope.slots == width) {
        slot = constant ? c_.index(*constant % width)
                        : c_.ir.CreateAnd(i.parts[0], c_.index(width - 1));
      }
      one(i, slot);
    });
  }
  scopes_.pop_back();
  close_sums(scope, count);
  bind_mapped(at, mapped);
  for (std::size_t k = 0; k < sums; ++k) {
    bind(at.results[mapped.size() + k], {joined_sum(scope, partial[k])});
  }
}

}  // namespace tyche::codegen
