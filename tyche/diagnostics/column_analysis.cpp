#include "tyche/diagnostics/column_analysis.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "tyche/diagnostics/beta_quantile.hpp"
#include "tyche/diagnostics/effective_size.hpp"
#include "tyche/numeric/elementary.hpp"

namespace tyche {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double median(std::span<const Sorted> sorted) {
  const std::size_t n = sorted.size();
  const double low = sorted[(n - 1) / 2].value, high = sorted[n / 2].value;
  return low == high ? low : std::midpoint(low, high);
}

// Of f(x) over all x, in eight partial sums that can be in flight together.
template <class F>
double sum(std::span<const double> x, F f) {
  std::array<double, 8> parts{};
  std::size_t k = 0;
  for (; k + parts.size() <= x.size(); k += parts.size()) {
    for (std::size_t p = 0; p < parts.size(); ++p) parts[p] += f(x[k + p]);
  }
  for (; k < x.size(); ++k) parts[0] += f(x[k]);
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

// Taken from the first value, so that equal values have exactly their mean and no variance.
double mean_of(std::span<const double> x) {
  const double first = x[0];
  return first + sum(x, [=](double v) { return v - first; }) / static_cast<double>(x.size());
}

// With n - 1 below.
double variance_of(std::span<const double> x, double mean) {
  return sum(x, [=](double v) { return (v - mean) * (v - mean); }) /
         static_cast<double>(x.size() - 1);
}
double variance_of(std::span<const double> x) { return variance_of(x, mean_of(x)); }

}  // namespace

ColumnAnalysis::ColumnAnalysis(int chains, int draws)
    : chains_(static_cast<std::size_t>(chains)),
      draws_(static_cast<std::size_t>(draws)),
      half_(draws_ / 2),
      pieces_(2 * chains_),
      correlogram_(static_cast<int>(std::max<std::size_t>(half_, 1))) {
  const std::size_t n = total();
  score_of_rank_.resize(2 * n + 1);
  for (std::size_t k = 0; k <= 2 * n; ++k) {
    const double rank = static_cast<double>(k) / 2;
    score_of_rank_[k] = numeric::inv_Phi((rank - 0.375) / (static_cast<double>(n) + 0.25));
  }
  folded_sorted_.resize(n);
  all_.resize(chains_ * draws_);
  standard_.resize(chains_ * draws_);
  for (std::vector<double>* series : {&split_standard_, &z_, &low_, &high_, &squares_}) {
    series->resize(n);
  }
}

void ColumnAnalysis::load(const Column& column) {
  assert(column.chains == static_cast<int>(chains_) && column.draws == static_cast<int>(draws_));
  bool has_nan = false;
  for (std::size_t c = 0; c < chains_; ++c) {
    const std::span<const double> chain = column.chain(static_cast<int>(c));
    for (std::size_t t = 0; t < draws_; ++t) {
      all_[c * draws_ + t] = chain[t];
      has_nan |= std::isnan(chain[t]);
    }
  }
  if (has_nan || all_.empty()) {
    sorted_ = {};
    mean_ = sd_ = nan;
    return;
  }
  sorted_ = sorter_.sort(all_);
  standardize();
  sort_split();
}

// In units that neither overflow nor lose the digits of draws far from zero.
void ColumnAnalysis::standardize() {
  center_ = median(sorted_);
  spread_ = std::max(center_ - sorted_.front().value, sorted_.back().value - center_);
  for (std::size_t k = 0; k < all_.size(); ++k) {
    standard_[k] = spread_ == 0 ? 0.0 : (all_[k] - center_) / spread_;
  }
  standard_mean_ = mean_of(standard_);
  mean_ = center_ + spread_ * standard_mean_;
  sd_ = spread_ * std::sqrt(variance_of(standard_, standard_mean_));
  if (!(spread_ < std::numeric_limits<double>::infinity())) {
    // Infinite draws, or finite ones further apart than a double can say.
    const auto n = static_cast<double>(all_.size());
    mean_ = sum(all_, [n](double x) { return x / n; });
    sd_ = nan;
  }
  for (std::size_t piece = 0; piece < pieces_; ++piece) {
    std::copy_n(standard_.begin() + static_cast<std::ptrdiff_t>(piece_start(piece)), half_,
                split_standard_.begin() + static_cast<std::ptrdiff_t>(piece * half_));
  }
}

// Where a half chain begins in [chain][draw].
std::size_t ColumnAnalysis::piece_start(std::size_t piece) const {
  return piece / 2 * draws_ + (piece % 2 == 0 ? 0 : draws_ - half_);
}

void ColumnAnalysis::sort_split() {
  split_sorted_ = sorted_;
  if (draws_ % 2 == 0) return;
  without_middle_.clear();
  for (const Sorted& x : sorted_) {
    const std::size_t chain = x.index / draws_, draw = x.index % draws_;
    if (draw == half_) continue;
    const std::size_t left_before = chain + (draw > half_ ? 1 : 0);
    without_middle_.push_back({x.value, x.index - static_cast<std::uint32_t>(left_before)});
  }
  split_sorted_ = without_middle_;
}

double ColumnAnalysis::quantile(double probability) const {
  return sorted_.empty() ? nan : tyche::quantile(sorted_, probability);
}

// z = quantile of the standard normal at (rank - 3/8) / (S + 1/4).
ColumnAnalysis::Series ColumnAnalysis::scores(std::span<const Sorted> order,
                                              std::vector<double>& out) const {
  for_each_tie(order, [&](std::size_t first, std::size_t last, std::size_t twice_rank) {
    for (std::size_t k = first; k < last; ++k) out[order[k].index] = score_of_rank_[twice_rank];
  });
  return out;
}

double ColumnAnalysis::rhat_bulk() {
  return usable() && chains_ >= 2 ? split_rhat(scores(split_sorted_, z_)) : nan;
}

// The distances from the median are already in order on either side of it: a merge sorts them.
double ColumnAnalysis::rhat_folded() {
  if (!usable() || chains_ < 2) return nan;
  const double middle = median(split_sorted_);
  if (!std::isfinite(middle)) return nan;
  const Sorted* const begin = split_sorted_.data();
  const Sorted* const end = begin + split_sorted_.size();
  const Sorted* right = std::ranges::lower_bound(begin, end, middle, {}, &Sorted::value);
  const Sorted* left = right;  // one past it, going down
  Sorted* out = folded_sorted_.data();
  while (left != begin && right != end) {
    const Sorted below{middle - left[-1].value, left[-1].index};
    const Sorted above{right->value - middle, right->index};
    const bool take_below = below.value < above.value;
    *out++ = take_below ? below : above;
    left -= take_below ? 1 : 0;
    right += take_below ? 0 : 1;
  }
  while (left != begin) --left, *out++ = {middle - left->value, left->index};
  for (; right != end; ++right) *out++ = {right->value - middle, right->index};
  return split_rhat(scores(folded_sorted_, squares_));
}

double ColumnAnalysis::rhat() {
  const double bulk = rhat_bulk(), folded = rhat_folded();
  return folded > bulk ? folded : bulk;
}

// Equations (1) to (4).
double ColumnAnalysis::split_rhat(Series series) const {
  const double n = static_cast<double>(half_);
  std::vector<double> means;
  double within = 0;
  for (std::size_t piece = 0; piece < pieces_; ++piece) {
    const Series draws = series.subspan(piece * half_, half_);
    means.push_back(mean_of(draws));
    within += variance_of(draws, means.back()) / static_cast<double>(pieces_);
  }
  const double between = n * variance_of(means);
  return std::sqrt((between / within + n - 1) / n);
}

ColumnAnalysis::Series ColumnAnalysis::below(double probability, std::vector<double>& out) const {
  const double limit = quantile(probability);
  std::ranges::fill(out, 0.0);
  for (const Sorted& x : split_sorted_) {
    if (!(x.value <= limit)) break;
    out[x.index] = 1.0;
  }
  return out;
}

ColumnAnalysis::Series ColumnAnalysis::squared_deviations() {
  for (std::size_t k = 0; k < squares_.size(); ++k) {
    squares_[k] = (split_standard_[k] - standard_mean_) * (split_standard_[k] - standard_mean_);
  }
  return squares_;
}

std::array<double, correlogram_lanes> ColumnAnalysis::effective_sizes(
    const std::array<Series, correlogram_lanes>& series) {
  constexpr std::size_t lanes = correlogram_lanes;
  std::array<std::vector<double>, lanes> means;
  correlogram_.clear();
  for (std::size_t piece = 0; piece < pieces_; ++piece) {
    const std::span<double> to = piece % 2 == 0 ? correlogram_.first() : correlogram_.second();
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (series[lane].empty()) {
        for (std::size_t t = 0; t < half_; ++t) to[t * lanes + lane] = 0.0;
        continue;
      }
      const Series draws = series[lane].subspan(piece * half_, half_);
      const double mean = mean_of(draws);
      for (std::size_t t = 0; t < half_; ++t) to[t * lanes + lane] = draws[t] - mean;
      means[lane].push_back(mean);
    }
    if (piece % 2 == 1) correlogram_.add();
  }
  const std::span<const double> products = correlogram_.lagged_products();
  std::array<double, lanes> out{};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if (series[lane].empty()) continue;
    const double first = series[lane].front();
    const bool constant = std::ranges::all_of(series[lane], [=](double x) { return x == first; });
    out[lane] = constant ? static_cast<double>(total())
                         : tyche::effective_size({.pieces = pieces_,
                                                  .length = half_,
                                                  .variance_of_means = variance_of(means[lane]),
                                                  .products = products.data() + lane,
                                                  .stride = lanes});
  }
  return out;
}

