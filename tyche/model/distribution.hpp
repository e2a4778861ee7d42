// A distribution as a value of the model language: its family, and expressions for its parameters.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tyche/distributions/domain.hpp"
#include "tyche/distributions/whole.hpp"
#include "tyche/model/expression.hpp"
#include "tyche/model/place.hpp"
#include "tyche/model/sequences.hpp"

namespace tyche {

class Recorder;

/// How a parameter of one kind is sampled on the whole real line; recorded, for one set of bounds.
struct Transform {
  /// x and log |Jacobian|, of u: a vector as long as `unconstrained_size`.
  std::function<std::pair<Expression, Expression>(const Expression& u)> constrain;
  std::function<Expression(const Expression& x)> unconstrain;
  std::int64_t unconstrained_size = 1;
};

/// Where a parameter may lie: `lower(0)`, `interval(0, 1 - alpha)`, `simplex(3)`, ...
struct Support {
  std::string name;
  std::vector<Expression> bounds = {};
  std::vector<std::int64_t> event = {};  // shape of one value; empty: a scalar
  distributions::Whole value = {};       // of vectors and matrices: what their elements must be
  std::function<Transform(std::span<const Expression> bounds)> transform = {};
};

/// The uniform and normal draws that a recorded sampler asks for.
class RecordedDraws {
 public:
  using S = RecordedSequences;

  explicit RecordedDraws(Recorder& recorder) : recorder_(recorder) {}
  Expression uniform();
  Expression normal();
  /// The value of the first attempt that says true: `attempt(draws)` gives (accepted, value).
  Expression accepted(
      const std::function<std::pair<Expression, Expression>(RecordedDraws&)>& attempt);
  /// n values: element(draws, k) gives the k-th.
  Expression tabulated(std::int64_t n,
                       const std::function<Expression(RecordedDraws&, const Index&)>& element);

 private:
  Expression draw(ir::Op op);
  Recorder& recorder_;
};

/// One kind of distribution: everything that a choice of a program needs, recorded.
struct Family {
  std::string name;
  std::string support = "";  // which transform: families with the same one share it
  std::vector<std::string> parameters;
  std::vector<int> ranks;  // of each parameter of one value
  bool whole = false;      // values are integers
  bool normalised = true;  // log_density keeps every constant
  distributions::Domain domain = distributions::real_line;
  std::vector<distributions::Domain> domains = {};  // of parameters; shorter: the rest are free
  distributions::Whole value = {};                  // what one vector or matrix must be
  std::vector<distributions::Whole> wholes = {};    // of parameters; shorter: the rest are free
  /// What the parameters leave of the domain; NaN for one that is not known. Absent: all.
  std::function<distributions::Ends(std::span<const double>)> ends = {};
  /// Shape of one value given the parameters' expressions; absent: a scalar.
  std::function<std::vector<std::int64_t>(std::span<const Expression>)> event = {};
  std::function<Expression(const Expression& x, std::span<const Expression>)> log_density = {};
  /// Absent: cannot be drawn from.
  std::function<Expression(RecordedDraws&, std::span<const Expression>)> sample = {};
  /// Absent: a discrete distribution.
  std::function<Transform(std::span<const Expression>)> transform = {};
  /// Absent: no location and scale.
  std::function<std::pair<Expression, Expression>(std::span<const Expression>)> location_scale = {};
  bool centring_learned = true;  // where there is a location and a scale
  /// P(X <= x) and P(X > x), for truncation.
  std::function<Expression(const Expression& x, std::span<const Expression>)> cdf = {};
  std::function<Expression(const Expression& x, std::span<const Expression>)> ccdf = {};
};

/// A family with parameters; scalars, or arrays that give one value an element.
struct Distribution {
  std::shared_ptr<const Family> family;
  std::vector<Expression> parameters;
};

/// log density at x, elementwise.
Expression log_density(const Distribution& distribution, const Expression& x,
                       Place at = Place::current());

Support real_line();
Support positive();
Support lower(const Expression& bound);
Support upper(const Expression& bound);
Support interval(const Expression& low, const Expression& high);
Support offset_multiplier(const Expression& offset, const Expression& multiplier);
/// Vectors of n: x[0] < x[1] < ...; the same and 0 < x[0]; elements of 0 or more that sum to 1.
Support ordered(std::int64_t n, Place at = Place::current());
Support positive_ordered(std::int64_t n, Place at = Place::current());
Support simplex(std::int64_t n, Place at = Place::current());
/// n x n Cholesky factors, lower triangular, of correlation and of covariance matrices.
Support cholesky_correlation(std::int64_t n, Place at = Place::current());
Support cholesky_covariance(std::int64_t n, Place at = Place::current());

/// The improper uniform distribution on a support: log density 0.
Distribution flat(const Support& support = real_line(), Place at = Place::current());
/// `distribution` kept within `support`, its density not renormalised. On a support of vectors, a
/// distribution of scalars is that of each element.
Distribution bounded(const Distribution& distribution, const Support& support,
                     Place at = Place::current());
/// `distribution` kept within `support`, its density renormalised. It must have a cdf in closed
/// form: normal, half_normal, lognormal, exponential, uniform.
Distribution truncated(const Distribution& distribution, const Support& support,
                       Place at = Place::current());
/// A draw from component k with probability weights[k]. Components have one support.
Distribution mixture(const Expression& weights, const std::vector<Distribution>& components,
                     Place at = Place::current());
/// A draw from `first` with probability p, else from `second`.
Distribution mixture(const Expression& p, const Distribution& first, const Distribution& second,
                     Place at = Place::current());
/// A density of one's own: its logarithm by a formula of x, which may read anything around it.
Distribution custom(const Support& support,
                    const std::function<Expression(const Expression& x)>& log_density,
                    const std::function<Expression(RecordedDraws&)>& sample = {},
                    Place at = Place::current());
/// Sampled as it is written, whatever a sampler finds. Without it a sampler learns how far to move
/// a parameter towards the scale of its prior, if location or scale of that prior are parameters.
Distribution centered(const Distribution& distribution, Place at = Place::current());
/// The same distribution, sampled on the scale (x - location) / scale of its own parameters.
Distribution non_centered(const Distribution& distribution, Place at = Place::current());

/// normal(mean, sd).
Distribution normal(const Expression& mu, const Expression& sigma);
Distribution half_normal(const Expression& sigma);
Distribution student_t(const Expression& nu, const Expression& mu, const Expression& sigma);
Distribution cauchy(const Expression& location, const Expression& scale);
Distribution half_cauchy(const Expression& scale);
/// Mean 1 / rate.
Distribution exponential(const Expression& rate);
/// Mean shape / rate.
Distribution gamma(const Expression& shape, const Expression& rate);
Distribution beta(const Expression& a, const Expression& b);
/// exp of a normal(mu, sigma).
Distribution lognormal(const Expression& mu, const Expression& sigma);
Distribution uniform(const Expression& low, const Expression& high);
Distribution bernoulli(const Expression& p);
Distribution bernoulli_logit(const Expression& logit);
Distribution binomial(const Expression& trials, const Expression& p);
Distribution poisson(const Expression& rate);
Distribution poisson_log(const Expression& log_rate);
/// 0, ..., n - 1 by a vector of n probabilities.
Distribution categorical(const Expression& probabilities);
/// On simplexes as long as alpha.
Distribution dirichlet(const Expression& alpha);
/// Vectors with mean mu and covariance L L'.
Distribution multi_normal_cholesky(const Expression& mu, const Expression& L);

}  // namespace tyche
