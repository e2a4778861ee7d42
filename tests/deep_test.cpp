// Long chains of operations: none of what handles them is as deep as they are long.
#include <gtest/gtest.h>

#include "tyche/ir/parse.hpp"
#include "tyche/ir/print.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/passes/pipeline.hpp"
#include "tyche/runtime/sample.hpp"

namespace tyche {
namespace {

/// y observed around x + y + ... + y.
Model chain_of_sums(int length) {
  Model m;
  Expression x = m.param("x", normal(0, 1));
  const Expression y = m.param("y", normal(0, 1));
  for (int k = 0; k < length; ++k) x = x + y;
  m.observe("z", normal(x, 1), 0.5);
  return m;
}

double density(const Model& m, std::vector<double> position) {
  return log_density(m, position).value;
}

/// Of normals with sd 1.
double normals(std::initializer_list<double> distances) {
  double sum = 0;
  for (double z : distances) sum -= 0.5 * z * z + 0.918938533204672742;
  return sum;
}

TEST(Deep, AProgramOf100000OperationsIsRecordedVerifiedPrintedParsedAndPassed) {
  const Model m = chain_of_sums(100'000);
  ASSERT_TRUE(ir::verify(m.program()));
  const std::string text = ir::print(m.program());
  const auto parsed = ir::parse(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(ir::print(*parsed), text);
  EXPECT_TRUE(passes::prepare(m.program(), {}, m.data()));
}

TEST(Deep, AChainOf20000OperationsIsCompiledToItsValue) {
  EXPECT_NEAR(density(chain_of_sums(20'000), {0.25, 1e-4}), normals({0.25, 1e-4, 2.25 - 0.5}),
              1e-9);
}

TEST(Deep, ChainsOfArraysFormulasAndSumsHaveTheirValue) {
  constexpr int length = 1500;
  const auto value = [](const std::function<Expression(Expression)>& step) {
    Model m;
    Expression v = m.param("v", normal(0, 1), 2);
    for (int k = 0; k < length; ++k) v = step(v);
    m.observe("z", normal(sum(v), 1), 0.5);
    return density(m, {0.25, 0.5});
  };
  const double added = normals({0.25, 0.5, 0.75 + 2 * 0.125 * length - 0.5});
  EXPECT_NEAR(value([](const Expression& v) { return v + 0.125; }), added, 1e-9);
  EXPECT_NEAR(value([](const Expression& v) {
                return tabulate(2, [v](const Index& k) { return v[k] + 0.125; });
              }),
              added, 1e-9);
  EXPECT_NEAR(value([](const Expression& v) { return gathered({v[0] + 0.125, v[1] + 0.125}); }),
              added, 1e-9);
}

TEST(Deep, AFormulaMayHoldAChain) {
  Model m;
  const Expression v = m.param("v", normal(0, 1), 2);
  const Expression deep = tabulate(2, [&](const Index& k) {
    Expression z = v[k];
    for (int i = 0; i < 20'000; ++i) z = z + 0.125;
    return z;
  });
  m.observe("z", normal(deep, 1), {2500.5, 2500.0});
  EXPECT_NEAR(density(m, {0.25, 0.5}), normals({0.25, 0.5, -0.25, 0.5}), 1e-9);
}

/// Each block is two plates that become one and wait for the block before. Were all pairs of plates
/// tried anew after each merge, this would take hours.
TEST(Deep, AThousandPlatesThatWaitForEachOtherArePassed) {
  Model m;
  const Expression v = m.param("v", normal(0, 1), 8);
  Expression x = m.param("x", normal(0, 1));
  for (int k = 0; k < 1000; ++k) x = x + dot(v, v * x);
  m.observe("z", normal(x, 1), 0.5);
  EXPECT_TRUE(passes::prepare(m.program(), {}, m.data()));
}

TEST(Deep, AThousandArraysOfParametersArePassed) {
  Model m;
  for (int k = 0; k < 1000; ++k) m.param("v" + std::to_string(k), normal(0, 1), 8);
  EXPECT_TRUE(passes::prepare(m.program(), {}, m.data()));
}

TEST(Deep, AProgramTooLongToCompileIsAnError) {
  const auto compiled = try_compile(chain_of_sums(200'000));
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().where, "the model's program");
  EXPECT_EQ(compiled.error().remedy,
            "write what is repeated as a plate or a loop: its body counts once");
}

}  // namespace
}  // namespace tyche
