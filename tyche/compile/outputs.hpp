// The quantities of a draw: compiled, or interpreted where they ask for random numbers.
#pragma once
#include <optional>
#include <variant>

#include "tyche/compile/compiled.hpp"
#include "tyche/contracts/quantities.hpp"
#include "tyche/interpret/generator.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/numeric/random.hpp"

namespace tyche {

/// The random numbers of one draw's quantities.
class StreamGenerator final : public interpret::Generator {
 public:
  explicit StreamGenerator(const DrawId& id);
  double uniform() override { return numeric::uniform(stream_); }
  double normal() override { return numeric::normal(stream_); }

 private:
  Stream stream_;
};

class Outputs final : public Quantities {
 public:
  /// Of a program with an outputs entry. Errors are those of Compiled and Interpreter.
  static Result<std::unique_ptr<Outputs>> create(ir::Program program, SharedData data,
                                                 const CompileSettings& settings);

  const std::vector<Variable>& variables() const override { return variables_; }
  /// Reads this object, which must outlive it.
  std::unique_ptr<QuantityEvaluator> quantities() const override;

  /// As Compiled::Inputs: made first, put in place when everything else has been made too.
  using Inputs = std::variant<Compiled::Inputs, interpret::Interpreter>;
  Result<Inputs> inputs(SharedData data) const;
  void rebind(Inputs inputs);

 private:
  Outputs() = default;

  std::vector<Variable> variables_;
  Level level_ = Level::plain;
  PrintLine print_;
  std::shared_ptr<Compiled> compiled_;  // or
  std::optional<interpret::Interpreter> interpreted_;
};

}  // namespace tyche
