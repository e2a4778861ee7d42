// Loops whose trip counts parameters decide: compiled, interpreted and by differences.
#include "tyche/compile/equality_test.hpp"
#include "tyche/passes/gradient_test.hpp"

namespace tyche {
namespace {

using ir::Builder;
using ir::Op;
using ir::Program;
using ir::Role;
using ir::Type;
using ir::Value;

/// x <- 0.5 cos(x + a held), held <- 0.3 (held + x), as long as n < u[1]; x / u[1] summed on the
/// way, and the squares of the last ones added. u[1] decides how often, and only scales besides.
Program counted_by_parameter() {
  return passes::density_of(2, [](Builder& b, Value u) {
    const Value a = b.load(u, {b.integer(0)}), limit = b.load(u, {b.integer(1)});
    const Value held = b.local(Type::vector(1));
    b.store(held, {b.integer(0)}, a);
    ir::Instruction loop{.op = Op::while_loop, .operands = {a, b.real(0)}, .regions = {{}, {}}};
    for (ir::Region& region : loop.regions) {
      region.arguments = {b.program().new_value(Type::real()), b.program().new_value(Type::real())};
    }
    Builder test(b.program(), loop.regions[0]);
    test.yield({test.emit(Op::lt, {loop.regions[0].arguments[1], limit})});
    Builder body(b.program(), loop.regions[1]);
    const Value x = loop.regions[1].arguments[0], n = loop.regions[1].arguments[1];
    const Value before = body.load(held, {body.integer(0)});
    const Value moved = body.emit(Op::fma, {a, before, x});
    const Value next = body.emit(Op::mul, {body.emit(Op::cos, {moved}), body.real(.5)});
    const Value both = body.emit(Op::add, {before, x});
    body.store(held, {body.integer(0)}, body.emit(Op::mul, {both, body.real(.3)}));
    body.term(body.emit(Op::div, {next, limit}), Role::prior);
    body.yield({next, body.emit(Op::add, {n, body.real(1)})});
    loop.results = {b.program().new_value(Type::real()), b.program().new_value(Type::real())};
    const Value last = b.append(std::move(loop)).results[0];
    b.term(b.emit(Op::mul, {last, last}), Role::prior);
    const Value rest = b.load(held, {b.integer(0)});
    b.term(b.emit(Op::mul, {rest, rest}), Role::prior);
  });
}

constexpr double trips[] = {10, 1023, 1024, 1025, 5000, 20000, 1, 0};

struct Gradients {
  Program summed = passes::terms_to_sum(counted_by_parameter());
  Program both;
  std::vector<std::vector<double>> points;

  Gradients() {
    auto made = passes::differentiate(passes::simplify(summed));
    EXPECT_TRUE(made.has_value()) << to_string(made.error());
    both = passes::simplify(*made);
    for (std::size_t l = 0; l < 8; ++l) points.push_back({.2 + .1 * double(l), trips[l] - .5});
  }
};

TEST(WhileLoops, HaveTheSlopeOfTheirValueBeyondTheTape) {
  const Gradients program;
  for (const auto& u : program.points) {
    passes::expect_gradient(program.summed, program.both, {}, u);
    if (HasFailure()) return;
  }
}

TEST(WhileLoops, CompiledEqualInterpretedWithAnotherTripCountInEachLane) {
  const Gradients program;
  check_equality(program.both, {}, program.points);
}

}  // namespace
}  // namespace tyche
