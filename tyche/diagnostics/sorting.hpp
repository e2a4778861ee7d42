// Sorting a column, and ranks with ties averaged.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace tyche {

struct Sorted {
  double value;
  std::uint32_t index;  // where it stood
};

/// Sorts numbers of which none is NaN; its memory is kept from call to call. Three passes of a
/// radix sort on the leading 33 bits of the range that the values span, then a comparison sort of
/// the few that agree in those.
class Sorter {
 public:
  /// Ascending; valid until the next call. Zeros of both signs are equal and stand in any order.
  /// Up to 2^31 values.
  std::span<const Sorted> sort(std::span<const double> values);

 private:
  void pass(int shift);
  void sort_ties(std::span<const double> values);

  std::vector<std::uint64_t> packed_, other_;  // leading bits above, index below
  std::vector<Sorted> sorted_;
  std::vector<std::uint32_t> starts_;
};

/// Calls visit(first, last, r) for each run [first, last) of equal values, where r is twice the
/// rank that they share: ranks count from one, ties have the mean of theirs, so 2 r is whole.
template <class Visit>
void for_each_tie(std::span<const Sorted> sorted, Visit visit) {
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t last = first + 1;
    while (last < sorted.size() && sorted[last].value == sorted[first].value) ++last;
    visit(first, last, first + last + 1);
    first = last;
  }
}

/// The quantile of a sorted column, between two draws by linear interpolation (Hyndman and Fan
/// 1996, type 7: what R, NumPy and ArviZ use).
double quantile(std::span<const Sorted> sorted, double probability);

}  // namespace tyche
