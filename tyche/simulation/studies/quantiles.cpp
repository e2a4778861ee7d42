#include "tyche/simulation/studies/quantiles.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "tyche/diagnostics/diagnostics.hpp"

namespace tyche::simulation {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr int dropped_bits = 52 - 7;

bool is_probability(double p) { return p >= 0 && p <= 1; }

/// The middle of a bin of sizes.
double middle(std::uint64_t key) {
  return std::bit_cast<double>((key << dropped_bits) | (std::uint64_t{1} << (dropped_bits - 1)));
}

}  // namespace

double exact_quantile(std::span<const double> values, double probability) {
  const bool broken = std::ranges::any_of(values, [](double x) { return std::isnan(x); });
  if (values.empty() || broken || !is_probability(probability)) return not_a_number;
  return quantile(as_column(values, 1), probability);
}

std::uint64_t& QuantileSketch::Side::at(std::uint64_t key) {
  if (counts.empty()) first = key;
  if (key < first) {
    counts.insert(counts.begin(), first - key, 0);
    first = key;
  }
  if (key - first >= counts.size()) counts.resize(key - first + 1);
  return counts[key - first];
}

void QuantileSketch::Side::merge(const Side& other) {
  if (other.counts.empty()) return;
  at(other.first + other.counts.size() - 1);
  at(other.first);
  for (std::size_t k = 0; k < other.counts.size(); ++k) at(other.first + k) += other.counts[k];
}

void QuantileSketch::add(double x) {
  ++count_;
  if (!std::isfinite(x)) {
    ++not_finite_;
    return;
  }
  least_ = std::min(least_, x);
  most_ = std::max(most_, x);
  ++(x < 0 ? negative_ : positive_).at(std::bit_cast<std::uint64_t>(std::abs(x)) >> dropped_bits);
}

void QuantileSketch::merge(const QuantileSketch& other) {
  count_ += other.count_;
  not_finite_ += other.not_finite_;
  negative_.merge(other.negative_);
  positive_.merge(other.positive_);
  least_ = std::min(least_, other.least_);
  most_ = std::max(most_, other.most_);
}

double QuantileSketch::quantile(double probability) const {
  if (count_ == 0 || not_finite_ > 0 || !is_probability(probability)) return not_a_number;
  const double wanted = std::ceil(probability * static_cast<double>(count_));
  if (wanted <= 1) return least_;
  if (wanted >= static_cast<double>(count_)) return most_;
  std::uint64_t left = static_cast<std::uint64_t>(wanted);
  const auto within = [&](double x) { return std::clamp(x, least_, most_); };
  for (std::size_t k = negative_.counts.size(); k-- > 0;) {
    if (left <= negative_.counts[k]) return within(-middle(negative_.first + k));
    left -= negative_.counts[k];
  }
  for (std::size_t k = 0; k < positive_.counts.size(); ++k) {
    if (left <= positive_.counts[k]) {
      return positive_.first + k == 0 ? within(0) : within(middle(positive_.first + k));
    }
    left -= positive_.counts[k];
  }
  return most_;
}

}  // namespace tyche::simulation
