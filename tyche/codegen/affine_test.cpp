#include "tyche/codegen/affine.hpp"

#include <gtest/gtest.h>

#include "tyche/ir/builder.hpp"

namespace tyche::codegen {
namespace {

using ir::Builder;
using ir::Op;
using ir::Program;
using ir::Type;
using ir::Value;

/// A plate over i, with a loop over j in it; `index(body, i, j, outer)` is what is looked at.
template <class Index>
Affine found(Index index) {
  Program program;
  Builder b(program, program.density);
  const Value outer = b.emit(Op::size, {b.local(Type::vector(3))});
  Value looked_at;
  b.plate(10, 0, [&](Builder& in, Value i) {
    in.plate(4, 0, [&](Builder& body, Value j) {
      looked_at = index(body, i, j, outer);
      return std::vector<Value>{};
    });
    return std::vector<Value>{};
  });
  const std::map<Value, std::int64_t> constants;
  return PlateBody(program.density.body.back(), constants).index(looked_at);
}

TEST(Affine, FollowsSumsAndMultiples) {
  const Affine a = found([](Builder& b, Value i, Value, Value outer) {
    const Value twice = b.emit(Op::mul, {b.integer(2), i});
    const Value moved = b.emit(Op::sub, {twice, b.integer(5)});
    return b.emit(Op::add, {moved, b.emit(Op::neg, {outer})});
  });
  EXPECT_TRUE(a.known);
  EXPECT_EQ(a.step, 2);
  EXPECT_EQ(a.constant, -5);
  ASSERT_EQ(a.terms.size(), 1u);
  EXPECT_EQ(a.terms.begin()->second, -1);
  EXPECT_FALSE(a.inner);
}

TEST(Affine, WhatCancelsIsGone) {
  const Affine a = found([](Builder& b, Value i, Value j, Value) {
    const Value sum = b.emit(Op::add, {i, j});
    return b.emit(Op::sub, {sum, j});
  });
  EXPECT_EQ(a.step, 1);
  EXPECT_TRUE(a.terms.empty());
}

TEST(Affine, TellsIndicesOfInnerLoops) {
  EXPECT_TRUE(found([](Builder&, Value, Value j, Value) { return j; }).inner);
}

TEST(Affine, DoesNotKnowProductsOfIndices) {
  EXPECT_FALSE(
      found([](Builder& b, Value i, Value j, Value) { return b.emit(Op::mul, {i, j}); }).known);
  EXPECT_FALSE(found([](Builder& b, Value i, Value, Value) {
                 return b.emit(Op::remainder, {i, b.integer(3)});
               }).known);
}

TEST(PlateBody, ListsAddsToOutsideAndTheirLoops) {
  Program program;
  Builder b(program, program.density);
  const Value target = b.local(Type::vector(10));
  Value inner_index;
  b.plate(10, 0, [&](Builder& in, Value i) {
    const Value own = in.local(Type::vector(4));
    in.plate(4, 0, [&](Builder& body, Value j) {
      inner_index = j;
      body.add_to(own, {j}, body.real(1));
      body.add_to(target, {i}, body.real(2));
      return std::vector<Value>{};
    });
    return std::vector<Value>{};
  });
  const std::map<Value, std::int64_t> constants;
  const PlateBody body(program.density.body.back(), constants);
  ASSERT_EQ(body.adds().size(), 1u);
  EXPECT_EQ(body.adds().begin()->first, target);
  EXPECT_EQ(body.count(inner_index), 4);
  EXPECT_FALSE(body.reads(target));
}

}  // namespace
}  // namespace tyche::codegen
