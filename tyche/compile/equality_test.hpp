// Compiled code equals the interpreter, bit for bit: every level, mapping and number of lanes.
#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tyche/compile/compiled.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/builder.hpp"
#include "tyche/ir/print.hpp"

namespace tyche {

/// The same bits; all NaNs are alike.
inline bool alike(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

struct Expected {
  double lp;
  std::vector<double> gradient;  // empty: unspecified
};

/// A log density that is not below infinity is that of a bad point.
inline Expected interpreted(const interpret::Interpreter& interpreter, std::span<const double> u) {
  const interpret::Evaluation at = interpreter.density(u);
  if (at.rejected || !(at.yields[0].reals[0] < INFINITY)) return {-INFINITY, {}};
  return {at.yields[0].reals[0], at.yields[1].reals};
}

/// Evaluates `compiled` at eight points, one after the other or in lanes.
inline void expect_equal(const Compiled& compiled, const interpret::Interpreter& interpreter,
                         const std::vector<std::vector<double>>& points, int lanes) {
  const std::size_t d = std::size_t(compiled.dimension());
  const std::size_t w = std::size_t(lanes);
  const auto evaluator = compiled.evaluator(lanes);
  for (std::size_t first = 0; first < points.size(); first += w) {
    std::vector<double> q(d * w + 1), gradient(d * w + 1, 77.0), lp(w, 77.0);
    for (std::size_t k = 0; k < d; ++k) {
      for (std::size_t l = 0; l < w; ++l) q[k * w + l] = points[first + l][k];
    }
    evaluator->evaluate(evaluator->context(), q.data(), gradient.data(), lp.data());
    for (std::size_t l = 0; l < w; ++l) {
      const Expected wanted = interpreted(interpreter, points[first + l]);
      EXPECT_TRUE(alike(lp[l], wanted.lp))
          << "lp " << lp[l] << " not " << wanted.lp << " lane " << l;
      for (std::size_t k = 0; k < wanted.gradient.size(); ++k) {
        EXPECT_TRUE(alike(gradient[k * w + l], wanted.gradient[k]))
            << "gradient " << k << ": " << gradient[k * w + l] << " not " << wanted.gradient[k]
            << " lane " << l;
      }
    }
    EXPECT_EQ(gradient.back(), 77.0) << "wrote beyond the gradient";
  }
}

inline std::vector<std::vector<double>> eight_points(std::size_t d, double scale = 1) {
  std::vector<std::vector<double>> points(8, std::vector<double>(d));
  for (std::size_t l = 0; l < 8; ++l) {
    for (std::size_t k = 0; k < d; ++k) {
      points[l][k] = scale * std::sin(double(1 + 7 * k + 31 * l) * 0.7);
    }
  }
  return points;
}

/// In one way to compile.
inline void check_equality(const ir::Program& program, const ir::DataSet& data,
                           const std::vector<std::vector<double>>& points,
                           const CompileSettings& settings) {
  SCOPED_TRACE(std::string(name(settings.level)) +
               (settings.mapping == Mapping::rows ? " rows " : " chains ") +
               std::to_string(settings.lanes));
  auto interpreter = interpret::Interpreter::create(program, data, settings.level);
  ASSERT_TRUE(interpreter.has_value()) << to_string(interpreter.error());
  auto compiled = Compiled::compile(program, data, settings);
  ASSERT_TRUE(compiled.has_value()) << to_string(compiled.error());
  expect_equal(**compiled, *interpreter, points, settings.lanes);
}

/// In all.
inline void check_equality(const ir::Program& program, const ir::DataSet& data,
                           const std::vector<std::vector<double>>& points) {
  for (const Level level : {Level::plain, Level::avx2, Level::avx512}) {
    if (!cpu_has(level)) continue;
    for (const Mapping mapping : {Mapping::rows, Mapping::chains}) {
      for (const int lanes : {1, 4, 8}) {
        check_equality(program, data, points, {.level = level, .mapping = mapping, .lanes = lanes});
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

}  // namespace tyche
