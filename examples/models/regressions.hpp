// Regressions: logistic, radon-like with groups, and those of the known posteriors.
#pragma once
#include <cmath>
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

inline Model kidiq_momiq(const ir::DataSet& data) {
  Model m;
  const auto beta = m.param("beta", flat(), 2);
  const auto sigma = m.param("sigma", half_cauchy(2.5));
  const auto mom_iq = m.data("mom_iq", reals(data, "mom_iq"));
  m.observe("kid_score", normal(beta[0] + beta[1] * mom_iq, sigma), reals(data, "kid_score"));
  return m;
}

/// beta[0] + beta[1] columns[0] + ...; improper flat priors.
inline Model flat_regression(const std::string& response, const Column& y,
                             const std::vector<std::pair<std::string, Column>>& columns) {
  Model m;
  const auto beta = m.param("beta", flat(), std::int64_t(columns.size()) + 1);
  const auto sigma = m.param("sigma", flat(positive()));
  Expression mean = beta[0];
  for (std::size_t k = 0; k < columns.size(); ++k) {
    mean += beta[k + 1] * m.data(columns[k].first, columns[k].second);
  }
  m.observe(response, normal(mean, sigma), y);
  return m;
}

inline Model kidiq_interaction_z(const ir::DataSet& data) {
  const Column hs = standardised(reals(data, "mom_hs")), iq = standardised(reals(data, "mom_iq"));
  const Column both = mapped([](double a, double b) { return a * b; }, hs, iq);
  return flat_regression("kid_score", reals(data, "kid_score"),
                         {{"z_mom_hs", hs}, {"z_mom_iq", iq}, {"z_both", both}});
}

inline Model earnings_interaction(const ir::DataSet& data) {
  const Column height = reals(data, "height"), male = reals(data, "male");
  const Column both = mapped([](double a, double b) { return a * b; }, height, male);
  return flat_regression("log_earn", logarithms(reals(data, "earn")),
                         {{"height", height}, {"male", male}, {"height_male", both}});
}

inline Model nes(const ir::DataSet& data) {
  const Column age = reals(data, "age_discrete");
  const auto group = [&](double g) {
    return mapped([g](double a) { return a == g ? 1.0 : 0.0; }, age);
  };
  const auto column = [&](const char* name) { return std::pair(name, reals(data, name)); };
  return flat_regression("partyid7", reals(data, "partyid7"),
                         {column("real_ideo"), column("race_adj"), std::pair("age30_44", group(2)),
                          std::pair("age45_64", group(3)), std::pair("age65up", group(4)),
                          column("educ1"), column("gender"), column("income")});
}

inline Model mesquite_logvas(const ir::DataSet& data) {
  const Column d1 = reals(data, "diam1"), d2 = reals(data, "diam2");
  const Column area = mapped([](double a, double b) { return a * b; }, d1, d2);
  const Column volume =
      mapped([](double a, double b) { return a * b; }, area, reals(data, "canopy_height"));
  const Column shape = mapped([](double a, double b) { return a / b; }, d1, d2);
  return flat_regression("log_weight", logarithms(reals(data, "weight")),
                         {{"log_volume", logarithms(volume)},
                          {"log_area", logarithms(area)},
                          {"log_shape", logarithms(shape)},
                          {"log_height", logarithms(reals(data, "total_height"))},
                          {"log_density", logarithms(reals(data, "density"))},
                          {"group", reals(data, "group")}});
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
