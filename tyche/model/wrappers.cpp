// Distributions made from others: truncation, mixtures, and a density of one's own.
#include <algorithm>
#include <cassert>

#include "tyche/base/error.hpp"
#include "tyche/model/families.hpp"

namespace tyche {

using distributions::Domain;
using Parameters = std::span<const Expression>;

namespace {

constexpr double minus_infinity = -infinity;

/// Where a support's bounds leave off, or nothing.
struct Ends {
  const Expression* low = nullptr;
  const Expression* high = nullptr;
};

Ends ends(const std::string& support, Parameters bounds) {
  if (support == "lower") return {.low = &bounds[0]};
  if (support == "upper") return {.high = &bounds[0]};
  assert(support == "interval");
  return {&bounds[0], &bounds[1]};
}

using Cdf = std::function<Expression(const Expression&, Parameters)>;

/// log of the mass between the ends, from the tail where they lie.
Expression log_mass(const Cdf& cdf, const Cdf& ccdf, const Ends& at, Parameters own) {
  if (at.low == nullptr) return log(cdf(*at.high, own));
  if (at.high == nullptr) return log(ccdf(*at.low, own));
  const Expression below = cdf(*at.high, own) - cdf(*at.low, own);
  const Expression above = ccdf(*at.low, own) - ccdf(*at.high, own);
  return log(where(cdf(*at.low, own) > 0.5, above, below));
}

Expression within(const Ends& at, const Expression& x) {
  if (at.low == nullptr) return x <= *at.high;
  if (at.high == nullptr) return x >= *at.low;
  return (x >= *at.low) & (x <= *at.high);
}

void append(std::vector<Expression>& all, const std::vector<Expression>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

Distribution truncated(const Distribution& inside, const Support& support, Place at) {
  check_family(inside, "truncated", at);
  if (support.name != "lower" && support.name != "upper" && support.name != "interval") {
    throw Failure({text("truncated", at), "a support that is lower(), upper() or interval()",
                   support.name.empty() ? "none" : support.name,
                   "write positive() as lower(0), or use bounded()"});
  }
  if (!inside.family->cdf) {
    throw Failure({text("truncated " + inside.family->name, at),
                   "a distribution with a cdf in closed form", "one without",
                   "use bounded() if its density need not be normalised: the bounds and the "
                   "parameters of the distribution are data"});
  }
  Distribution out = bounded(inside, support, at);
  Family made = *out.family;
  made.name = "truncated " + made.name;
  made.normalised = inside.family->normalised;
  const std::size_t own = inside.parameters.size();
  const auto plain = inside.family;
  const std::string kind = support.name;
  made.log_density = [plain, kind, own](const Expression& x, Parameters all) {
    const Parameters first = all.first(own);
    const Ends at = ends(kind, all.subspan(own));
    const Expression inner =
        plain->log_density(x, first) - log_mass(plain->cdf, plain->ccdf, at, first);
    return where(within(at, x), inner, minus_infinity);
  };
  made.sample = [plain, kind, own](RecordedDraws& draws, Parameters all) {
    return draws.accepted([&](RecordedDraws& again) {
      const Expression x = plain->sample(again, all.first(own));
      return std::pair(within(ends(kind, all.subspan(own)), x), x);
    });
  };
  made.cdf = nullptr;
  made.ccdf = nullptr;
  out.family = std::make_shared<const Family>(std::move(made));
  return out;
}

namespace {

struct Component {
  std::shared_ptr<const Family> family;
  std::size_t first;  // of its parameters among all
  std::size_t count;
  Expression log_density(const Expression& x, Parameters all) const {
    return family->log_density(x, all.subspan(first, count));
  }
};

/// `weight(parameters, k)` and its logarithm come from the first parameter.
struct Weights {
  int rank;
  std::function<Expression(const Expression&, std::size_t)> probability;
  std::function<Expression(const Expression&, std::size_t)> log_probability;
};

void check_components(const std::vector<Distribution>& components, const Place& at) {
  if (components.empty()) {
    throw Failure(
        {text("mixture", at), "one component or more", "none", "list distributions to mix"});
  }
  for (const Distribution& c : components) check_family(c, "mixture", at);
  const Family& first = *components[0].family;
  for (const Distribution& c : components) {
    const Family& family = *c.family;
    const bool own_bounds = !family.whole && family.support != "real_line" &&
                            family.support != "positive" && family.support != "unit_interval";
    if (own_bounds || family.event || family.support != first.support ||
        family.whole != first.whole) {
      throw Failure({text("mixture", at), "components that are scalars with one support",
                     first.name + " and " + family.name, "write the density with custom()"});
    }
  }
}

Expression drawn(const std::vector<Component>& parts, const Weights& weights, RecordedDraws& draws,
                 Parameters all) {
  const Expression u = draws.uniform();
  Expression below = weights.probability(all[0], 0);
  Expression x = parts[0].family->sample(draws, all.subspan(parts[0].first, parts[0].count));
  for (std::size_t k = 1; k < parts.size(); ++k) {
    const Expression other =
        parts[k].family->sample(draws, all.subspan(parts[k].first, parts[k].count));
    x = where(u > below, other, x);
    below = below + weights.probability(all[0], k);
  }
  return x;
}

Distribution mixed(const Expression& first, const Weights& weights,
                   const std::vector<Distribution>& components, const Place& at) {
  check_components(components, at);
  Family made = *components[0].family;
  made.name = "mixture";
  made.parameters = {"weights"};
  made.ranks = {weights.rank};
  made.domains = {distributions::probability};
  made.wholes = {weights.rank == 1 ? distributions::simplex : distributions::Whole()};
  made.ends = nullptr;
  std::vector<Component> parts;
  Distribution out{nullptr, {as_real(first)}};
  for (const Distribution& c : components) {
    parts.push_back({c.family, out.parameters.size(), c.parameters.size()});
    append(out.parameters, c.parameters);
    for (std::size_t k = 0; k < c.parameters.size(); ++k) {
      made.parameters.push_back(c.family->name + "'s " + c.family->parameters[k]);
      made.ranks.push_back(c.family->ranks[k]);
      made.domains.push_back(k < c.family->domains.size() ? c.family->domains[k]
                                                          : distributions::real_line);
      made.wholes.push_back(k < c.family->wholes.size() ? c.family->wholes[k]
                                                        : distributions::Whole());
    }
    made.normalised = made.normalised && c.family->normalised;
  }
  made.log_density = [parts, weights](const Expression& x, Parameters all) {
    Expression total = weights.log_probability(all[0], 0) + parts[0].log_density(x, all);
    for (std::size_t k = 1; k < parts.size(); ++k) {
      total = log_sum_exp(total, weights.log_probability(all[0], k) + parts[k].log_density(x, all));
    }
    return total;
  };
  const bool drawable =
      std::ranges::all_of(parts, [](const Component& c) { return bool(c.family->sample); });
  made.sample = nullptr;
  if (drawable) {
    made.sample = [parts, weights](RecordedDraws& draws, Parameters all) {
      return drawn(parts, weights, draws, all);
    };
  }
  // the support has no parameters: check_components
  if (made.transform) {
    made.transform = [part = parts[0]](Parameters all) {
      return part.family->transform(all.subspan(part.first, part.count));
    };
  }
  made.location_scale = nullptr;
  made.cdf = nullptr;
  made.ccdf = nullptr;
  out.family = std::make_shared<const Family>(std::move(made));
  return out;
}

}  // namespace

Distribution mixture(const Expression& weights, const std::vector<Distribution>& components,
                     Place at) {
  const Weights vector{
      .rank = 1,
      .probability = [](const Expression& w, std::size_t k) { return w[std::int64_t(k)]; },
      .log_probability = [](const Expression& w,
                            std::size_t k) { return log(w[std::int64_t(k)]); }};
  if (weights.rank() > 0 && weights.shape().back() != std::int64_t(components.size())) {
    throw Failure({text("mixture", at), std::to_string(components.size()) + " weights",
                   std::to_string(weights.shape().back()), "one weight a component"});
  }
  return mixed(weights, vector, components, at);
}

Distribution mixture(const Expression& p, const Distribution& first, const Distribution& second,
                     Place at) {
  const Weights pair{
      .rank = 0,
      .probability = [](const Expression& w, std::size_t k) { return k == 0 ? w : 1.0 - w; },
      .log_probability = [](const Expression& w,
                            std::size_t k) { return k == 0 ? log(w) : log1p(-w); }};
  return mixed(p, pair, {first, second}, at);
}

Distribution custom(const Support& support,
                    const std::function<Expression(const Expression& x)>& log_density,
                    const std::function<Expression(RecordedDraws&)>& sample, Place at) {
  if (!log_density) {
    throw Failure({text("custom", at), "a formula for the log density", "none",
                   "give one, as [](const Expression& x) { return -0.5 * x * x; }"});
  }
  const Distribution base = flat(support, at);
  Family made = *base.family;
  made.name = "custom";
  made.normalised = true;
  made.log_density = [log_density](const Expression& x, Parameters) { return log_density(x); };
  if (sample) made.sample = [sample](RecordedDraws& draws, Parameters) { return sample(draws); };
  return {std::make_shared<const Family>(std::move(made)), base.parameters};
}

}  // namespace tyche
