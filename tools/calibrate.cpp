// Calibrates every sampler by simulation (tests/sbc.hpp) at length; prints docs/calibration.md and
// writes its pictures. Usage: tyche_calibrate FOLDER [replications]
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>

#include "tests/sbc.hpp"
#include "tyche/numeric/random.hpp"
#include "tyche/plots/plots.hpp"

namespace {

using namespace tyche;

constexpr int bins = 20, places = 50, simulations = 2000;

/// P(count <= k) of a binomial, for k from -1 up, at index k + 1.
std::vector<double> binomial_cdf(int n, double p) {
  std::vector<double> cdf = {0};
  for (int k = 0; k <= n; ++k) {
    const double log_mass = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                            k * std::log(p) + (n - k) * std::log1p(-p);
    cdf.push_back(std::min(1.0, cdf.back() + std::exp(log_mass)));
  }
  return cdf;
}

/// Simultaneous bands of an empirical cdf (Sailynoja, Burkner and Vehtari 2022): over `places`
/// points, twice the smallest tail probability of the count below, and how it is distributed when
/// ranks are uniform.
class EcdfTest {
 public:
  explicit EcdfTest(int replications) : replications_(replications) {
    for (int i = 1; i < places; ++i) cdfs_.push_back(binomial_cdf(replications, share(i)));
    Stream stream{.key = 2, .purpose = 1};
    for (int s = 0; s < simulations; ++s) {
      std::vector<int> ranks;
      for (int r = 0; r < replications; ++r) {
        ranks.push_back(int(numeric::uniform(stream) * (sbc::kept + 1)));
      }
      null_.push_back(gamma(ranks));
    }
    std::ranges::sort(null_);
  }

  /// The fraction of uniform samples whose gamma is as small.
  double p(const std::vector<int>& ranks) const {
    const auto below = std::ranges::upper_bound(null_, gamma(ranks)) - null_.begin();
    return double(below + 1) / (simulations + 1);
  }

  /// Share of ranks below point i.
  static double share(int i) { return double(i) / places; }
  double ecdf(const std::vector<int>& ranks, int i) const {
    return double(count(ranks, i)) / replications_;
  }
  /// At point i, the counts that a simultaneous band of `level` allows, as shares.
  std::pair<double, double> band(int i, double level) const {
    if (i == 0 || i == places) return {share(i), share(i)};
    const double tail = null_[std::size_t((1 - level) * simulations)] / 2;
    const auto& cdf = cdfs_[std::size_t(i - 1)];
    int low = 0, high = replications_;
    while (cdf[std::size_t(low + 1)] < tail) ++low;
    while (1 - cdf[std::size_t(high)] < tail) --high;
    return {double(low) / replications_, double(high) / replications_};
  }

 private:
  static std::ptrdiff_t count(const std::vector<int>& ranks, int i) {
    return std::ranges::count_if(ranks, [&](int r) { return r * places < i * (sbc::kept + 1); });
  }
  double gamma(const std::vector<int>& ranks) const {
    double least = 1;
    for (int i = 1; i < places; ++i) {
      const auto& cdf = cdfs_[std::size_t(i - 1)];
      const auto below = std::size_t(count(ranks, i));
      least = std::min({least, cdf[below + 1], 1 - cdf[below]});
    }
    return 2 * least;
  }

