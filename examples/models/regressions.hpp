// Regressions: logistic, radon-like with groups, and those of the known posteriors.
#pragma once
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "tyche/model/json.hpp"
#include "tyche/model/model.hpp"
#include "tyche/numeric/elementary.hpp"

namespace tyche::models {

using Column = std::vector<double>;

/// f at each row of one or two columns.
template <class F>
Column mapped(const F& f, const Column& a) {
  Column out;
  for (double x : a) out.push_back(f(x));
  return out;
}
template <class F>
Column mapped(const F& f, const Column& a, const Column& b) {
  Column out;
  for (std::size_t n = 0; n < a.size(); ++n) out.push_back(f(a[n], b[n]));
  return out;
}

inline Column product(const Column& a, const Column& b) {
  return mapped([](double x, double y) { return x * y; }, a, b);
}

inline Column logarithms(const Column& a) {
  return mapped([](double x) { return numeric::log(x); }, a);
}

/// Less the mean, over twice the sample sd.
inline Column standardised(const Column& a) {
  double mean = 0, squares = 0;
  for (double x : a) mean += x / double(a.size());
  for (double x : a) squares += (x - mean) * (x - mean);
  const double two_sd = 2 * std::sqrt(squares / double(a.size() - 1));
  return mapped([&](double x) { return (x - mean) / two_sd; }, a);
}

inline Model logistic(const Matrix& X, const std::vector<int>& y) {
  Model m;
  const auto alpha = m.param("alpha", normal(0, 10));
  const auto beta = m.param("beta", normal(0, 10), X.cols);
  m.observe("y", bernoulli_logit(alpha + m.data("X", X) * beta), y);
  return m;
}

/// group[i] in [0, groups).
inline Model radon(const std::vector<int>& group, std::int64_t groups, const Column& x,
                   const Column& y) {
  Model m;
  const auto mu_a = m.param("mu_a", normal(0, 10));
  const auto b = m.param("b", normal(0, 10));
  const auto sd_a = m.param("sd_a", half_normal(1));
  const auto sd_y = m.param("sd_y", half_normal(1));
  const auto a = m.param("a", normal(mu_a, sd_a), groups);
  const auto g = m.data("group", group);
  m.observe("y", normal(a[g] + b * m.data("x", x), sd_y), y);
  return m;
}

/// A column and its name in the model.
using Named = std::pair<std::string, Column>;

inline Named named(const ir::DataSet& data, const std::string& name) {
  return {name, reals(data, name)};
}

/// response ~ normal(beta[0] + beta[1] columns[0] + ..., sigma), beta flat.
inline Model regression(const Named& response, const std::vector<Named>& columns,
                        const Distribution& of_sigma = flat(positive())) {
  Model m;
  const auto beta = m.param("beta", flat(), std::int64_t(columns.size()) + 1);
  const auto sigma = m.param("sigma", of_sigma);
  Expression mean = beta[0];
  for (std::size_t k = 0; k < columns.size(); ++k) {
    mean += beta[k + 1] * m.data(columns[k].first, columns[k].second);
  }
  m.observe(response.first, normal(mean, sigma), response.second);
  return m;
}

inline Model kidiq_momiq(const ir::DataSet& data) {
  return regression(named(data, "kid_score"), {named(data, "mom_iq")}, half_cauchy(2.5));
}

inline Model kidiq_interaction(const ir::DataSet& data) {
  const Named hs = named(data, "mom_hs"), iq = named(data, "mom_iq");
  return regression(named(data, "kid_score"), {hs, iq, {"both", product(hs.second, iq.second)}},
                    half_cauchy(2.5));
}

inline Model kidiq_interaction_z(const ir::DataSet& data) {
  const Column hs = standardised(reals(data, "mom_hs")), iq = standardised(reals(data, "mom_iq"));
  return regression(named(data, "kid_score"),
                    {{"z_mom_hs", hs}, {"z_mom_iq", iq}, {"z_both", product(hs, iq)}});
}

inline Model earnings_height(const ir::DataSet& data) {
  return regression(named(data, "earn"), {named(data, "height")});
}

inline Model earnings_interaction(const ir::DataSet& data) {
  const Named height = named(data, "height"), male = named(data, "male");
  return regression({"log_earn", logarithms(reals(data, "earn"))},
                    {height, male, {"height_male", product(height.second, male.second)}});
}

/// Of 1980 and of 2000.
inline Model nes(const ir::DataSet& data) {
  const auto age = [&](const char* name, double group) {
    const auto is_group = [group](double a) { return a == group ? 1.0 : 0.0; };
    return Named(name, mapped(is_group, reals(data, "age_discrete")));
  };
  return regression(
      named(data, "partyid7"),
      {named(data, "real_ideo"), named(data, "race_adj"), age("age30_44", 2), age("age45_64", 3),
       age("age65up", 4), named(data, "educ1"), named(data, "gender"), named(data, "income")});
}

inline Model mesquite(const ir::DataSet& data) {
  return regression(named(data, "weight"),
                    {named(data, "diam1"), named(data, "diam2"), named(data, "canopy_height"),
                     named(data, "total_height"), named(data, "density"), named(data, "group")});
}

inline Model mesquite_logvas(const ir::DataSet& data) {
  const Column d1 = reals(data, "diam1"), d2 = reals(data, "diam2");
  const Column area = product(d1, d2);
  const Column shape = mapped([](double a, double b) { return a / b; }, d1, d2);
  return regression({"log_weight", logarithms(reals(data, "weight"))},
                    {{"log_volume", logarithms(product(area, reals(data, "canopy_height")))},
                     {"log_area", logarithms(area)},
                     {"log_shape", logarithms(shape)},
                     {"log_height", logarithms(reals(data, "total_height"))},
                     {"log_density", logarithms(reals(data, "density"))},
                     named(data, "group")});
}

/// x is the year plus 2000, so that alpha and beta are correlated.
inline Model kilpisjarvi(const ir::DataSet& data) {
  Model m;
  const auto alpha = m.param("alpha", normal(real(data, "pmualpha"), real(data, "psalpha")));
  const auto beta = m.param("beta", normal(real(data, "pmubeta"), real(data, "psbeta")));
  const auto sigma = m.param("sigma", flat(positive()));
  m.observe("y", normal(alpha + beta * m.data("x", reals(data, "x")), sigma), reals(data, "y"));
  return m;
}

/// The first column of X is all ones; Intercept is the level at the means of the others.
inline Model diamonds(const ir::DataSet& data) {
  const Matrix X = matrix(data, "X");
  Matrix Z{X.rows, X.cols - 1, {}};
  Column means;
  for (std::int64_t j = 1; j < X.cols; ++j) {
    const auto column = X.values.begin() + j * X.rows;
    means.push_back(std::accumulate(column, column + X.rows, 0.0) / double(X.rows));
    for (std::int64_t n = 0; n < X.rows; ++n) Z.values.push_back(X(n, j) - means.back());
  }
  Model m;
  const auto b = m.param("b", normal(0, 1), Z.cols);
  const auto intercept = m.param("Intercept", student_t(3, 8, 10));
  const auto sigma = m.param("sigma", bounded(student_t(3, 0, 10), positive()));
  m.let("b_Intercept", intercept - dot(means, b));
  m.observe("Y", normal(intercept + m.data("Z", Z) * b, sigma), reals(data, "Y"));
  return m;
}

inline Model sblr(const ir::DataSet& data) {
  Model m;
  const auto X = m.data("X", matrix(data, "X"));
  const auto beta = m.param("beta", normal(0, 10), X.shape()[1]);
  const auto sigma = m.param("sigma", half_normal(10));
  m.observe("y", normal(X * beta, sigma), reals(data, "y"));
  return m;
}

}  // namespace tyche::models
