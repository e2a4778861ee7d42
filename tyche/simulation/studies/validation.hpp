// Whether a simulation agrees with what was observed: the tests of Kolmogorov and Smirnov.
#pragma once
#include <functional>
#include <span>

#include "tyche/base/error.hpp"

namespace tyche::simulation {

/// The greatest distance of two distribution functions, and how probable one as great is if all
/// observations are independent and of one law. The waits of customers of one run are not: they
/// follow each other, and p comes out too small; compare a number a replication, or observations
/// far enough apart.
struct KolmogorovSmirnov {
  double distance = 0;
  double p_value = 0;
  bool exact = false;  // else by the limit law
};

/// A sample against a distribution function. p is exact to 500 observations (Marsaglia, Tsang and
/// Wang 2003), and beyond by the limit law with Vrbik's (2018) correction, off by less than 2e-5.
/// The function is continuous; an Error where it gives no probability, of no observations, or of
/// one that is not finite.
Result<KolmogorovSmirnov> kolmogorov_smirnov(std::span<const double> sample,
                                             const std::function<double(double)>& cdf);

/// Two samples, such as a simulation's and a trace. p counts paths exactly (Hodges 1957) where the
/// product of their sizes is up to ten million, and beyond is by the limit law with Stephens'
/// (1970) correction, off by up to 0.01 in the middle and a tenth of p below 0.1. Where values
/// coincide p is too large rather than too small.
Result<KolmogorovSmirnov> kolmogorov_smirnov(std::span<const double> sample,
                                             std::span<const double> other);

}  // namespace tyche::simulation
