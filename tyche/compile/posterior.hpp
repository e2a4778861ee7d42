// A posterior: a model compiled against its data. What every method of inference is handed.
#pragma once
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "tyche/compile/compiled.hpp"
#include "tyche/compile/explanation.hpp"
#include "tyche/compile/outputs.hpp"
#include "tyche/compile/recentring.hpp"
#include "tyche/passes/pipeline.hpp"

namespace tyche {

struct LogDensity {
  double value = 0;  // -inf where the model rejects
  std::vector<double> gradient;
};

class Posterior final : public Density,
                        public Quantities,
                        public std::enable_shared_from_this<Posterior> {
 public:
  /// Runs the passes and the compiler. `run` says which choices are sampled, observed or fixed.
  /// Errors are those of the program, its data, the settings or the passes.
  static Result<std::shared_ptr<Posterior>> create(const ir::Program& program, ir::DataSet data,
                                                   const CompileSettings& settings = {},
                                                   const passes::Run& run = {});

  int dimension() const override { return density_->dimension(); }
  std::unique_ptr<Evaluator> evaluator(int lanes) const override {
    return density_->evaluator(lanes);
  }
  GradientCost cost() const override { return density_->cost(); }
  const Recentring* recentring() const override;
  const std::vector<Variable>& variables() const override { return outputs_->variables(); }
  std::unique_ptr<QuantityEvaluator> quantities() const override { return outputs_->quantities(); }

  /// Other numbers of the same shape, for everything that this posterior answers from then on; not
  /// while an evaluation runs. An Error, after which nothing has changed, if there are no such
  /// data, their type differs, a number lies outside its support, or an integer leaves the range
  /// that the code was compiled for.
  Result<void> rebind(const std::string& name, const ir::Array& array);

  /// At an unconstrained position, Jacobians included. Throws Failure if its length is not
  /// dimension(); so does `constrain`.
  LogDensity log_density(std::span<const double> position) const;
  /// All scalars of variables() at an unconstrained position; NaN where a quantity rejects.
  std::vector<double> constrain(std::span<const double> position) const;
  /// The position at which the parameters have these values, by name. An Error where one is
  /// missing, has other dims, or lies outside its support.
  Result<std::vector<double>> unconstrain(const ir::DataSet& parameters) const;
  std::vector<std::string> unconstrained_names() const { return ir::unconstrained_names(layout_); }
  const ir::Layout& layout() const { return layout_; }

  /// What is behind a number of the density: by the interpreter, of the data in hand.
  Result<Explanation> explanation() const { return Explanation::create(source_, data_, run_); }
  /// The passes and their times, the code so far with its mapping, and where compile time went.
  /// With CompileSettings::keep_text also the IR after the passes, LLVM IR and assembly.
  std::string explain() const;

 private:
  Posterior() = default;

  std::shared_ptr<Compiled> density_;
  std::unique_ptr<Outputs> outputs_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<CompiledRecentring> recentring_;  // at first need
  CompileSettings settings_;
  ir::Layout layout_;
  ir::Program source_;
  SharedData data_;
  passes::Run run_;
  passes::Trace trace_;
  std::string printed_;  // the gradient's program, if text is kept
};

}  // namespace tyche
