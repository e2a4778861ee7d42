#include "tyche/passes/contract.hpp"

#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

class Contraction {
 public:
  explicit Contraction(Program& program) : program_(program), uses_(use_counts(program)) {}

  void region(Region& region) {
    std::unordered_map<std::uint32_t, std::pair<Value, Value>> products;
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      b.at(i.location);
      for (Region& inner : i.regions) this->region(inner);
      const bool real = i.results.size() == 1 && program_.type(i.results[0]).kind == Kind::real;
      if (real && i.op == Op::mul && uses_[i.results[0].id] == 1) {
        products[i.results[0].id] = {i.operands[0], i.operands[1]};
      }
      if (real && (i.op == Op::add || i.op == Op::sub)) contract(b, i, products);
      b.append(std::move(i));
    }
    region = std::move(out);
  }

 private:
  template <class Products>
  void contract(Builder& b, Instruction& i, const Products& products) {
    const auto first = products.find(i.operands[0].id), second = products.find(i.operands[1].id);
    const bool minus = i.op == Op::sub;
    if (second != products.end()) {
      const auto [x, y] = second->second;
      i.operands = {minus ? b.emit(Op::neg, {x}) : x, y, i.operands[0]};
    } else if (first != products.end()) {
      const auto [x, y] = first->second;
      i.operands = {x, y, minus ? b.emit(Op::neg, {i.operands[1]}) : i.operands[1]};
    } else {
      return;
    }
    i.op = Op::fma;
  }

  Program& program_;
  std::vector<int> uses_;
};

void set_order(Region& region, bool inside_plate) {
  for (Instruction& i : region.body) {
    if (i.op == Op::plate) i.order = inside_plate ? ir::Order::sequential : ir::Order::lanes;
    for (Region& inner : i.regions) set_order(inner, inside_plate || i.op == Op::plate);
  }
}

}  // namespace

ir::Program contract(ir::Program program) {
  Contraction pass(program);
  pass.region(program.prelude);
  pass.region(program.density);
  pass.region(program.outputs);
  return program;
}

ir::Program order(ir::Program program) {
  set_order(program.prelude, false);
  set_order(program.density, false);
  set_order(program.outputs, false);
  return program;
}

}  // namespace tyche::passes
