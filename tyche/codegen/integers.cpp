// Whole numbers: they stay linear in the lane where they can, and carry their range.
#include <cassert>

#include "tyche/codegen/number.hpp"

namespace tyche::codegen {

using ir::Kind;
using ir::Op;

namespace {

using Wide = __int128;

Range range_of(Wide a, Wide b, Wide c, Wide d) {
  const Wide low = std::min(std::min(a, b), std::min(c, d));
  const Wide high = std::max(std::max(a, b), std::max(c, d));
  if (low < INT64_MIN || high > INT64_MAX) return {};
  return {std::int64_t(low), std::int64_t(high)};
}

Range sum(Range a, Range b) {
  const Wide low = Wide(a.low) + b.low, high = Wide(a.high) + b.high;
  return range_of(low, low, high, high);
}

Range product(Range a, Range b) {
  return range_of(Wide(a.low) * b.low, Wide(a.low) * b.high, Wide(a.high) * b.low,
                  Wide(a.high) * b.high);
}

}  // namespace

Number Numbers::add(const Number& a, const Number& b) const {
  const Range range = sum(a.range, b.range);
  if (a.shape != Shape::varying && b.shape != Shape::varying) {
    return linear(c_.ir.CreateAdd(a.parts[0], b.parts[0]), a.step + b.step, range);
  }
  const Number operands[] = {a, b};
  Number out = lift(Kind::integer, operands,
                    [&](std::span<llvm::Value* const> v) { return c_.ir.CreateAdd(v[0], v[1]); });
  out.range = range;
  return out;
}

Number Numbers::scale(const Number& a, std::int64_t factor) const {
  if (factor == 1) return a;
  const Range range = product(a.range, {factor, factor});
  if (a.shape != Shape::varying) {
    return linear(c_.ir.CreateMul(a.parts[0], c_.index(factor)), a.step * factor, range);
  }
  Number out = lift(Kind::integer, std::span(&a, 1), [&](std::span<llvm::Value* const> v) {
    return c_.ir.CreateMul(v[0], llvm::ConstantInt::getSigned(v[0]->getType(), factor));
  });
  out.range = range;
  return out;
}

std::optional<Number> Numbers::outside(const Number& i, std::int64_t bound) const {
  if (i.range.low >= 0 && i.range.high < bound) return std::nullopt;
  return lift(Kind::boolean, std::span(&i, 1), [&](std::span<llvm::Value* const> v) {
    return c_.ir.CreateICmpUGE(v[0], llvm::ConstantInt::getSigned(v[0]->getType(), bound));
  });
}

/// Truncating; a zero divisor rejects, and nothing traps.
Number Numbers::divide(Op op, const Number& a, const Number& b) {
  const bool safe = b.range.low > 0 || b.range.high < -1;
  if (!safe) {
    c_.reject(lift(Kind::boolean, std::span(&b, 1), [&](std::span<llvm::Value* const> v) {
      return c_.ir.CreateICmpEQ(v[0], llvm::ConstantInt::get(v[0]->getType(), 0));
    }));
  }
  const Number operands[] = {a, b};
  return lift(Kind::integer, operands, [&](std::span<llvm::Value* const> v) -> llvm::Value* {
    llvm::Type* type = v[0]->getType();
    llvm::Value* divisor = v[1];
    llvm::Value* minus = nullptr;
    if (!safe) {
      minus = c_.ir.CreateICmpEQ(v[1], llvm::ConstantInt::getSigned(type, -1));
      llvm::Value* zero = c_.ir.CreateICmpEQ(v[1], llvm::ConstantInt::get(type, 0));
      divisor =
          c_.ir.CreateSelect(c_.ir.CreateOr(zero, minus), llvm::ConstantInt::get(type, 1), v[1]);
    }
    const bool quotient = op == Op::div;
    llvm::Value* out = quotient ? c_.ir.CreateSDiv(v[0], divisor) : c_.ir.CreateSRem(v[0], divisor);
    if (!minus || !quotient) return out;
    return c_.ir.CreateSelect(minus, c_.ir.CreateNeg(v[0]), out);
  });
}

Number Numbers::integers(Op op, std::span<const Number> x) {
  switch (op) {
    case Op::add:
      return add(x[0], x[1]);
    case Op::sub:
      return add(x[0], scale(x[1], -1));
    case Op::neg:
      return scale(x[0], -1);
    case Op::div:
    case Op::remainder:
      return divide(op, x[0], x[1]);
    case Op::mul:
      if (const auto factor = known(x[1])) return scale(x[0], *factor);
      if (const auto factor = known(x[0])) return scale(x[1], *factor);
      break;
    default:
      break;
  }
  Number out = lift(Kind::integer, x, [&](std::span<llvm::Value* const> v) -> llvm::Value* {
    switch (op) {
      case Op::mul:
        return c_.ir.CreateMul(v[0], v[1]);
      case Op::abs:
        return c_.ir.CreateSelect(
            c_.ir.CreateICmpSLT(v[0], llvm::ConstantInt::get(v[0]->getType(), 0)),
            c_.ir.CreateNeg(v[0]), v[0]);
      case Op::min:
        return c_.ir.CreateSelect(c_.ir.CreateICmpSLT(v[0], v[1]), v[0], v[1]);
      case Op::max:
        return c_.ir.CreateSelect(c_.ir.CreateICmpSGT(v[0], v[1]), v[0], v[1]);
      default:
        assert(false && "not an operation on integers");
        return v[0];
    }
  });
  if (op == Op::mul) out.range = product(x[0].range, x[1].range);
  if (op == Op::min) {
    out.range = {std::min(x[0].range.low, x[1].range.low),
                 std::min(x[0].range.high, x[1].range.high)};
  }
  if (op == Op::max) {
    out.range = {std::max(x[0].range.low, x[1].range.low),
                 std::max(x[0].range.high, x[1].range.high)};
  }
  return out;
}

}  // namespace tyche::codegen
