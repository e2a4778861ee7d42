// Each data set is a draw from its model at the truth named in the code.
#include "bench/workloads/workloads.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace bench {
namespace {

using Generator = std::mt19937_64;

double standard_normal(Generator& generator) {
  return std::normal_distribution<double>(0, 1)(generator);
}

// Sizes largest^((k / (groups - 1))^power): a geometric law bent until the rows add up.
std::vector<int> sizes_bent_by(double power, int groups, int largest) {
  std::vector<int> sizes;
  for (int k = 0; k < groups; ++k) {
    const double rank = std::pow(double(k) / (groups - 1), power);
    sizes.push_back(static_cast<int>(std::lround(std::pow(largest, rank))));
  }
  return sizes;
}

std::vector<int> group_sizes(int rows, int groups, int largest) {
  double low = 1, high = 20;
  for (int i = 0; i < 60; ++i) {
    const double power = (low + high) / 2;
    const auto sizes = sizes_bent_by(power, groups, largest);
    (std::reduce(sizes.begin(), sizes.end()) > rows ? low : high) = power;
  }
  auto sizes = sizes_bent_by(high, groups, largest);
  // What rounding left over goes to the groups below the largest.
  for (auto size = sizes.rbegin() + 1; std::reduce(sizes.begin(), sizes.end()) < rows; ++size)
    ++*size;
  return sizes;
}

}  // namespace

EightSchools eight_schools() {
  return {.y = {28, 8, -3, 7, -1, 1, 18, 12}, .sigma = {15, 10, 16, 11, 9, 11, 10, 18}};
}

Logistic logistic(int n, int p, std::uint64_t seed) {
  Generator generator(seed);
  Logistic data{.n = n, .p = p, .x = {}, .y = {}};
  for (int i = 0; i < n; ++i) {
    double eta = 0.5;
    for (int j = 1; j <= p; ++j) {
      const double x = standard_normal(generator);
      data.x.push_back(x);
      eta += (j % 2 == 0 ? x : -x) / std::sqrt(j);
    }
    data.y.push_back(std::bernoulli_distribution(1 / (1 + std::exp(-eta)))(generator) ? 1 : 0);
  }
  return data;
}

Volatility volatility(int length, std::uint64_t seed) {
  Generator generator(seed);
  std::student_t_distribution<double> student(10);
  Volatility data;
  double s = 0;
  for (int t = 0; t < length; ++t) {
    s += 0.15 * standard_normal(generator);
    data.returns.push_back(std::exp(s) * student(generator));
  }
  return data;
}

Radon radon(std::uint64_t seed) { return radon(919, 85, 116, seed); }

Radon radon(int rows, int groups, int largest, std::uint64_t seed) {
  Generator generator(seed);
  auto sizes = group_sizes(rows, groups, largest);
  std::shuffle(sizes.begin(), sizes.end(), generator);
  Radon data{.groups = groups, .group = {}, .x = {}, .y = {}};
  std::vector<double> a;
  for (const int size : sizes) {
    const int g = static_cast<int>(a.size());
    data.group.insert(data.group.end(), static_cast<std::size_t>(size), g);
    a.push_back(1.5 + 0.3 * standard_normal(generator));
  }
  std::shuffle(data.group.begin(), data.group.end(), generator);
  for (const int g : data.group) {
    const double x = std::bernoulli_distribution(0.17)(generator) ? 1 : 0;
    data.x.push_back(x);
    data.y.push_back(a[static_cast<std::size_t>(g)] - 0.7 * x + 0.75 * standard_normal(generator));
  }
  return data;
}

std::vector<double> point(int dimension, int k) {
  std::vector<double> u;
  for (int i = 0; i < dimension; ++i) u.push_back(0.2 * std::sin(1.0 + 1.7 * i + 2.9 * k));
  return u;
}

}  // namespace bench
