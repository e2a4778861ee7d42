// A log density with its gradient as the benchmarks see it, whoever computes it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/workloads/workloads.hpp"

namespace bench {

struct Rival {
  std::string name;
  int dimension;
  std::function<double(const double* u, double* gradient)> log_density;
  Contender repeat;  // evaluates at point(dimension, 0)
};

/// `log_density(u, gradient)` is called directly in the timed loop, not through a std::function.
template <class Function>
Rival rival(std::string name, int dimension, Function log_density) {
  return {.name = std::move(name),
          .dimension = dimension,
          .log_density = log_density,
          .repeat = [log_density, u = point(dimension, 0),
                     gradient = point(dimension, 0)](int calls) mutable {
            for (int i = 0; i < calls; ++i) log_density(u.data(), gradient.data());
          }};
}

/// A hand-written density of bench/baseline with its data.
template <class Data>
Rival baseline(std::string name, int dimension, Data data,
               double (*log_density)(const Data&, const double*, double*)) {
  return rival(std::move(name), dimension,
               [data = std::make_shared<const Data>(std::move(data)), log_density](
                   const double* u, double* gradient) { return log_density(*data, u, gradient); });
}

/// What can be compared between rivals that drop different constants.
struct Answer {
  double difference;             // log density at point 0 less that at point 1
  std::vector<double> gradient;  // at point 0
};
Answer answer(const Rival& rival);

/// Largest relative difference of two answers, over the log density's size at either point and over
/// each gradient component.
double disagreement(const Rival& left, const Rival& right);

}  // namespace bench
