#include "tyche/model/distribution.hpp"

#include "tyche/base/error.hpp"
#include "tyche/distributions/bernoulli.hpp"
#include "tyche/distributions/beta.hpp"
#include "tyche/distributions/binomial.hpp"
#include "tyche/distributions/categorical.hpp"
#include "tyche/distributions/cauchy.hpp"
#include "tyche/distributions/dirichlet.hpp"
#include "tyche/distributions/exponential.hpp"
#include "tyche/distributions/gamma.hpp"
#include "tyche/distributions/lognormal.hpp"
#include "tyche/distributions/multi_normal_cholesky.hpp"
#include "tyche/distributions/normal.hpp"
#include "tyche/distributions/poisson.hpp"
#include "tyche/distributions/student_t.hpp"
#include "tyche/distributions/uniform.hpp"
#include "tyche/model/families.hpp"
#include "tyche/model/node.hpp"

namespace tyche {

void check_family(const Distribution& d, const std::string& what, const Place& at) {
  if (d.family) return;
  throw Failure({text(what, at), "a distribution", "one that is empty or was moved from",
                 "make it by a function, as normal(0, 1)"});
}

Expression log_density(const Distribution& d, const Expression& x, Place at) {
  check_family(d, "log_density", at);
  return d.family->log_density(as_real(x), d.parameters);
}

Distribution normal(const Expression& mu, const Expression& sigma) {
  return distribution<distributions::Normal>(mu, sigma);
}
Distribution half_normal(const Expression& sigma) {
  return distribution<distributions::HalfNormal>(sigma);
}
Distribution student_t(const Expression& nu, const Expression& mu, const Expression& sigma) {
  return distribution<distributions::StudentT>(nu, mu, sigma);
}
Distribution cauchy(const Expression& location, const Expression& scale) {
  return distribution<distributions::Cauchy>(location, scale);
}
Distribution half_cauchy(const Expression& scale) {
  return distribution<distributions::HalfCauchy>(scale);
}
Distribution exponential(const Expression& rate) {
  return distribution<distributions::Exponential>(rate);
}
Distribution gamma(const Expression& shape, const Expression& rate) {
  return distribution<distributions::Gamma>(shape, rate);
}
Distribution beta(const Expression& a, const Expression& b) {
  return distribution<distributions::Beta>(a, b);
}
Distribution lognormal(const Expression& mu, const Expression& sigma) {
  return distribution<distributions::Lognormal>(mu, sigma);
}
Distribution uniform(const Expression& low, const Expression& high) {
  return distribution<distributions::Uniform>(low, high);
}
Distribution bernoulli(const Expression& p) { return distribution<distributions::Bernoulli>(p); }
Distribution bernoulli_logit(const Expression& logit) {
  return distribution<distributions::BernoulliLogit>(logit);
}
Distribution binomial(const Expression& trials, const Expression& p) {
  return distribution<distributions::Binomial>(trials, p);
}
Distribution poisson(const Expression& rate) { return distribution<distributions::Poisson>(rate); }
Distribution poisson_log(const Expression& log_rate) {
  return distribution<distributions::PoissonLog>(log_rate);
}

namespace {

using Parameters = std::span<const Expression>;
using S = RecordedSequences;

/// The last `rank` dims of the first parameter.
std::vector<std::int64_t> trailing(Parameters parameters) { return {parameters[0].shape().back()}; }

Family categorical_family() {
  using D = distributions::Categorical;
  Family made{.name = std::string(D::name),
              .parameters = {"probabilities"},
              .ranks = {1},
              .whole = true,
              .domain = D::domain,
              .domains = {distributions::probability},
              .wholes = {distributions::simplex}};
  made.log_density = [](const Expression& x, Parameters p) { return D::log_density<S>(x, p[0]); };
  made.sample = [](RecordedDraws& draws, Parameters p) { return D::sample<S>(draws, p[0]); };
  return made;
}

Family dirichlet_family() {
  using D = distributions::Dirichlet;
  Family made{.name = std::string(D::name),
              .parameters = {"alpha"},
              .ranks = {1},
              .domain = D::domain,
              .domains = {distributions::positive_reals},
              .value = distributions::simplex,
              .event = trailing};
  made.log_density = [](const Expression& x, Parameters p) { return D::log_density<S>(x, p[0]); };
  made.sample = [](RecordedDraws& draws, Parameters p) { return D::sample<S>(draws, p[0]); };
  made.transform = [](Parameters p) { return recorded_array(transforms::Simplex<S>{p[0].size()}); };
  return made;
}

Family multi_normal_family() {
  using D = distributions::MultiNormalCholesky;
  Family made{.name = std::string(D::name),
              .parameters = {"mu", "L"},
              .ranks = {1, 2},
              .wholes = {{}, distributions::cholesky_factor},
              .event = trailing};
  made.log_density = [](const Expression& x, Parameters p) {
    return D::log_density<S>(x, p[0], p[1]);
  };
  made.sample = [](RecordedDraws& draws, Parameters p) { return D::sample<S>(draws, p[0], p[1]); };
  made.transform = [](Parameters p) {
    return Transform{.constrain = [](const Expression& u) { return std::pair(u, Expression(0.0)); },
                     .unconstrain = [](const Expression& x) { return x; },
                     .unconstrained_size = p[0].size()};
  };
  return made;
}

Distribution shared(const Family& family, std::vector<Expression> parameters) {
  for (Expression& e : parameters) e = as_real(e);
  return {std::make_shared<const Family>(family), std::move(parameters)};
}

}  // namespace

Distribution categorical(const Expression& probabilities) {
  Family made = categorical_family();
  if (probabilities.rank() > 0) {
    made.ends = [n = probabilities.shape().back()](std::span<const double>) {
      return distributions::Ends{0.0, double(n - 1)};
    };
  }
  return shared(made, {probabilities});
}
Distribution dirichlet(const Expression& alpha) { return shared(dirichlet_family(), {alpha}); }
Distribution multi_normal_cholesky(const Expression& mu, const Expression& L) {
  return shared(multi_normal_family(), {mu, L});
}

}  // namespace tyche
