#include "tyche/diagnostics/sorting.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace tyche {
namespace {

constexpr int digit_bits = 11;
constexpr std::size_t digits = std::size_t{1} << digit_bits;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

// Ordered as the doubles are: negative ones have their bits turned over.
std::uint64_t to_key(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  return bits & sign_bit ? ~bits : bits | sign_bit;
}

double from_key(std::uint64_t key) {
  return std::bit_cast<double>(key & sign_bit ? key ^ sign_bit : ~key);
}

}  // namespace

std::span<const Sorted> Sorter::sort(std::span<const double> values) {
  const std::size_t n = values.size();
  keyed_.resize(n);
  other_.resize(n);
  sorted_.resize(n);
  if (n == 0) return sorted_;
  std::uint64_t least = ~std::uint64_t{0}, most = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint64_t key = to_key(values[k]);
    keyed_[k] = {key, static_cast<std::uint32_t>(k)};
    least = std::min(least, key);
    most = std::max(most, key);
  }
  for (Keyed& x : keyed_) x.key -= least;
  const int left_out = std::max(0, static_cast<int>(std::bit_width(most - least)) - 3 * digit_bits);
  for (int digit = 0; digit < 3; ++digit) pass(left_out + digit * digit_bits);

  for (std::size_t first = 0, last; left_out > 0 && first < n; first = last) {
    last = first + 1;
    while (last < n && keyed_[last].key >> left_out == keyed_[first].key >> left_out) ++last;
    if (last - first > 1) {
      std::sort(keyed_.begin() + static_cast<std::ptrdiff_t>(first),
                keyed_.begin() + static_cast<std::ptrdiff_t>(last),
                [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    sorted_[k] = {from_key(keyed_[k].key + least), keyed_[k].index};
  }
  return sorted_;
}

void Sorter::pass(int shift) {
  const auto digit = [shift](const Keyed& x) { return (x.key >> shift) & (digits - 1); };
  starts_.assign(digits, 0);
  for (const Keyed& x : keyed_) ++starts_[digit(x)];
  std::uint32_t start = 0;
  for (std::uint32_t& count : starts_) start += std::exchange(count, start);
  for (const Keyed& x : keyed_) other_[starts_[digit(x)]++] = x;
  std::swap(keyed_, other_);
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
