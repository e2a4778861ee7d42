#include "tyche/draws/draws.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace tyche {

std::int64_t Variable::size() const {
  std::int64_t product = 1;
  for (int dim : dims) product *= dim;
  return product;
}

std::vector<std::string> flat_names(const Variable& variable) {
  if (variable.dims.empty()) return {variable.name};
  std::vector<std::string> names;
  std::vector<int> index(variable.dims.size(), 1);
  for (std::int64_t k = 0; k < variable.size(); ++k) {
    std::string name = variable.name + '[';
    for (std::size_t d = 0; d < index.size(); ++d) {
      if (d > 0) name += ',';
      name += std::to_string(index[d]);
    }
    names.push_back(name + ']');
    for (std::size_t d = 0; d < index.size() && ++index[d] > variable.dims[d]; ++d) index[d] = 1;
  }
  return names;
}

Column as_column(std::span<const double> values, int chains) {
  assert(chains > 0 && values.size() % static_cast<std::size_t>(chains) == 0);
  const auto draws = static_cast<int>(values.size() / static_cast<std::size_t>(chains));
  return {values.data(), chains, draws, draws};
}

Draws::Draws(std::vector<Variable> variables, std::vector<std::string> statistics, int chains,
             int capacity)
    : variables_(std::move(variables)),
      statistics_(std::move(statistics)),
      lengths_(static_cast<std::size_t>(chains), 0) {
  for (const Variable& variable : variables_) {
    for (std::string& name : flat_names(variable)) names_.push_back(std::move(name));
  }
  move_to(
      {static_cast<std::size_t>(columns()), lengths_.size(), static_cast<std::size_t>(capacity)});
}

int Draws::draws() const { return lengths_.empty() ? 0 : *std::ranges::min_element(lengths_); }

std::optional<int> Draws::find(std::string_view name) const {
  const auto scalar = std::ranges::find(names_, name);
  if (scalar != names_.end()) return static_cast<int>(scalar - names_.begin());
  const auto statistic = std::ranges::find(statistics_, name);
  if (statistic == statistics_.end()) return std::nullopt;
  return scalars() + static_cast<int>(statistic - statistics_.begin());
}

std::optional<int> Draws::find_variable(std::string_view name) const {
  std::int64_t first = 0;
  for (const Variable& variable : variables_) {
    if (variable.name == name) return static_cast<int>(first);
    first += variable.size();
  }
  return std::nullopt;
}

Column Draws::column(int index) const {
  if (chains() == 0) return {};
  return {values_.data() + offset(index, 0), chains(), draws(),
          static_cast<std::ptrdiff_t>(layout_.capacity)};
}

Result<Column> Draws::column(std::string_view name) const {
  if (const std::optional<int> index = find(name)) return column(*index);
  std::string known;
  for (const Variable& variable : variables_) {
    if (known.size() > 200) {
      known += ", ...";
      break;
    }
    known += (known.empty() ? "" : ", ") + flat_names(variable).front();
  }
  return std::unexpected(Error{.where = "draws",
                               .expected = "the name of a scalar or of a statistic",
                               .found = '"' + std::string(name) + '"',
                               .remedy = "the variables start with " + known});
}

std::span<const double> Draws::column(int index, int chain) const {
  return {values_.data() + offset(index, chain), static_cast<std::size_t>(draws(chain))};
}

void Draws::append(int chain, int count, std::span<const double> values,
                   std::span<const double> stats) {
  const std::size_t width = names_.size();
  const std::size_t n = static_cast<std::size_t>(count);
  assert(values.size() == n * width && stats.size() == n * statistics_.size());
  const int first = grow(chain, count);
  for (int index = 0; index < columns(); ++index) {
    const bool is_scalar = index < scalars();
    const std::size_t rows = is_scalar ? width : statistics_.size();
    const std::size_t at = static_cast<std::size_t>(is_scalar ? index : index - scalars());
    const std::span<const double> from = is_scalar ? values : stats;
    const std::span<double> to = writable(index, chain, first);
    for (std::size_t draw = 0; draw < n; ++draw) to[draw] = from[draw * rows + at];
  }
}

int Draws::grow(int chain, int count) {
  int& length = lengths_[static_cast<std::size_t>(chain)];
  const int first = length;
  const std::int64_t needed = std::int64_t{length} + count;
  assert(count >= 0 && needed <= std::numeric_limits<int>::max());
  if (static_cast<std::size_t>(needed) > layout_.capacity) move_to(layout_.grown(needed));
  length += count;
  return first;
}

std::span<double> Draws::writable(int index, int chain, int first) {
  assert(first >= 0 && first <= draws(chain));
  return {values_.data() + offset(index, chain) + first,
          static_cast<std::size_t>(draws(chain) - first)};
}

std::vector<double> Draws::row(int chain, int draw) const {
  assert(draw >= 0 && draw < draws(chain));
  std::vector<double> out(names_.size());
  for (int index = 0; index < scalars(); ++index) {
    out[static_cast<std::size_t>(index)] = column(index, chain)[static_cast<std::size_t>(draw)];
  }
  return out;
}

void Draws::move_to(const DrawsLayout& layout) {
  decltype(values_) moved(layout.size());
  for (int index = 0; index < columns(); ++index) {
    for (int chain = 0; chain < chains(); ++chain) {
      const std::size_t to =
          layout.offset(static_cast<std::size_t>(index), static_cast<std::size_t>(chain));
      std::ranges::copy(column(index, chain), moved.begin() + static_cast<std::ptrdiff_t>(to));
    }
  }
  values_ = std::move(moved);
  layout_ = layout;
}

std::size_t Draws::offset(int index, int chain) const {
  assert(index >= 0 && index < columns() && chain >= 0 && chain < chains());
  return layout_.offset(static_cast<std::size_t>(index), static_cast<std::size_t>(chain));
}

Draws of_chains(const Draws& draws, std::span<const int> chains) {
  Draws out(draws.variables(), draws.statistics(), static_cast<int>(chains.size()));
  for (int chain = 0; chain < out.chains(); ++chain) {
    const int from = chains[static_cast<std::size_t>(chain)];
    out.grow(chain, draws.draws(from));
    for (int index = 0; index < draws.columns(); ++index) {
      std::ranges::copy(draws.column(index, from), out.writable(index, chain, 0).begin());
    }
  }
  return out;
}

bool same_draws(const Draws& a, const Draws& b) {
  if (a.variables() != b.variables() || a.statistics() != b.statistics()) return false;
  if (a.chains() != b.chains()) return false;
  const auto same = [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) ||
           (std::isnan(x) && std::isnan(y));
  };
  for (int index = 0; index < a.columns(); ++index) {
    for (int chain = 0; chain < a.chains(); ++chain) {
      if (!std::ranges::equal(a.column(index, chain), b.column(index, chain), same)) return false;
    }
  }
  return true;
}

}  // namespace tyche
