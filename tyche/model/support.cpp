// Supports, and the distributions that are made from others by changing where they live.
#include "tyche/base/error.hpp"
#include "tyche/model/families.hpp"
#include "tyche/model/node.hpp"
#include "tyche/transforms/bounds.hpp"
#include "tyche/transforms/cholesky_factor.hpp"
#include "tyche/transforms/identity.hpp"
#include "tyche/transforms/ordered.hpp"
#include "tyche/transforms/simplex.hpp"

namespace tyche {

using Bounds = std::span<const Expression>;

Support real_line() {
  return {.name = "real_line",
          .transform = [](Bounds) { return recorded(transforms::Identity<Expression>{}); }};
}

Support positive() {
  return {.name = "positive",
          .transform = [](Bounds) { return recorded(transforms::Positive<Expression>{}); }};
}

Support lower(const Expression& bound) {
  return {.name = "lower", .bounds = {as_real(bound)}, .transform = [](Bounds b) {
            return recorded(transforms::Lower<Expression>{b[0]});
          }};
}

Support upper(const Expression& bound) {
  return {.name = "upper", .bounds = {as_real(bound)}, .transform = [](Bounds b) {
            return recorded(transforms::Upper<Expression>{b[0]});
          }};
}

Support interval(const Expression& low, const Expression& high) {
  return {.name = "interval", .bounds = {as_real(low), as_real(high)}, .transform = [](Bounds b) {
            return recorded(transforms::Interval<Expression>{b[0], b[1]});
          }};
}

Support offset_multiplier(const Expression& offset, const Expression& multiplier) {
  return {.name = "offset_multiplier",
          .bounds = {as_real(offset), as_real(multiplier)},
          .transform = [](Bounds b) {
            return recorded(transforms::OffsetMultiplier<Expression>{b[0], b[1]});
          }};
}

namespace {

template <class T>
Support array_support(const char* name, std::vector<std::int64_t> event, const T& transform,
                      std::int64_t least = 1) {
  if (event[0] < least) {
    throw Failure(
        {name, "a size of " + std::to_string(least) + " or more", std::to_string(event[0]), ""});
  }
  return {.name = name, .event = std::move(event), .transform = [transform](Bounds) {
            return recorded_array(transform);
          }};
}

}  // namespace

Support ordered(std::int64_t n) {
  return array_support("ordered", {n}, transforms::Ordered<RecordedSequences>{n, false});
}
Support positive_ordered(std::int64_t n) {
  return array_support("positive_ordered", {n}, transforms::Ordered<RecordedSequences>{n, true});
}
Support simplex(std::int64_t n) {
  return array_support("simplex", {n}, transforms::Simplex<RecordedSequences>{n}, 2);
}
Support cholesky_correlation(std::int64_t n) {
  return array_support("cholesky_correlation", {n, n},
                       transforms::CholeskyCorrelation<RecordedSequences>{n}, 2);
}
Support cholesky_covariance(std::int64_t n) {
  return array_support("cholesky_covariance", {n, n},
                       transforms::CholeskyCovariance<RecordedSequences>{n});
}

Distribution flat(const Support& support) {
  Family made{.name = "flat",
              .support = support.name,
              .parameters = std::vector<std::string>(support.bounds.size(), "bound"),
              .ranks = std::vector<int>(support.bounds.size(), 0),
              .normalised = false};
  if (!support.event.empty()) made.event = [event = support.event](Bounds) { return event; };
  made.log_density = [](const Expression&, Bounds) { return Expression(0.0); };
  made.transform = support.transform;
  return {std::make_shared<const Family>(std::move(made)), support.bounds};
}

Distribution bounded(const Distribution& inside, const Support& support) {
  Family made = *inside.family;
  const std::size_t own = inside.parameters.size();
  made.parameters.resize(own + support.bounds.size(), "bound");
  made.ranks.resize(own + support.bounds.size(), 0);
  made.normalised = false;
  made.sample = nullptr;
  made.standardised = nullptr;
  made.support = support.name;
  made.transform = [support, own](Bounds all) { return support.transform(all.subspan(own)); };
  const bool elements = !support.event.empty() && !inside.family->event;
  if (elements) made.event = [event = support.event](Bounds) { return event; };
  made.log_density = [density = inside.family->log_density, own, elements](const Expression& x,
                                                                           Bounds all) {
    const Expression each = density(x, all.first(own));
    return elements ? sum(each) : each;
  };
  Distribution out{std::make_shared<const Family>(std::move(made)), inside.parameters};
  out.parameters.insert(out.parameters.end(), support.bounds.begin(), support.bounds.end());
  return out;
}

Distribution centered(const Distribution& distribution) { return distribution; }

Distribution non_centered(const Distribution& distribution) {
  if (!distribution.family->standardised) {
    throw Failure({distribution.family->name, "a distribution with a location and a scale",
                   "one without", "write the parameter in its own scale"});
  }
  Family made = *distribution.family;
  made.transform = made.standardised;
  return {std::make_shared<const Family>(std::move(made)), distribution.parameters};
}

}  // namespace tyche
