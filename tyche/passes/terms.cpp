#include "tyche/passes/terms.hpp"

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

class Summation {
 public:
  explicit Summation(Program& program) : program_(program) {}

  /// Drops the region's terms; their sum as a value of it, none where there are none.
  Value region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    Value total;
    for (Instruction& i : region.body) {
      b.at(i.location);
      if (i.op == Op::term) {
        add(b, total, i.operands[0]);
        continue;
      }
      const Value sum = i.regions.empty() || i.op == Op::choice ? Value{} : structured(b, i);
      b.append(std::move(i));
      if (!sum.exists()) continue;
      // The yield comes last, so a sum that a structure gives is added before it.
      add(b, total, sum);
    }
    region = std::move(out);
    return total;
  }

 private:
  static void add(Builder& b, Value& total, Value e) {
    total = total.exists() ? b.emit(Op::add, {total, e}) : e;
  }

  Value new_real() { return program_.new_value(Type::real()); }

  /// A region whose last instruction is its yield again after sums were put behind it.
  static Instruction take_yield(Region& region) {
    for (std::size_t k = region.body.size(); k-- > 0;) {
      if (region.body[k].op != Op::yield) continue;
      Instruction yield = std::move(region.body[k]);
      region.body.erase(region.body.begin() + std::ptrdiff_t(k));
      return yield;
    }
    return {.op = Op::yield};
  }

  Value structured(Builder& b, Instruction& i) {
    std::vector<Value> sums;
    bool any = false;
    for (Region& r : i.regions) {
      sums.push_back(region(r));
      any |= sums.back().exists();
    }
    if (!any) return {};
    switch (i.op) {
      case Op::plate:
        return append_yield(i, sums[0]);
      case Op::if_else:
        for (std::size_t side = 0; side < 2; ++side) {
          if (sums[side].exists()) continue;
          Instruction yield = take_yield(i.regions[side]);
          sums[side] = Builder(program_, i.regions[side]).real(0);
          i.regions[side].body.push_back(std::move(yield));
        }
        yield_of(i.regions[1]).operands.push_back(sums[1]);
        return append_yield(i, sums[0]);
      case Op::while_loop:
        return carry(b, i, sums[1]);
      default:
        return carry(b, i, sums[0]);
    }
  }

  Value append_yield(Instruction& i, Value sum) {
    yield_of(i.regions[0]).operands.push_back(sum);
    i.results.push_back(new_real());
    return i.results.back();
  }

  /// for, scan, while: the sum so far is carried, behind the other carried values.
  Value carry(Builder& b, Instruction& i, Value sum) {
    const std::size_t skip = i.op == Op::while_loop ? 0 : 1;
    const std::size_t carried = i.op == Op::scan ? std::size_t(i.integer) : i.results.size();
    const auto at = [&](auto& values, std::size_t k) { return values.begin() + std::ptrdiff_t(k); };
    Value before;
    for (Region& r : i.regions) {
      before = new_real();
      r.arguments.insert(at(r.arguments, skip + carried), before);
    }
    Region& body = i.regions.back();
    Instruction yield = take_yield(body);
    const Value after = Builder(program_, body).emit(Op::add, {before, sum});
    yield.operands.insert(at(yield.operands, carried), after);
    body.body.push_back(std::move(yield));
    i.operands.insert(at(i.operands, skip + carried), b.real(0));
    const Value total = new_real();
    i.results.insert(at(i.results, carried), total);
    if (i.op == Op::scan) ++i.integer;
    return total;
  }

  Program& program_;
};

void drop_yield(Region& region) {
  if (has_yield(region)) region.body.pop_back();
}

}  // namespace

ir::Program terms_to_sum(ir::Program program) {
  drop_yield(program.density);
  Region density = std::move(program.density);
  Value lp = Summation(program).region(density);
  Builder b(program, density);
  if (!lp.exists()) lp = b.real(0);
  b.yield({lp});
  program.density = std::move(density);
  return program;
}

ir::Program without_terms(ir::Program program) {
  drop_yield(program.density);
  const auto drop = [](auto& self, Region& region) -> void {
    std::erase_if(region.body,
                  [](const Instruction& i) { return i.op == Op::term || i.op == Op::print; });
    for (Instruction& i : region.body) {
      for (Region& inner : i.regions) self(self, inner);
    }
  };
  drop(drop, program.density);
  return program;
}

}  // namespace tyche::passes
