// A state-space model: a filter's three functions, for a batch of particles in lanes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace tyche {

/// Fields of a batch: field k of lane l is at[k * field_stride + l * lane_stride]. Parameters have
/// lane stride 0 (one for all particles) or 1 (each its own); everything else has lane stride 1.
template <class Real>
struct Fields {
  Real* at = nullptr;
  std::ptrdiff_t field_stride = 1;
  std::ptrdiff_t lane_stride = 1;
};

/// What a number of the noise is: standard normal, or uniform in (0, 1).
enum class Noise : std::uint8_t { uniform, normal };

/// One thread's way to ask. Randomness is an argument, so that equal arguments give equal answers;
/// a lane sees no other lane. `alive` and `log_density` hold a number a lane; a lane that the model
/// rejects answers -inf (else 0 in `alive`), and its state is then unspecified.
class StateSpaceEvaluator {
 public:
  explicit StateSpaceEvaluator(int lane_count) : lanes(lane_count) {}
  virtual ~StateSpaceEvaluator() = default;

  virtual void initial(Fields<const double> parameters, Fields<const double> noise,
                       Fields<double> state, double* alive) noexcept = 0;
  /// From the state before step `time` (0 to steps - 1) to the one after it, in place.
  virtual void transition(std::int64_t time, Fields<const double> parameters,
                          Fields<const double> noise, Fields<double> state,
                          double* alive) noexcept = 0;
  /// Log density of what was observed at `time`, given the state after that step.
  virtual void observation(std::int64_t time, Fields<const double> parameters,
                           Fields<const double> state, double* log_density) noexcept = 0;

  const int lanes;
};

class StateSpace {
 public:
  virtual ~StateSpace() = default;
  virtual int state_size() const = 0;
  virtual int parameter_size() const = 0;
  virtual std::int64_t steps() const = 0;
  /// The numbers that `initial` and each `transition` take.
  virtual std::span<const Noise> initial_noise() const = 0;
  virtual std::span<const Noise> transition_noise() const = 0;
  /// An evaluator of `lanes` particles at once (1 or 8). One a thread.
  virtual std::unique_ptr<StateSpaceEvaluator> evaluator(int lanes) const = 0;
};

}  // namespace tyche
