// A model's log density and gradient as the interpreter computes them, for tests.
#pragma once
#include <memory>
#include <vector>

#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/model/model.hpp"
#include "tyche/passes/pipeline.hpp"
#include "tyche/passes/resolve.hpp"

namespace tyche {

inline interpret::Interpreter interpreter(ir::Program program, const ir::DataSet& data) {
  auto made = interpret::Interpreter::create(std::move(program), data);
  if (!made) throw Failure(made.error());
  return std::move(*made);
}

inline ir::Program verified(const Model& model) {
  const auto sound = ir::verify(model.program());
  if (!sound) throw Failure(sound.error());
  return model.program();
}

/// Resolved, and otherwise as recorded.
class ResolvedDensity {
 public:
  explicit ResolvedDensity(const Model& model) {
    auto resolved = passes::resolve(verified(model), {});
    if (!resolved) throw Failure(resolved.error());
    layout = resolved->layout;
    interpreter_ = std::make_unique<interpret::Interpreter>(
        interpreter(std::move(resolved->program), model.data()));
  }
  interpret::Evaluation at(const std::vector<double>& u) const {
    return interpreter_->density(u, interpret::Record::terms);
  }
  interpret::Evaluation outputs(const std::vector<double>& u, interpret::Generator& g) const {
    return interpreter_->outputs(u, g);
  }
  double operator()(const std::vector<double>& u) const { return at(u).target; }

  ir::Layout layout;

 private:
  std::unique_ptr<interpret::Interpreter> interpreter_;
};

/// After every pass.
class Gradient {
 public:
  explicit Gradient(const Model& model) {
    auto prepared = passes::prepare(verified(model), {}, model.data());
    if (!prepared) throw Failure(prepared.error());
    interpreter_ = std::make_unique<interpret::Interpreter>(
        interpreter(std::move(prepared->gradient), model.data()));
  }
  /// Log density, then the gradient; nothing where the point is rejected.
  std::vector<double> operator()(const std::vector<double>& u) const {
    const auto found = interpreter_->density(u);
    if (found.rejected) return {};
    std::vector<double> all = {found.yields[0].reals[0]};
    all.insert(all.end(), found.yields[1].reals.begin(), found.yields[1].reals.end());
    return all;
  }

 private:
  std::unique_ptr<interpret::Interpreter> interpreter_;
};

}  // namespace tyche
