#include "tyche/diagnostics/correlogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "tyche/diagnostics/level_functions.hpp"

namespace tyche {

Correlogram::Correlogram(int length)
    : length_(length), size_(std::bit_ceil(std::max<std::size_t>(4, 2 * std::size_t(length)))) {
  cosine_.resize(size_);
  sine_.resize(size_);
  for (std::size_t k = 0; k < size_; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size_);
    cosine_[k] = std::cos(angle);
    sine_[k] = std::sin(angle);
  }
  for (std::vector<double>* array : {&real_, &imaginary_, &power_}) {
    array->assign(size_ * correlogram_lanes, 0.0);
  }
}

void Correlogram::clear() { std::ranges::fill(power_, 0.0); }

void Correlogram::add() {
  const std::size_t used = static_cast<std::size_t>(length_) * correlogram_lanes;
  const std::size_t half = size_ / 2 * correlogram_lanes;
  for (std::vector<double>* array : {&real_, &imaginary_}) {
    std::fill(array->begin() + static_cast<std::ptrdiff_t>(used),
              array->begin() + static_cast<std::ptrdiff_t>(half), 0.0);
  }
  level_functions().add_power(size_, cosine_.data(), sine_.data(), real_.data(), imaginary_.data(),
                              power_.data());
}

std::span<const double> Correlogram::lagged_products() {
  std::ranges::fill(imaginary_, 0.0);
  level_functions().back(size_, cosine_.data(), sine_.data(), power_.data(), imaginary_.data());
  const double scale = 1 / static_cast<double>(size_);
  const std::size_t used = static_cast<std::size_t>(length_) * correlogram_lanes;
  for (std::size_t k = 0; k < used; ++k) power_[k] *= scale;
  return std::span(power_).first(used);
}

}  // namespace tyche
