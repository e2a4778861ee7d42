#include "tyche/compile/state_space.hpp"

#include <algorithm>

#include "tyche/passes/state_space.hpp"

namespace tyche {
namespace {

struct Sizes {
  int parameters, state, initial_noise, transition_noise;
};

/// Packs what the three programs take as one vector, [field][lanes].
class CompiledEvaluator final : public StateSpaceEvaluator {
 public:
  CompiledEvaluator(const Density& initial, const Density& transition, const Density& observation,
                    const Sizes& sizes, int lane_count)
      : StateSpaceEvaluator(lane_count),
        initial_(initial.evaluator(lane_count)),
        transition_(transition.evaluator(lane_count)),
        observation_(observation.evaluator(lane_count)),
        sizes_(sizes),
        input_(bytes(transition.dimension() + initial.dimension())),
        output_(bytes(sizes.state + 1)) {}

  void initial(Fields<const double> parameters, Fields<const double> noise, Fields<double> state,
               double* alive) noexcept override {
    double* to = begin(0, parameters);
    pack(to, noise, sizes_.initial_noise);
    move(*initial_, state, alive);
  }

  void transition(std::int64_t time, Fields<const double> parameters, Fields<const double> noise,
                  Fields<double> state, double* alive) noexcept override {
    double* to = begin(time, parameters);
    to = pack(to, {state.at, state.field_stride, state.lane_stride}, sizes_.state);
    pack(to, noise, sizes_.transition_noise);
    move(*transition_, state, alive);
  }

  void observation(std::int64_t time, Fields<const double> parameters, Fields<const double> state,
                   double* log_density) noexcept override {
    pack(begin(time, parameters), state, sizes_.state);
    observation_->evaluate(observation_->context(), input(), output(), log_density);
  }

 private:
  std::size_t bytes(int fields) const {
    return std::size_t(fields) * std::size_t(lanes) * sizeof(double);
  }
  double* input() const { return static_cast<double*>(input_.data()); }
  double* output() const { return static_cast<double*>(output_.data()); }

  double* begin(std::int64_t time, Fields<const double> parameters) {
    double* to = input();
    for (int l = 0; l < lanes; ++l) *to++ = double(time);
    return pack(to, parameters, sizes_.parameters);
  }

  double* pack(double* to, Fields<const double> from, int fields) {
    for (int k = 0; k < fields; ++k, to += lanes) {
      const double* field = from.at + k * from.field_stride;
      if (from.lane_stride == 1) {
        std::copy_n(field, lanes, to);
      } else {
        for (int l = 0; l < lanes; ++l) to[l] = field[l * from.lane_stride];
      }
    }
    return to;
  }

  void move(Evaluator& evaluator, Fields<double> state, double* alive) {
    evaluator.evaluate(evaluator.context(), input(), output(), alive);
    const double* from = output();
    for (int k = 0; k < sizes_.state; ++k) {
      std::copy_n(from + k * lanes, lanes, state.at + k * state.field_stride);
    }
  }

  std::unique_ptr<Evaluator> initial_, transition_, observation_;
  Sizes sizes_;
  AlignedBytes input_, output_;
};

class CompiledStateSpace final : public StateSpace {
 public:
  std::shared_ptr<Compiled> initial, transition, observation;
  int state = 0, parameters = 0;
  std::int64_t step_count = 0;
  std::vector<Noise> noise_first, noise_step;

  int state_size() const override { return state; }
  int parameter_size() const override { return parameters; }
  std::int64_t steps() const override { return step_count; }
  std::span<const Noise> initial_noise() const override { return noise_first; }
  std::span<const Noise> transition_noise() const override { return noise_step; }
  std::unique_ptr<StateSpaceEvaluator> evaluator(int lanes) const override {
    const Sizes sizes{parameters, state, int(noise_first.size()), int(noise_step.size())};
    return std::make_unique<CompiledEvaluator>(*initial, *transition, *observation, sizes, lanes);
  }
};

std::vector<Noise> noise_of(const std::vector<passes::NoiseKind>& kinds) {
  std::vector<Noise> out;
  for (passes::NoiseKind kind : kinds) {
    out.push_back(kind == passes::NoiseKind::normal ? Noise::normal : Noise::uniform);
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const StateSpace>> compile_state_space(
    const ir::Program& program, const std::vector<std::string>& parameters, const ir::DataSet& data,
    const CompileSettings& settings) {
  auto programs = passes::state_space(program, parameters, data);
  if (!programs) return std::unexpected(programs.error());
  const auto made = std::make_shared<CompiledStateSpace>();
  const auto compiled = [&](ir::Program& part, std::shared_ptr<Compiled>& to) -> Result<void> {
    auto code = Compiled::compile(std::move(part), data, settings);
    if (!code) return std::unexpected(code.error());
    to = std::move(*code);
    return {};
  };
  for (const auto& [part, to] : {std::pair(&programs->initial, &made->initial),
                                 std::pair(&programs->transition, &made->transition),
                                 std::pair(&programs->observation, &made->observation)}) {
    if (auto done = compiled(*part, *to); !done) return std::unexpected(done.error());
  }
  made->state = int(programs->state);
  made->parameters = int(programs->parameters);
  made->step_count = programs->steps;
  made->noise_first = noise_of(programs->initial_noise);
  made->noise_step = noise_of(programs->transition_noise);
  return made;
}

}  // namespace tyche
