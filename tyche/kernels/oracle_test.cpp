#include "tyche/kernels/oracle_test.hpp"

#include <mpfr.h>

#include <cmath>
#include <cstdlib>
#include <map>

namespace tyche {
namespace {

/// A 160-bit number that frees itself.
struct Number {
  mpfr_t v;
  Number(double x = 0) {  // NOLINT: a double is a number
    mpfr_init2(v, 160);
    mpfr_set_d(v, x, MPFR_RNDN);
  }
  Number(const Number& other) : Number() { mpfr_set(v, other.v, MPFR_RNDN); }
  Number& operator=(const Number& other) { return mpfr_set(v, other.v, MPFR_RNDN), *this; }
  ~Number() { mpfr_clear(v); }
};

using Unary = int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t);
using Binary = int (*)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

Number apply(Unary f, const Number& a) {
  Number out;
  f(out.v, a.v, MPFR_RNDN);
  return out;
}
Number apply(Binary f, const Number& a, const Number& b) {
  Number out;
  f(out.v, a.v, b.v, MPFR_RNDN);
  return out;
}
Number operator+(const Number& a, const Number& b) { return apply(mpfr_add, a, b); }
Number operator-(const Number& a, const Number& b) { return apply(mpfr_sub, a, b); }
Number operator*(const Number& a, const Number& b) { return apply(mpfr_mul, a, b); }
Number operator/(const Number& a, const Number& b) { return apply(mpfr_div, a, b); }
Number operator-(const Number& a) { return apply(mpfr_neg, a); }

Number pi() {
  Number out;
  mpfr_const_pi(out.v, MPFR_RNDN);
  return out;
}

Number phi_cdf(const Number& x) {
  return Number(0.5) * apply(mpfr_erfc, -x / apply(mpfr_sqrt, Number(2)));
}

/// One Newton step from the computed value, whose error it squares.
Number phi_inverse(double p, double z) {
  if (!(p > 0 && p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
  if (!std::isfinite(z)) return NAN;
  const Number x(z);
  const Number density = apply(mpfr_exp, -x * x / Number(2)) / apply(mpfr_sqrt, pi() * Number(2));
  return x - (phi_cdf(x) - Number(p)) / density;
}

Number log1m_exp(double x) {
  if (x > -0.6) return apply(mpfr_log, -apply(mpfr_expm1, Number(x)));
  return apply(mpfr_log1p, -apply(mpfr_exp, Number(x)));
}

Number log_sum_exp(double a, double b) {
  if (a == b) return Number(a) + apply(mpfr_log, Number(2));
  const Number high(std::fmax(a, b)), low(std::fmin(a, b));
  return high + apply(mpfr_log1p, apply(mpfr_exp, low - high));
}

Number log_gamma(double x) {
  Number out;
  int sign = 0;
  mpfr_lgamma(out.v, &sign, Number(x).v, MPFR_RNDN);
  return out;
}

/// By recurrence up to 50, then the asymptotic series (Abramowitz and Stegun 6.4.12), to 2^-140.
Number trigamma_positive(Number x) {
  // Bernoulli numbers B(2), B(4), ...
  constexpr double bernoulli[][2] = {
      {1, 6},      {-1, 30},     {1, 42},      {-1, 30},       {5, 66},       {-691, 2730},
      {7, 6},      {-3617, 510}, {43867, 798}, {-174611, 330}, {854513, 138}, {-236364091, 2730},
      {8553103, 6}};
  Number sum;
  for (; mpfr_cmp_d(x.v, 50) < 0; x = x + Number(1)) sum = sum + Number(1) / (x * x);
  const Number inverse = Number(1) / x, square = inverse * inverse;
  sum = sum + inverse + square / Number(2);
  Number power = inverse;
  for (const auto& [top, bottom] : bernoulli) {
    power = power * square;
    sum = sum + Number(top) / Number(bottom) * power;
  }
  return sum;
}

Number trigamma(double x) {
  if (!(x < 0)) return std::isnan(x) ? Number(x) : trigamma_positive(Number(x));
  const Number sine = apply(mpfr_sinpi, Number(x));
  return pi() * pi() / (sine * sine) - trigamma_positive(Number(1) - Number(x));
}

Number value(std::string_view name, double a, double b, double computed) {
  static const std::map<std::string_view, Unary> direct = {
      {"exp", mpfr_exp},        {"log", mpfr_log},          {"log1p", mpfr_log1p},
      {"expm1", mpfr_expm1},    {"tanh", mpfr_tanh},        {"sin", mpfr_sin},
      {"cos", mpfr_cos},        {"erf", mpfr_erf},          {"erfc", mpfr_erfc},
      {"sqrt", mpfr_sqrt},      {"floor", mpfr_rint_floor}, {"round", mpfr_rint_round},
      {"digamma", mpfr_digamma}};
  if (const auto f = direct.find(name); f != direct.end()) return apply(f->second, Number(a));
  if (name == "inv1p" && a >= -1) return Number(1) / (Number(1) + Number(a));
  if (name == "inv1p") return Number(NAN);
  if (name == "log1p_unit") return apply(mpfr_log1p, Number(a));
  if (name == "inv_logit") return Number(1) / (Number(1) + apply(mpfr_exp, -Number(a)));
  if (name == "log1p_exp" && a > 200) return Number(a);
  if (name == "log1p_exp") return apply(mpfr_log1p, apply(mpfr_exp, Number(a)));
  if (name == "log1m_exp") return log1m_exp(a);
  if (name == "log_sum_exp") return log_sum_exp(a, b);
  if (name == "pow") return apply(mpfr_pow, Number(a), Number(b));
  if (name == "Phi") return phi_cdf(Number(a));
  if (name == "inv_Phi") return phi_inverse(a, computed);
  if (name == "lgamma") return log_gamma(a);
  if (name == "trigamma") return trigamma(a);
  std::abort();  // a row of elementary.def without an exact value
}

}  // namespace

Exact exact_value(std::string_view name, double a, double b, double computed) {
  const Number v = value(name, a, b, computed);
  const double high = mpfr_get_d(v.v, MPFR_RNDN);
  if (!std::isfinite(high)) return {high, 0};
  return {high, mpfr_get_d((v - Number(high)).v, MPFR_RNDN)};
}

}  // namespace tyche
