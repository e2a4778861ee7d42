// A posterior by the degree of its parameters' centring.
#pragma once
#include <memory>
#include <vector>

#include "tyche/compile/compiled.hpp"
#include "tyche/compile/outputs.hpp"
#include "tyche/contracts/recentring.hpp"
#include "tyche/ir/layout.hpp"
#include "tyche/passes/run.hpp"

namespace tyche {

class CompiledRecentring final : public Recentring {
 public:
  /// Of a program as written and the layout that its passes gave it. Errors are those of
  /// Posterior::create.
  static Result<std::unique_ptr<CompiledRecentring>> create(ir::Program program,
                                                            const ir::Layout& layout,
                                                            SharedData data,
                                                            const CompileSettings& settings,
                                                            const passes::Run& run);

  std::span<const int> elements() const override { return elements_; }
  std::unique_ptr<Evaluator> evaluator(int lanes) const override {
    return density_->evaluator(lanes);
  }
  std::unique_ptr<QuantityEvaluator> priors() const override;

  struct Inputs {
    Compiled::Inputs density;
    Outputs::Inputs priors;
  };
  Result<Inputs> inputs(const SharedData& data) const;
  void rebind(Inputs inputs);

 private:
  CompiledRecentring() = default;

  std::shared_ptr<Compiled> density_;
  std::unique_ptr<Outputs> priors_;
  std::vector<int> elements_;
  std::vector<std::size_t> recorded_at_;  // of each location, then each scale, among the outputs
};

}  // namespace tyche
