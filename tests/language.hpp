// What tests of the model language share: outputs of a model by name, and a generator.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "log_density.hpp"
#include "tyche/model/json.hpp"
#include "tyche/model/model.hpp"
#include "tyche/numeric/random.hpp"

namespace tyche {

using Numbers = std::vector<double>;

struct StreamGenerator final : interpret::Generator {
  explicit StreamGenerator(std::uint32_t chain) : stream{.key = 7, .chain = chain} {}
  double uniform() override { return numeric::uniform(stream); }
  double normal() override { return numeric::normal(stream); }
  Stream stream;
};

inline Numbers output(const Model& model, const std::string& name, const Numbers& u = {}) {
  StreamGenerator generator(0);
  const auto found = ResolvedDensity(model).outputs(u, generator);
  EXPECT_FALSE(found.rejected) << found.why;
  const auto at = found.outputs.find(name);
  if (at == found.outputs.end()) return {};
  Numbers all = at->second.reals;
  for (std::int64_t x : at->second.integers) all.push_back(double(x));
  return all;
}

inline void expect_near(const Numbers& found, const Numbers& expected, double tolerance = 1e-14) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    EXPECT_NEAR(found[k], expected[k], tolerance * std::max(1.0, std::abs(expected[k]))) << k;
  }
}

inline double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2)) / 2; }

}  // namespace tyche
