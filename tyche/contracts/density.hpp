// A density: a batch of unconstrained positions in, log densities and gradients out.
#pragma once
#include <memory>

namespace tyche {

/// `q` and `gradient` are [dimension][lanes], `log_density` is [lanes]. A position where the model
/// rejects or overflows answers -inf in its own lane only; its gradient is then unspecified.
using Evaluate = void (*)(void* context, const double* q, double* gradient,
                          double* log_density) noexcept;

/// One thread's way to ask: the function and its workspace.
class Evaluator {
 public:
  Evaluator(Evaluate evaluate, int lanes) : evaluate(evaluate), lanes(lanes) {}
  virtual ~Evaluator() = default;
  virtual void* context() = 0;

  const Evaluate evaluate;
  const int lanes;
};

/// Nanoseconds that a gradient takes a chain, roughly: by evaluator(8), all eight lanes in use, and
/// by evaluator(1). Both 0: not known.
struct GradientCost {
  double chains = 0;
  double rows = 0;
};

class Recentring;

class Density {
 public:
  virtual ~Density() = default;
  virtual int dimension() const = 0;
  /// An evaluator of `lanes` positions at once (1, 4 or 8) with a workspace of its own. One a
  /// thread.
  virtual std::unique_ptr<Evaluator> evaluator(int lanes) const = 0;
  /// A function of program and shapes alone: by it a run chooses its mapping.
  virtual GradientCost cost() const { return {}; }
  /// Null where no element has a centring to be learnt. Made at first need; throws Failure.
  virtual const Recentring* recentring() const { return nullptr; }
};

}  // namespace tyche