double ColumnAnalysis::effective_size(Series series) {
  return effective_sizes({series, {}, {}, {}})[0];
}

double ColumnAnalysis::ess_bulk() {
  return usable() ? effective_size(scores(split_sorted_, z_)) : nan;
}

double ColumnAnalysis::ess_mean() { return usable() ? effective_size(split_standard_) : nan; }

double ColumnAnalysis::ess_sd() { return usable() ? effective_size(squared_deviations()) : nan; }

double ColumnAnalysis::ess_quantile(double probability) {
  return usable() ? effective_size(below(probability, low_)) : nan;
}

ColumnAnalysis::Sizes ColumnAnalysis::sizes() {
  if (!usable()) return {nan, nan, nan, nan};
  const auto found = effective_sizes(
      {scores(split_sorted_, z_), split_standard_, below(0.05, low_), below(0.95, high_)});
  return {found[0], found[1], found[2], found[3]};
}

double ColumnAnalysis::mcse_mean() { return mcse_mean(ess_mean()); }

double ColumnAnalysis::mcse_mean(double ess_of_mean) const { return sd_ / std::sqrt(ess_of_mean); }

// By the delta method: var(sd) = var(second central moment) / (4 variance).
double ColumnAnalysis::mcse_sd() {
  const double size = ess_sd();
  if (std::isnan(size)) return nan;
  const double n = static_cast<double>(standard_.size());
  double second = 0, fourth = 0;
  for (double x : standard_) {
    const double square = (x - standard_mean_) * (x - standard_mean_);
    second += square / n;
    fourth += square * square / n;
  }
  return spread_ * std::sqrt((fourth - second * second) / size / second / 4);
}

double ColumnAnalysis::mcse_quantile(double probability) {
  const double size = ess_quantile(probability);
  if (std::isnan(size)) return nan;
  constexpr double one_sd_below = 0.1586553, one_sd_above = 0.8413447;
  const double a = size * probability + 1, b = size * (1 - probability) + 1;
  const double last = static_cast<double>(sorted_.size() - 1);
  const double n = static_cast<double>(sorted_.size());
  const double low = std::floor(std::max(beta_quantile(one_sd_below, a, b) * n - 1, 0.0));
  const double high = std::ceil(std::min(beta_quantile(one_sd_above, a, b) * n - 1, last));
  return (sorted_[static_cast<std::size_t>(high)].value -
          sorted_[static_cast<std::size_t>(low)].value) /
         2;
}

}  // namespace tyche
