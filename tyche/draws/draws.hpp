// Draws: named arrays with dims, chains and draws; the only currency between engines.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/base/large_memory.hpp"

namespace tyche {

/// A named array of reals: no dims for a scalar, {8} for theta[8], {3, 3} for a matrix.
struct Variable {
  std::string name;
  std::vector<int> dims;

  /// How many scalars it holds: the product of its dims.
  std::int64_t size() const;
  friend bool operator==(const Variable&, const Variable&) = default;
};

/// The scalars of a variable as Stan prints them, `theta[1]`, `L[2,1]`: counted from one, the first
/// index running fastest.
std::vector<std::string> flat_names(const Variable& variable);

/// One scalar in every chain: `chains` rows of `draws` numbers, `stride` apart.
struct Column {
  const double* data = nullptr;
  int chains = 0;
  int draws = 0;
  std::ptrdiff_t stride = 0;

  std::span<const double> chain(int c) const {
    return {data + c * stride, static_cast<std::size_t>(draws)};
  }
  std::size_t size() const {
    return static_cast<std::size_t>(chains) * static_cast<std::size_t>(draws);
  }
};

/// A view of `values` as `chains` equal rows one after another.
Column as_column(std::span<const double> values, int chains);

/// Where a draw lies in memory: [column][chain][draw], with room for `capacity` draws a chain.
struct DrawsLayout {
  std::size_t columns = 0, chains = 0, capacity = 0;

  constexpr std::size_t size() const { return columns * chains * capacity; }
  /// Of the first draw of a column in a chain.
  constexpr std::size_t offset(std::size_t column, std::size_t chain) const {
    return (column * chains + chain) * capacity;
  }
  /// Room for `needed` draws a chain, at least doubled, so that appending costs a constant a draw;
  /// draws of a chain are counted in int.
  constexpr DrawsLayout grown(std::int64_t needed) const {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    const std::int64_t doubled = std::min(2 * static_cast<std::int64_t>(capacity), most);
    return {columns, chains, static_cast<std::size_t>(std::max(needed, doubled))};
  }
};

/// The draws of a run. Storage is [column][chain][draw], since a diagnostic reads one column at a
/// time. Columns are the scalars of the variables, then the sampler's statistics
/// (lp__, accept_stat__, stepsize__, treedepth__, n_leapfrog__, divergent__, energy__, or whatever
/// the engine names). Chains may be of unequal length while a run goes on, or after it was stopped.
class Draws {
 public:
  Draws() = default;
  /// `capacity` draws a chain are allocated at once; more are made room for when they come.
  Draws(std::vector<Variable> variables, std::vector<std::string> statistics, int chains,
        int capacity = 0);

  const std::vector<Variable>& variables() const { return variables_; }
  const std::vector<std::string>& statistics() const { return statistics_; }
  /// Flat names of the variables' scalars, in the order of their columns.
  const std::vector<std::string>& names() const { return names_; }

  int scalars() const { return static_cast<int>(names_.size()); }
  int columns() const { return scalars() + static_cast<int>(statistics_.size()); }
  int chains() const { return static_cast<int>(lengths_.size()); }
  /// Draws that every chain has.
  int draws() const;
  /// Draws that this chain has.
  int draws(int chain) const { return lengths_[static_cast<std::size_t>(chain)]; }

  /// The column of a flat name or of a statistic.
  std::optional<int> find(std::string_view name) const;
  /// First column of a variable, whose other scalars follow it.
  std::optional<int> find_variable(std::string_view name) const;

  /// The first draws() of each chain.
  Column column(int index) const;
  /// As column(find(name)); an Error that lists the variables where there is none.
  Result<Column> column(std::string_view name) const;
  /// All that one chain has of a column.
  std::span<const double> column(int index, int chain) const;

  /// Appends `count` draws to a chain: `values` is [draw][scalar], `stats` is [draw][statistic].
  void append(int chain, int count, std::span<const double> values, std::span<const double> stats);
  /// Makes room for `count` more draws of a chain and returns the index of the first. Their values
  /// are zero until written through `writable`.
  int grow(int chain, int count);
  /// Draws [first, draws(chain)) of a column in a chain, to be written.
  std::span<double> writable(int index, int chain, int first);

  /// The scalars of one draw, in the order of names().
  std::vector<double> row(int chain, int draw) const;

 private:
  void move_to(const DrawsLayout& layout);
  std::size_t offset(int index, int chain) const;

  std::vector<Variable> variables_;
  std::vector<std::string> statistics_;
  std::vector<std::string> names_;
  std::vector<int> lengths_;
  DrawsLayout layout_;
  std::vector<double, LargeAllocator<double>> values_;
};

/// Some of the chains, by number, with all their draws.
Draws of_chains(const Draws& draws, std::span<const int> chains);

/// Whether both hold the same variables, statistics and draws, bit for bit (all NaNs are equal).
bool same_draws(const Draws& a, const Draws& b);

}  // namespace tyche
