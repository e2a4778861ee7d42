// Pictures of draws, series and tables: pure functions to SVG documents.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/diagnostics/summary.hpp"
#include "tyche/draws/draws.hpp"

namespace tyche::plots {

/// A scalar over the iterations, a line a chain; where there are more draws than pixels, the least
/// and the largest of each stretch.
Result<std::string> trace(const Draws& draws, std::string_view name);

/// A histogram of all draws under a density estimate a chain. Far outliers are not shown but
/// counted.
Result<std::string> density(const Draws& draws, std::string_view name);

/// A histogram a chain of the ranks of its draws among all (Vehtari et al. 2021, §4): even, if the
/// chains agree. The band holds nine tenths of the bars of independent draws.
Result<std::string> ranks(const Draws& draws, std::string_view name);

/// Each scalar against each, divergent draws in colour on top, histograms on the diagonal. Of many
/// draws, every k-th that did not diverge; far outliers are not shown, divergent ones at the edge.
Result<std::string> pairs(const Draws& draws, const std::vector<std::string>& names);

/// A line through (x[i], y[i]), broken where either is not finite; between `low` and `high`, if
/// they are given, a band.
struct Line {
  std::string label;
  std::vector<double> x, y;
  std::vector<double> low = {}, high = {};
};
struct Titles {
  std::string title, x, y;
};
/// An Error if lengths differ.
Result<std::string> lines(const std::vector<Line>& lines, const Titles& titles);

/// A number that holds until it changes: values[k] from times[k] to the next, the last to the end.
struct Steps {
  std::string label;
  std::vector<double> times, values;
};
/// A queue's length, say, over time; of more changes than pixels, the least and the largest of each
/// pixel. An Error where lengths differ, a number is not finite or times go back or past the end.
Result<std::string> steps(const std::vector<Steps>& lines, double end, const Titles& titles);

/// What something did from one time to another.
struct Bar {
  double from, to;
  std::string what;    // a colour each, named above
  bool alarm = false;  // in the colour of alarm
};
struct BarRow {
  std::string label;
  std::vector<Bar> bars;
};
/// A row a resource, a bar for all that it did (Gantt's chart). An Error where a time is not finite
/// or a bar ends before it begins.
Result<std::string> gantt(const std::vector<BarRow>& rows, const Titles& titles);

/// A mean and its interval.
struct Marked {
  double low, middle, high;
};
/// A histogram of a scalar over all draws, such as the replications of a response, with a mean and
/// its interval on it; where that is not finite, without.
Result<std::string> histogram_with_mean(const Draws& draws, std::string_view name,
                                        const Marked& mean);

/// A row a scalar: its median as a dot on the interval from the 5 % to the 95 % quantile. Rows
/// whose R-hat is 1.01 or more are in the colour of alarm.
std::string intervals(const Summary& summary);

}  // namespace tyche::plots
