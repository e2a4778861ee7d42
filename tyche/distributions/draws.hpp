// The draws that a sampler of doubles asks for, from a stream.
#pragma once
#include "tyche/numeric/random.hpp"
#include "tyche/transforms/sequence.hpp"

namespace tyche::distributions {

/// A recorded counterpart has the same members over expressions.
class StreamDraws {
 public:
  using S = transforms::Sequences;

  explicit StreamDraws(Stream& stream) : stream_(stream) {}
  double uniform() { return numeric::uniform(stream_); }
  double normal() { return numeric::normal(stream_); }
  /// The value of the first attempt that says true: attempt(draws) gives (accepted, value).
  template <class Attempt>
  double accepted(const Attempt& attempt) {
    for (;;) {
      const auto [yes, value] = attempt(*this);
      if (yes) return value;
    }
  }
  /// n values: element(draws, k) gives the k-th.
  template <class Element>
  S::Vector tabulated(std::int64_t n, const Element& element) {
    return S::tabulate(n, [&](std::int64_t k) { return element(*this, k); });
  }

 private:
  Stream& stream_;
};

}  // namespace tyche::distributions
