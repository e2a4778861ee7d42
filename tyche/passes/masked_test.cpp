#include "tyche/passes/masked.hpp"

#include "tyche/passes/gradient_test.hpp"

namespace tyche::passes {
namespace {

using ir::Role;
using Parts = std::vector<Value>;

Value element(Builder& b, Value u, std::int64_t k) { return b.load(u, {b.integer(k)}); }
Value positive(Builder& b, Value x) { return b.emit(Op::gt, {x, b.real(0)}); }

/// A term in u[0] and u[1], and a point where an arm with an infinite derivative is not taken.
struct Arm {
  std::string name;
  std::function<void(Builder&, Value u)> body;
  Point taken, not_taken;
  double share;  // what u[0] gets where it is not taken
};

void PrintTo(const Arm& arm, std::ostream* out) { *out << arm.name; }

/// where(u[1] > 0, op(u[0])^2, 0).
Arm of_op(Op op, double singular, double regular) {
  return {std::string(ir::info(op).name),
          [op](Builder& b, Value u) {
            Parts x{element(b, u, 0), b.real(0.5)};
            x.resize(std::size_t(ir::info(op).operands), x[0]);
            const Value arm = b.emit(Op::mul, {b.emit(op, x), b.emit(op, x)});
            b.term(b.emit(Op::select, {positive(b, element(b, u, 1)), arm, b.real(0)}),
                   Role::prior);
          },
          {regular, 1},
          {singular, -1},
          0};
}

void twice(Builder& b, Value u) {
  const Value x = element(b, u, 0), s = b.emit(Op::log, {x});
  b.term(b.emit(Op::select, {positive(b, element(b, u, 1)), s, b.real(0)}), Role::prior);
  b.term(b.emit(Op::mul, {b.real(2), s}), Role::prior);
}

void nested(Builder& b, Value u) {
  const Value x = element(b, u, 0), yes = positive(b, element(b, u, 1));
  const Value inner = b.emit(Op::select, {positive(b, x), b.emit(Op::sqrt, {x}), x});
  const Value ratio = b.emit(Op::div, {inner, b.emit(Op::mul, {x, x})});
  b.term(b.emit(Op::select, {yes, ratio, b.emit(Op::neg, {x})}), Role::prior);
}

void greatest(Builder& b, Value u) {
  b.term(b.emit(Op::max, {b.emit(Op::log, {element(b, u, 0)}), b.real(-5)}), Role::prior);
}

void least(Builder& b, Value u) {
  const Value x = element(b, u, 0);
  b.term(b.emit(Op::min, {b.emit(Op::div, {b.real(1), b.emit(Op::mul, {x, x})}), b.real(5)}),
         Role::prior);
}

void root_of_greatest(Builder& b, Value u) {
  const Value x = b.emit(Op::max, {element(b, u, 0), b.real(0)});
  b.term(b.emit(Op::sqrt, {x}), Role::prior);
}

/// Elements of an array that a later plate takes under a condition.
void mapped(Builder& b, Value u) {
  const Value logs = b.plate(2, 1, [&](Builder& in, Value i) {
    return Parts{in.emit(Op::log, {in.emit(Op::abs, {in.load(u, {i})})})};
  })[0];
  b.plate(2, 0, [&](Builder& in, Value i) -> Parts {
    const Value x = in.load(u, {i});
    const Value far = in.emit(Op::gt, {in.emit(Op::abs, {x}), in.real(0.1)});
    in.term(in.emit(Op::select, {far, in.load(logs, {i}), x}), Role::likelihood);
    return {};
  });
}

/// A sum under a condition, which is not fused with its plate.
void sum(Builder& b, Value u) {
  const Value total = b.plate(3, 0, [&](Builder& in, Value i) {
    const Value k = in.emit(Op::to_real, {in.emit(Op::add, {i, in.integer(1)})});
    return Parts{in.emit(Op::sqrt, {in.emit(Op::mul, {element(in, u, 0), k})})};
  })[0];
  b.term(b.emit(Op::select, {positive(b, element(b, u, 1)), total, b.real(0)}), Role::prior);
}

/// What is made before a branch and used in it.
void branch(Builder& b, Value u) {
  const Value s = b.emit(Op::sqrt, {element(b, u, 0)});
  b.if_else(
      positive(b, element(b, u, 1)),
      [&](Builder& in) {
        in.term(in.emit(Op::mul, {s, s}), Role::prior);
        return Parts{};
      },
      [](Builder&) { return Parts{}; });
}

/// A loop that takes what it carries under a condition, and goes on with it.
void loop(Builder& b, Value u) {
  const Value first[] = {element(b, u, 0), b.real(0)};
  const auto last =
      b.for_loop(b.integer(3), first, [&](Builder& in, Value, std::span<const Value> c) {
        const Value root = in.emit(Op::sqrt, {c[0]});
        const Value more = in.emit(Op::select, {positive(in, element(in, u, 1)), root, in.real(0)});
        return Parts{root, in.emit(Op::add, {c[1], more})};
      });
  b.term(last[1], Role::prior);
}

/// An element that a condition overwrites.
void overwritten(Builder& b, Value u) {
  const Value x = b.local(Type::vector(1));
  b.store(x, {b.integer(0)}, b.emit(Op::sqrt, {element(b, u, 0)}));
  b.if_else(
      positive(b, element(b, u, 1)), [](Builder&) { return Parts{}; },
      [&](Builder& in) {
        in.store(x, {in.integer(0)}, in.real(2));
        return Parts{};
      });
  b.term(b.load(x, {b.integer(0)}), Role::prior);
}

/// A solve by a factor that is singular where its result is not taken.
void solve(Builder& b, Value u) {
  const Value l = b.local(Type::matrix(1, 1)), c = b.local(Type::vector(1));
  b.store(l, {b.integer(0), b.integer(0)}, element(b, u, 0));
  b.store(c, {b.integer(0)}, element(b, u, 1));
  const Value x = element(b, b.emit(Op::solve_lower, {l, c}), 0);
  b.term(b.emit(Op::select, {positive(b, element(b, u, 1)), x, b.real(0)}), Role::prior);
}

class Masked : public testing::TestWithParam<Arm> {};

// Would catch: a share that is multiplied by zero where it should be left out, one that is left out
// where the arm is taken or the value is used elsewhere too.
TEST_P(Masked, ShareOfAnArmThatIsNotTakenIsZero) {
  const Arm& arm = GetParam();
  const Program program = density_of(2, arm.body);
  check_gradient(program, {}, arm.taken);
  const Program summed = terms_to_sum(program);
  for (const Program& made : {*differentiate(summed), simplify(*differentiate(simplify(summed)))}) {
    EXPECT_EQ(evaluated(made, {}, arm.not_taken).yields[1].reals[0], arm.share) << ir::print(made);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Arms, Masked,
    testing::Values(
        of_op(Op::log, 0, 1.3), of_op(Op::log, -1, 1.3), of_op(Op::sqrt, 0, 1.3),
        of_op(Op::sqrt, -1, 1.3), of_op(Op::log1p, -1, .3), of_op(Op::pow, 0, 1.3),
        of_op(Op::inv_Phi, 0, .3), of_op(Op::inv_Phi, 2, .3), of_op(Op::exp, 800, .3),
        of_op(Op::lgamma, 0, 1.3), of_op(Op::digamma, 0, 1.3), of_op(Op::log1m_exp, 0, -.3),
        of_op(Op::expm1, 800, .3), Arm{"shared", twice, {1.3, 1}, {.5, -1}, 4},
        Arm{"nested", nested, {1.3, 1}, {0, -1}, -1},
        Arm{"nested_below", nested, {-1.3, 1}, {-.3, -1}, -1},
        Arm{"max", greatest, {1.3, 0}, {0, 0}, 0}, Arm{"max_below", greatest, {1.3, 0}, {-1, 0}, 0},
        Arm{"min", least, {1.3, 0}, {0, 0}, 0},
        Arm{"root", root_of_greatest, {1.3, 0}, {-.4, 0}, 0},
        Arm{"mapped", mapped, {1.3, .4}, {0, .4}, 1}, Arm{"sum", sum, {1.3, 1}, {-1, -1}, 0},
        Arm{"branch", branch, {1.3, 1}, {0, -1}, 0}, Arm{"loop", loop, {1.3, 1}, {0, -1}, 0},
        Arm{"overwritten", overwritten, {1.3, 1}, {0, -1}, 0},
        Arm{"solve", solve, {1.3, 1}, {0, -1}, 0}),
    [](const auto& info) { return info.param.name + "_" + std::to_string(info.index); });

/// The number of instructions of `density`, differentiated.
std::size_t gradient_size(const std::function<void(Builder&, Value)>& body) {
  return count_instructions(*differentiate(terms_to_sum(density_of(2, body))));
}

// Would catch: guards where the share is zero anyway, or where closing leaves no density.
TEST(Masked, CostsNothingWhereNothingCanBeInfinite) {
  const auto in_arm = [](Op arm_op, double other) {
    return [=](Builder& b, Value u) {
      const Value x = element(b, u, 0), yes = positive(b, x);
      const Value arm = b.emit(arm_op, {x, b.real(3)});
      b.term(b.emit(Op::select, {yes, arm, b.real(other)}), Role::prior);
    };
  };
  const auto without = [](Op arm_op, double other) {
    return [=](Builder& b, Value u) {
      const Value x = element(b, u, 0), yes = positive(b, x);
      const Value arm = b.emit(arm_op, {x, b.real(3)});
      b.term(b.emit(Op::select, {yes, arm, b.real(other)}), Role::prior);
      b.term(arm, Role::prior);  // now it has a way that is never closed
    };
  };
  // Two more: the term's own sum, and the sum of both shares.
  for (const Op op : {Op::add, Op::mul, Op::div}) {
    EXPECT_EQ(gradient_size(in_arm(op, 0)) + 2, gradient_size(without(op, 0)));
  }
  EXPECT_GT(gradient_size(in_arm(Op::pow, 0)) + 2, gradient_size(without(Op::pow, 0)));
  EXPECT_EQ(gradient_size(in_arm(Op::pow, -INFINITY)) + 2, gradient_size(without(Op::pow, 0)));
}

}  // namespace
}  // namespace tyche::passes
