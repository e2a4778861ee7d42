// Random inputs of a simulation: a number is a function of the seed, the replication, the name of
// its stream and its index there, and of nothing that happened before. Two variants of a model that
// name their streams alike therefore see the same luck (common random numbers).
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "tyche/numeric/random.hpp"

namespace tyche::simulation {

/// Numbers of a stream before they are asked for: eight blocks of it, computed in lanes.
struct DrawnAhead {
  static constexpr std::uint64_t count = 16;

  std::uint64_t first;  // its number in the stream
  std::uint64_t bits[count];
  double exponentials[count];  // of mean 1, by inversion of the bits
};

/// A stream, with numbers ahead once many have been drawn from it: the same numbers, sooner. A copy
/// goes on in the same place.
struct Source {
  Stream stream = {};
  std::uint32_t drawn = 0;  // up to DrawnAhead::count
  std::unique_ptr<DrawnAhead> ahead = {};

  explicit Source(const Stream& of) : stream(of) {}
  Source(const Source& other);
  Source(Source&&) = default;
  Source& operator=(const Source& other) { return *this = Source(other); }
  Source& operator=(Source&&) = default;
  ~Source() = default;
};

/// One CPU level's samplers. Each takes a fixed count of numbers from the stream, by inversion
/// where that is said, so that streams stay in step whatever the parameters. Bad parameters give
/// NaN.
struct VariateTable {
  double (*uniform)(Source&, double low, double high);                  // inversion
  double (*exponential)(Source&, double mean);                          // inversion
  double (*normal)(Source&, double mean, double sd);                    // inversion
  double (*lognormal)(Source&, double mu, double sigma);                // inversion
  double (*weibull)(Source&, double shape, double scale);               // inversion
  double (*triangular)(Source&, double low, double mode, double high);  // inversion
  double (*erlang)(Source&, std::uint32_t stages, double mean);         // one number a stage
  double (*gamma)(Source&, double shape, double scale);                 // one number: a child's key
  double (*beta)(Source&, double a, double b);                          // one number: a child's key
  double (*poisson)(Source&, double mean);                              // one number: a child's key
  double (*binomial)(Source&, double trials, double probability);       // one number: a child's key
  std::uint64_t (*below)(Source&, std::uint64_t count);                 // inversion
};

/// Code of a level must only be called where cpu_has(level).
const VariateTable& variate_table(Level level);
/// variate_table(cpu_level()).
const VariateTable& variates();

/// Draws the numbers of one stream in order.
class Random {
 public:
  explicit Random(const Stream& stream, const VariateTable& table = variates())
      : source_(stream), variates_(&table) {}

  /// In (0, 1), never an end.
  double uniform() { return variates_->uniform(source_, 0, 1); }
  double uniform(double low, double high) { return variates_->uniform(source_, low, high); }
  double exponential(double mean) { return variates_->exponential(source_, mean); }
  double normal(double mean, double sd) { return variates_->normal(source_, mean, sd); }
  /// exp of a normal(mu, sigma).
  double lognormal(double mu, double sigma) { return variates_->lognormal(source_, mu, sigma); }
  double weibull(double shape, double scale) { return variates_->weibull(source_, shape, scale); }
  double triangular(double low, double mode, double high) {
    return variates_->triangular(source_, low, mode, high);
  }
  /// A sum of `stages` exponentials whose mean is `mean` in all.
  double erlang(std::uint32_t stages, double mean) {
    return variates_->erlang(source_, stages, mean);
  }
  double gamma(double shape, double scale) { return variates_->gamma(source_, shape, scale); }
  double beta(double a, double b) { return variates_->beta(source_, a, b); }
  double poisson(double mean) { return variates_->poisson(source_, mean); }
  double binomial(double trials, double probability) {
    return variates_->binomial(source_, trials, probability);
  }
  bool bernoulli(double probability) { return uniform() < probability; }
  /// 0 to count - 1; increasing in the number drawn. A count of 0 gives 0.
  std::uint64_t below(std::uint64_t count) { return variates_->below(source_, count); }

  /// How many numbers of the stream have been drawn.
  std::uint64_t position() const { return source_.stream.next; }

 private:
  Source source_;
  const VariateTable* variates_;
};

/// Where all streams of a replication come from.
class Streams {
 public:
  /// `antithetic` turns every u into 1 - u: such a replication and its plain twin are a pair.
  explicit Streams(std::uint64_t seed = 1, std::uint32_t replication = 0, bool antithetic = false)
      : seed_(seed), replication_(replication), flipped_(antithetic ? ~std::uint64_t{0} : 0) {}

  /// The stream of a name, for the index-th customer, machine or whatever is counted.
  Random operator()(std::string_view name, std::uint32_t index = 0) const;
  /// The key of a name, and a stream of that key from its number `next` on: for those who take
  /// many.
  std::uint64_t key(std::string_view name) const;
  Random at(std::uint64_t key, std::uint32_t index, std::uint64_t next = 0) const {
    return Random({.key = key,
                   .purpose = purpose::simulation,
                   .iteration = index,
                   .chain = replication_,
                   .next = next,
                   .flipped = flipped_},
                  *variates_);
  }

  std::uint64_t seed() const { return seed_; }
  std::uint32_t replication() const { return replication_; }

 private:
  std::uint64_t seed_;
  std::uint32_t replication_;
  std::uint64_t flipped_;
  const VariateTable* variates_ = &variates();
};

}  // namespace tyche::simulation
