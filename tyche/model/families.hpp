// From a struct of templates (tyche/distributions, tyche/transforms) to its recorded form.
#pragma once
#include <array>
#include <memory>
#include <utility>

#include "tyche/model/distribution.hpp"
#include "tyche/model/node.hpp"

namespace tyche {

/// Throws Failure if the distribution is empty.
void check_family(const Distribution& d, const std::string& what, const Place& at);

/// A scalar transform over recorded expressions; u is a vector of one.
template <class T>
Transform recorded(const T& transform) {
  return {.constrain =
              [transform](const Expression& u) {
                auto [x, log_jacobian] = transform.constrain(u[0]);
                return std::pair(x, log_jacobian);
              },
          .unconstrain =
              [transform](const Expression& x) { return gathered({transform.unconstrain(x)}); }};
}

/// A transform of vectors or matrices.
template <class T>
Transform recorded_array(const T& transform) {
  return {.constrain =
              [transform](const Expression& u) {
                auto [x, log_jacobian] = transform.constrain(u);
                return std::pair(x, log_jacobian);
              },
          .unconstrain = [transform](const Expression& x) { return transform.unconstrain(x); },
          .unconstrained_size = transform.unconstrained_size()};
}

/// `function(parameters[0], ..., parameters[n - 1])`.
template <std::size_t n, class Function>
auto spread(const Function& function, std::span<const Expression> parameters) {
  return [&]<std::size_t... k>(std::index_sequence<k...>) {
    return function(parameters[k]...);
  }(std::make_index_sequence<n>());
}

/// The family of D, a distribution of scalars.
template <class D>
std::shared_ptr<const Family> family() {
  static constexpr std::size_t n = D::parameters.size();
  using Parameters = std::span<const Expression>;
  Family made{.name = std::string(D::name),
              .parameters = {D::parameters.begin(), D::parameters.end()},
              .ranks = std::vector<int>(n, 0),
              .whole = D::domain.whole,
              .domain = D::domain,
              .domains = {D::domains.begin(), D::domains.end()}};
  if constexpr (requires { &D::ends; }) {
    made.ends = [](std::span<const double> p) {
      return [&]<std::size_t... k>(std::index_sequence<k...>) {
        return D::ends(p[k]...);
      }(std::make_index_sequence<n>());
    };
  }
  made.log_density = [](const Expression& x, Parameters parameters) {
    return spread<n>([&](auto... p) { return D::log_density(x, p...); }, parameters);
  };
  made.sample = [](RecordedDraws& draws, Parameters parameters) {
    return spread<n>([&](auto... p) { return D::sample(draws, p...); }, parameters);
  };
  constexpr auto parameters_of = [](auto&& f) {
    return [f](Parameters parameters) { return spread<n>(f, parameters); };
  };
  if constexpr (!D::domain.whole) {
    using Support = decltype(spread<n>([](auto... p) { return D::support(p...); }, Parameters()));
    made.support = Support::name;
    made.transform = parameters_of([](auto... p) { return recorded(D::support(p...)); });
  }
  constexpr bool standardises = []<std::size_t... k>(std::index_sequence<k...>) {
    return requires(Expression e) { D::standardised(((void)k, e)...); };
  }(std::make_index_sequence<n>());
  if constexpr (standardises) {
    made.location_scale = parameters_of([](auto... p) {
      const auto standardised = D::standardised(p...);
      return std::pair(standardised.offset, standardised.multiplier);
    });
  }
  constexpr bool has_cdf = []<std::size_t... k>(std::index_sequence<k...>) {
    return requires(Expression e) { D::cdf(e, ((void)k, e)...); };
  }(std::make_index_sequence<n>());
  if constexpr (has_cdf) {
    made.cdf = [](const Expression& x, Parameters parameters) {
      return spread<n>([&](auto... p) { return D::cdf(x, p...); }, parameters);
    };
    made.ccdf = [](const Expression& x, Parameters parameters) {
      return spread<n>([&](auto... p) { return D::ccdf(x, p...); }, parameters);
    };
  }
  return std::make_shared<const Family>(std::move(made));
}

/// D with these parameters.
template <class D, class... Parameters>
Distribution distribution(const Parameters&... parameters) {
  static const auto shared = family<D>();
  return {shared, {as_real(parameters)...}};
}

}  // namespace tyche
