// Random inputs of a simulation: a number is a function of the seed, the replication, the name of
// its stream and its index there, and of nothing that happened before. Two variants of a model that
// name their streams alike therefore see the same luck (common random numbers).
#pragma once
#include <cstdint>
#include <string_view>

#include "tyche/numeric/random.hpp"

namespace tyche::simulation {

/// One CPU level's samplers. Each takes a fixed count of numbers from the stream, by inversion
/// where that is said, so that streams stay in step whatever the parameters. Bad parameters give
/// NaN.
struct VariateTable {
  double (*uniform)(Stream&, double low, double high);                  // inversion
  double (*exponential)(Stream&, double mean);                          // inversion
  double (*normal)(Stream&, double mean, double sd);                    // inversion
  double (*lognormal)(Stream&, double mu, double sigma);                // inversion
  double (*weibull)(Stream&, double shape, double scale);               // inversion
  double (*triangular)(Stream&, double low, double mode, double high);  // inversion
  double (*erlang)(Stream&, std::uint32_t stages, double mean);         // one number a stage
  double (*gamma)(Stream&, double shape, double scale);                 // one number: a child's key
  double (*beta)(Stream&, double a, double b);                          // one number: a child's key
  double (*poisson)(Stream&, double mean);                              // one number: a child's key
  double (*binomial)(Stream&, double trials, double probability);       // one number: a child's key
  std::uint64_t (*below)(Stream&, std::uint64_t count);                 // inversion
};

/// Code of a level must only be called where cpu_has(level).
const VariateTable& variate_table(Level level);
/// variate_table(cpu_level()).
const VariateTable& variates();

/// Draws the numbers of one stream in order.
class Random {
 public:
  explicit Random(const Stream& stream, const VariateTable& table = variates())
      : stream_(stream), variates_(&table) {}

  /// In (0, 1), never an end.
  double uniform() { return variates_->uniform(stream_, 0, 1); }
  double uniform(double low, double high) { return variates_->uniform(stream_, low, high); }
  double exponential(double mean) { return variates_->exponential(stream_, mean); }
  double normal(double mean, double sd) { return variates_->normal(stream_, mean, sd); }
  /// exp of a normal(mu, sigma).
  double lognormal(double mu, double sigma) { return variates_->lognormal(stream_, mu, sigma); }
  double weibull(double shape, double scale) { return variates_->weibull(stream_, shape, scale); }
  double triangular(double low, double mode, double high) {
    return variates_->triangular(stream_, low, mode, high);
  }
  /// A sum of `stages` exponentials whose mean is `mean` in all.
  double erlang(std::uint32_t stages, double mean) {
    return variates_->erlang(stream_, stages, mean);
  }
  double gamma(double shape, double scale) { return variates_->gamma(stream_, shape, scale); }
  double beta(double a, double b) { return variates_->beta(stream_, a, b); }
  double poisson(double mean) { return variates_->poisson(stream_, mean); }
  double binomial(double trials, double probability) {
    return variates_->binomial(stream_, trials, probability);
  }
  bool bernoulli(double probability) { return uniform() < probability; }
  /// 0 to count - 1; increasing in the number drawn. A count of 0 gives 0.
  std::uint64_t below(std::uint64_t count) { return variates_->below(stream_, count); }

  const Stream& stream() const { return stream_; }

 private:
  Stream stream_;
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
