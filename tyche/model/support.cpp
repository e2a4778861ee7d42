// Supports, and the distributions that are made from others by changing where they live.
#include <algorithm>

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
Support array_support(Support made, const T& transform, std::int64_t least, const Place& at) {
  if (made.event[0] < least) {
    throw Failure({text(made.name, at), "a size of " + std::to_string(least) + " or more",
                   std::to_string(made.event[0]),
                   "leave the parameter out where it has no free element"});
  }
  made.transform = [transform](Bounds) { return recorded_array(transform); };
  return made;
}

}  // namespace

Support ordered(std::int64_t n, Place at) {
  return array_support({.name = "ordered", .event = {n}, .value = distributions::ordered},
                       transforms::Ordered<RecordedSequences>{n, false}, 1, at);
}
Support positive_ordered(std::int64_t n, Place at) {
  return array_support(
      {.name = "positive_ordered", .event = {n}, .value = distributions::positive_ordered},
      transforms::Ordered<RecordedSequences>{n, true}, 1, at);
}
Support simplex(std::int64_t n, Place at) {
  return array_support({.name = "simplex", .event = {n}, .value = distributions::simplex},
                       transforms::Simplex<RecordedSequences>{n}, 2, at);
}
Support cholesky_correlation(std::int64_t n, Place at) {
  return array_support(
      {.name = "cholesky_correlation", .event = {n, n}, .value = distributions::correlation_factor},
      transforms::CholeskyCorrelation<RecordedSequences>{n}, 2, at);
}
Support cholesky_covariance(std::int64_t n, Place at) {
  return array_support(
      {.name = "cholesky_covariance", .event = {n, n}, .value = distributions::cholesky_factor},
      transforms::CholeskyCovariance<RecordedSequences>{n}, 1, at);
}

namespace {

void check_support(const Support& support, const std::string& what, const Place& at) {
  if (support.transform) return;
  throw Failure({text(what, at), "a support", "one that is empty or was moved from",
                 "make it by a function, as lower(0) or interval(0, 1)"});
}

using KnownEnds = std::function<distributions::Ends(std::span<const double>)>;

/// Of a distribution with `own` parameters, the bounds of the support after them.
KnownEnds ends_of(const std::string& support, const KnownEnds& inside, std::size_t own) {
  const bool positive = support == "positive";
  const bool low = support == "lower" || support == "interval";
  const bool high = support == "upper" || support == "interval";
  if (!low && !high && !positive) return inside;
  return [=](std::span<const double> all) {
    distributions::Ends ends = inside ? inside(all.first(own)) : distributions::Ends();
    if (positive) ends.low = std::max(ends.low, 0.0);
    if (low && !(all[own] <= ends.low)) ends.low = all[own];
    if (high && !(all.back() >= ends.high)) ends.high = all.back();
    return ends;
  };
}

}  // namespace

Distribution flat(const Support& support, Place at) {
  check_support(support, "flat", at);
  Family made{.name = "flat",
              .support = support.name,
              .parameters = std::vector<std::string>(support.bounds.size(), "bound"),
              .ranks = std::vector<int>(support.bounds.size(), 0),
              .normalised = false,
              .value = support.value};
  if (!support.event.empty()) made.event = [event = support.event](Bounds) { return event; };
  made.log_density = [](const Expression&, Bounds) { return Expression(0.0); };
  made.transform = support.transform;
  made.ends = ends_of(support.name, {}, 0);
  return {std::make_shared<const Family>(std::move(made)), support.bounds};
}

Distribution bounded(const Distribution& inside, const Support& support, Place at) {
  check_family(inside, "bounded", at);
  check_support(support, "bounded", at);
  Family made = *inside.family;
  const std::size_t own = inside.parameters.size();
  made.parameters.resize(own + support.bounds.size(), "bound");
  made.ranks.resize(own + support.bounds.size(), 0);
  made.normalised = false;
  made.sample = nullptr;
  made.location_scale = nullptr;
  made.domains.resize(own, distributions::real_line);
  made.ends = ends_of(support.name, inside.family->ends, own);
  made.support = support.name;
  made.value = support.value;
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

Distribution centered(const Distribution& distribution, Place at) {
  check_family(distribution, "centered", at);
  Family made = *distribution.family;
  made.centring_learned = false;
  return {std::make_shared<const Family>(std::move(made)), distribution.parameters};
}

Distribution non_centered(const Distribution& distribution, Place at) {
  check_family(distribution, "non_centered", at);
  if (!distribution.family->location_scale) {
    throw Failure({text("non_centered", at), "a distribution with a location and a scale",
                   distribution.family->name + ", which has none",
                   "leave non_centered() out, or scale the parameter by hand"});
  }
  Family made = *distribution.family;
  made.transform = [of = made.location_scale](Bounds parameters) {
    const auto [location, scale] = of(parameters);
    return recorded(transforms::OffsetMultiplier<Expression>{location, scale});
  };
  made.centring_learned = false;
  return {std::make_shared<const Family>(std::move(made)), distribution.parameters};
}

}  // namespace tyche
