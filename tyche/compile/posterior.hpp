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

/// One statement's part in the log density at a point.
struct Contribution {
  std::string place;              // file and line of the statement, or "the model"
  std::int64_t observation = -1;  // index of the observation; -1: none
  double value = 0;
  double before = 0;  // at the other point, where two were compared
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

  /// At an unconstrained position, Jacobians included. Throws Failure if its length is not
  /// dimension(); so do `constrain`, `largest_change` and `rejection`.
  LogDensity log_density(std::span<const double> position) const;
  /// All scalars of variables() at an unconstrained position; NaN where a quantity rejects.
  std::vector<double> constrain(std::span<const double> position) const;
  /// The position at which the parameters have these values, by name. An Error where one is
  /// missing, has other dims, or lies outside its support.
  Result<std::vector<double>> unconstrain(const ir::DataSet& parameters) const;
  /// The term of the log density that changed most from one position to another: what is behind a
  /// divergence. By the interpreter; none if either point rejects.
  std::optional<Contribution> largest_change(std::span<const double> before,
                                             std::span<const double> after) const;
  /// Why the model rejects a position, with the statement; empty if it does not.
  std::string rejection(std::span<const double> position) const;
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
  Result<interpret::Interpreter> interpreter(ir::Program program, const ir::DataSet& data,
                                             const passes::Run& run) const;
  std::string place(std::int32_t location) const;
  void check_length(std::span<const double> position) const;

  std::shared_ptr<Compiled> density_;
  std::shared_ptr<Compiled> compiled_outputs_;  // or, where they draw random numbers:
  std::optional<interpret::Interpreter> interpreted_outputs_;
  std::vector<Variable> variables_;
  ir::Layout layout_;
  ir::Program source_;
  ir::DataSet data_;
  passes::Run run_;
  passes::Trace trace_;
  std::string printed_;  // the gradient's program, if text is kept
};

}  // namespace tyche
