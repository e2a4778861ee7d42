#include "tyche/passes/structure.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

class ScanLowering {
 public:
  explicit ScanLowering(Program& program) : program_(program) {}

  void region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      b.at(i.location);
      for (Value& v : i.operands) v = renamed(names_, v);
      for (Region& inner : i.regions) this->region(inner);
      if (i.op == Op::scan) {
        lower(b, std::move(i));
      } else {
        b.append(std::move(i));
      }
    }
    region = std::move(out);
  }

 private:
  void lower(Builder& b, Instruction scan) {
    const std::size_t n = std::size_t(scan.integer);
    Region body = std::move(scan.regions[0]);
    Instruction loop{.op = Op::for_loop};
    loop.operands.assign(scan.operands.begin(), scan.operands.begin() + std::ptrdiff_t(n) + 1);
    loop.results.assign(scan.results.begin(), scan.results.begin() + std::ptrdiff_t(n));
    Region out;
    out.arguments.assign(body.arguments.begin(), body.arguments.begin() + std::ptrdiff_t(n) + 1);
    Builder inner(program_, out);
    const Value t = out.arguments[0];
    for (std::size_t k = n + 1; k < scan.operands.size(); ++k) {
      inner.append(
          {.op = Op::load, .operands = {scan.operands[k], t}, .results = {body.arguments[k]}});
    }
    std::vector<Value> yields = std::move(yield_of(body).operands);
    body.body.pop_back();
    for (Instruction& i : body.body) inner.append(std::move(i));
    std::vector<Value> arrays;
    for (std::size_t k = n; k < yields.size(); ++k) {
      arrays.push_back(b.local(program_.type(scan.results[k])));
      inner.store(arrays.back(), {t}, yields[k]);
    }
    yields.resize(n);
    inner.yield(yields);
    loop.regions.push_back(std::move(out));
    b.append(std::move(loop));
    // Nothing writes the locals after the loop: they stand for the results.
    for (std::size_t k = 0; k < arrays.size(); ++k) names_[scan.results[n + k].id] = arrays[k];
  }

  Program& program_;
  Renaming names_;
};

}  // namespace

ir::Program lower_scan(ir::Program program) {
  ScanLowering pass(program);
  pass.region(program.prelude);
  pass.region(program.density);
  pass.region(program.outputs);
  return program;
}

}  // namespace tyche::passes