  int replications_;
  std::vector<std::vector<double>> cdfs_;
  std::vector<double> null_;
};

/// A quantity of a subject under a sampler, and how its ranks fare.
struct Row {
  std::string sampler;
  sbc::Ranked ranked;
  double chi_square, ecdf;
  double least() const { return std::min(chi_square, ecdf); }
};

plots::Line band(const EcdfTest& test) {
  plots::Line band{.label = "99 % band", .x = {}, .y = {}};
  for (int i = 0; i <= places; ++i) {
    const auto [low, high] = test.band(i, 0.99);
    const double at = EcdfTest::share(i);
    band.x.push_back(at);
    band.y.push_back(0);
    band.low.push_back(low - at);
    band.high.push_back(high - at);
  }
  return band;
}

/// The three rows whose p is least.
std::string picture(const EcdfTest& test, std::vector<Row> rows) {
  std::ranges::sort(rows, {}, &Row::least);
  std::vector<plots::Line> lines = {band(test)};
  for (const Row& row : std::span(rows).first(3)) {
    plots::Line line{.label = row.sampler + ", " + row.ranked.quantity, .x = lines[0].x, .y = {}};
    for (int i = 0; i <= places; ++i) {
      line.y.push_back(test.ecdf(row.ranked.ranks, i) - EcdfTest::share(i));
    }
    lines.push_back(line);
  }
  const auto svg = plots::lines(lines, {"", "rank as a fraction", "empirical cdf less uniform"});
  if (!svg) throw Failure(svg.error());
  return *svg;
}

void print_introduction(int replications) {
  std::printf(
      "# Calibration\n\n"
      "Simulation-based calibration (Talts et al. 2018) of every way to sample: NUTS under each "
      "metric, and\nthe other kernels under the automatic one. Parameters come from the prior, "
      "data "
      "from the parameters;\nthen %d chains keep %d draws each after 1000 of warm-up, apart by",
      sbc::chains, sbc::kept_of_chain);
  constexpr int usual = 20;
  std::printf(" %d", usual);
  for (const Sampler& sampler : samplers()) {
    if (sampler.thin != usual) std::printf(", under %s %d", sampler.name.c_str(), sampler.thin);
  }
  std::printf(
      ".\nThe rank of the truth among %d of them is uniform on 0 to %d. %d replications, seed 1, "
      "the "
      "same truths\nand data in every column; written by `tyche_calibrate docs %d > "
      "docs/calibration.md`.\n\n"
      "A cell holds p of chi-square over %d bins, and of the simultaneous band of the empirical "
      "cdf\n"
      "(Sailynoja, Burkner and Vehtari 2022), %d simulations. Pictures show the three rows of a "
      "model "
      "whose\np is least.\n",
      sbc::kept, sbc::kept, replications, replications, bins, simulations);
}

/// `rows` by sampler, then by quantity.
void print(const sbc::Subject& subject, const std::vector<Row>& rows) {
  const std::vector<Sampler> all = samplers();
  const std::size_t quantities = rows.size() / all.size();
  const auto least = std::ranges::min_element(rows, {}, &Row::least);
  std::printf("\n## %s\n\n%c%s.\n\n| quantity |", subject.name.c_str(),
              char(std::toupper(subject.described[0])), subject.described.c_str() + 1);
  for (const auto& sampler : all) std::printf(" %s |", sampler.name.c_str());
  std::printf("\n|---|");
  for (std::size_t k = 0; k < all.size(); ++k) std::printf("---|");
  std::printf("\n");
  for (std::size_t q = 0; q < quantities; ++q) {
    std::printf("| %s |", rows[q].ranked.quantity.c_str());
    for (std::size_t k = 0; k < all.size(); ++k) {
      const Row& row = rows[k * quantities + q];
      std::printf(" %.3f, %.3f |", row.chi_square, row.ecdf);
    }
    std::printf("\n");
  }
  std::printf(
      "\nThe least of %zu is %.4f (%s, %s); below %.5f would be a finding at a level of 1 %%.\n\n"
      "![empirical cdf of the ranks, less uniform](calibration-%s.svg)\n",
      2 * rows.size(), least->least(), least->sampler.c_str(), least->ranked.quantity.c_str(),
      0.01 / double(2 * rows.size()), subject.name.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: tyche_calibrate FOLDER [replications]\n");
    return 2;
  }
  const int replications = argc > 2 ? std::atoi(argv[2]) : 1000;
  if (replications < 1) {
    std::fprintf(stderr, "replications: expected 1 or more, found %s\n", argv[2]);
    return 2;
  }
  const EcdfTest test(replications);
  print_introduction(replications);
  for (const sbc::Subject& subject : sbc::subjects()) {
    std::vector<Row> rows;
    for (const Sampler& sampler : samplers()) {
      sbc::Calibration calibration(subject, sampler);
      for (auto& ranked : calibration.run({.replications = replications})) {
        const double chi_square = sbc::chi_square_p(ranked.ranks, bins);
        rows.push_back({sampler.name, ranked, chi_square, test.p(ranked.ranks)});
      }
    }
    print(subject, rows);
    std::ofstream(std::string(argv[1]) + "/calibration-" + subject.name + ".svg")
        << picture(test, rows);
  }
}
