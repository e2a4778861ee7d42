#include "tyche/diagnostics/sorting.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace tyche {
namespace {

constexpr int digit_bits = 11, passes = 3, index_bits = 64 - passes * digit_bits;
constexpr std::size_t digits = std::size_t{1} << digit_bits;
constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

// Ordered as the doubles are: negative ones have their bits turned over. Adding zero makes the two
// zeros one.
std::uint64_t to_key(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x + 0.0);
  return bits & sign_bit ? ~bits : bits | sign_bit;
}

}  // namespace

std::span<const Sorted> Sorter::sort(std::span<const double> values) {
  const std::size_t n = values.size();
  assert(n <= index_mask);
  packed_.resize(n);
  other_.resize(n);
  sorted_.resize(n);
  if (n == 0) return sorted_;
  const auto [least, most] = std::ranges::minmax(values);
  const std::uint64_t first = to_key(least);
  const int range_bits = static_cast<int>(std::bit_width(to_key(most) - first));
  const int left_out = std::max(0, range_bits - passes * digit_bits);
  for (std::size_t k = 0; k < n; ++k) {
    packed_[k] = ((to_key(values[k]) - first) >> left_out) << index_bits | k;
  }
  for (int k = 0; k < passes; ++k) pass(index_bits + k * digit_bits);
  if (left_out > 0) sort_ties(values);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t index = packed_[k] & index_mask;
    sorted_[k] = {values[index], static_cast<std::uint32_t>(index)};
  }
  return sorted_;
}

void Sorter::pass(int shift) {
  const auto digit = [shift](std::uint64_t x) { return (x >> shift) & (digits - 1); };
  starts_.assign(digits, 0);
  for (std::uint64_t x : packed_) ++starts_[digit(x)];
  std::uint32_t start = 0;
  for (std::uint32_t& count : starts_) start += std::exchange(count, start);
  for (std::uint64_t x : packed_) other_[starts_[digit(x)]++] = x;
  std::swap(packed_, other_);
}

// Those whose leading bits agree, by all of them.
void Sorter::sort_ties(std::span<const double> values) {
  const auto by_value = [values](std::uint64_t a, std::uint64_t b) {
    return values[a & index_mask] < values[b & index_mask];
  };
  const auto at = [this](std::size_t k) {
    return packed_.begin() + static_cast<std::ptrdiff_t>(k);
  };
  const std::size_t n = packed_.size();
  for (std::size_t first = 0, last; first < n; first = last) {
    last = first + 1;
    while (last < n && packed_[last] >> index_bits == packed_[first] >> index_bits) ++last;
    if (last - first > 1) std::sort(at(first), at(last), by_value);
  }
}

double quantile(std::span<const Sorted> sorted, double probability) {
  const double position = static_cast<double>(sorted.size() - 1) * probability;
  const double nearest = std::round(position);
  // A position that is whole but for the rounding of the probability is that draw.
  if (std::abs(position - nearest) <= 4 * std::numeric_limits<double>::epsilon() * position) {
    return sorted[static_cast<std::size_t>(nearest)].value;
  }
  const double below = std::floor(position);
  const double low = sorted[static_cast<std::size_t>(below)].value;
  const double high = sorted[static_cast<std::size_t>(below) + 1].value;
  // Between equal draws, no rounding may cut the quantile off from them.
  if (low == high) return low;
  const double weight = position - below;
  return (1 - weight) * low + weight * high;
}

}  // namespace tyche
