// A posterior: a model compiled against its data. What every method of inference is handed.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tyche/compile/compiled.hpp"
#include "tyche/contracts/quantities.hpp"
#include "tyche/passes/pipeline.hpp"

namespace tyche {

struct LogDensity {
  double value = 0;  // -inf where the model rejects
  std::vector<double> gradient;
};

class Posterior final : public Density, public Quantities {
 public:
  /// Runs the passes and the compiler. Errors are those of the program, its data or the passes.
  static Result<std::shared_ptr<Posterior>> create(const ir::Program& program,
                                                   const ir::DataSet& data,
                                                   const CompileSettings& settings = {});

  int dimension() const override { return density_->dimension(); }
  std::unique_ptr<Evaluator> evaluator(int lanes) const override {
    return density_->evaluator(lanes);
  }
  const std::vector<Variable>& variables() const override { return variables_; }
  std::unique_ptr<QuantityEvaluator> quantities() const override;

  /// At an unconstrained position, Jacobians included.
  LogDensity log_density(std::span<const double> position) const;
  /// All scalars of variables() at an unconstrained position; NaN where a quantity rejects.
  std::vector<double> constrain(std::span<const double> position) const;
  /// The position at which the parameters have these values, by name. An Error where one is
  /// missing, has other dims, or lies outside its support.
  Result<std::vector<double>> unconstrain(const ir::DataSet& parameters) const;
  /// `theta[2]` for the second unconstrained value of a scalar-by-scalar parameter; where a
  /// parameter's elements have another number of unconstrained values, they are counted.
  std::vector<std::string> unconstrained_names() const;
  const ir::Layout& layout() const { return layout_; }

  /// The passes and their times, the mapping and why, and where compile time went. With
  /// CompileSettings::keep_text also the IR after the passes, LLVM IR and assembly.
  std::string explain() const;
  const Compiled& density() const { return *density_; }

 private:
  Posterior() = default;

  std::shared_ptr<Compiled> density_;
  std::shared_ptr<Compiled> compiled_outputs_;  // or, where they draw random numbers:
  std::optional<interpret::Interpreter> interpreted_outputs_;
  std::vector<Variable> variables_;
  ir::Layout layout_;
  ir::Program source_;
  ir::DataSet data_;
  passes::Trace trace_;
  std::string printed_;  // the gradient's program, if text is kept
};

}  // namespace tyche
