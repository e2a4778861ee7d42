#include "tyche/compile/outputs.hpp"

#include <algorithm>
#include <limits>

#include "tyche/compile/record_outputs.hpp"

namespace tyche {
namespace {

class CompiledQuantities final : public QuantityEvaluator {
 public:
  explicit CompiledQuantities(const Compiled& outputs) : evaluator_(outputs.evaluator(1)) {}

  void evaluate(const DrawId&, std::span<const double> position,
                std::span<double> values) override {
    double accepted = 0;
    evaluator_->evaluate(evaluator_->context(), position.data(), values.data(), &accepted);
    if (accepted != 0) std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
  }

 private:
  std::unique_ptr<Evaluator> evaluator_;
};

class InterpretedQuantities final : public QuantityEvaluator {
 public:
  InterpretedQuantities(const interpret::Interpreter& outputs,
                        const std::vector<Variable>& variables, const PrintLine& print)
      : outputs_(outputs), variables_(variables), print_(print) {}

  void evaluate(const DrawId& id, std::span<const double> position,
                std::span<double> values) override {
    StreamGenerator generator(id);
    const interpret::Evaluation at = outputs_.outputs(position, generator);
    const ir::DataSet& recorded = at.outputs;
    for (const std::string& line : at.printed) {
      if (print_) print_(line);
    }
    flat_.clear();
    for (const Variable& variable : variables_) {
      const auto found = recorded.find(variable.name);
      if (found == recorded.end()) {
        flat_.resize(flat_.size() + std::size_t(variable.size()),
                     std::numeric_limits<double>::quiet_NaN());
      } else {
        append_flat(found->second.type, found->second.reals, found->second.integers, flat_);
      }
    }
    std::ranges::copy(flat_, values.begin());
  }

 private:
  const interpret::Interpreter& outputs_;
  const std::vector<Variable>& variables_;
  PrintLine print_;
  std::vector<double> flat_;
};

}  // namespace

StreamGenerator::StreamGenerator(const DrawId& id)
    : stream_{.key = id.seed,
              .purpose = purpose::output,
              .iteration = std::uint32_t(id.iteration),
              .chain = std::uint32_t(id.chain)} {}

Result<std::unique_ptr<Outputs>> Outputs::create(ir::Program program, SharedData data,
                                                 const CompileSettings& settings) {
  std::unique_ptr<Outputs> made(new Outputs);
  made->variables_ = recorded_variables(program);
  made->level_ = settings.level;
  made->print_ = settings.print;
  if (auto recorded = record_outputs(program)) {
    CompileSettings one = settings;
    one.lanes = 1;
    one.keep_text = false;
    auto compiled = Compiled::compile(std::move(*recorded), std::move(data), one);
    if (!compiled) return std::unexpected(compiled.error());
    made->compiled_ = std::move(*compiled);
    return made;
  }
  auto interpreted =
      interpret::Interpreter::over(std::move(program), std::move(data), settings.level);
  if (!interpreted) return std::unexpected(interpreted.error());
  made->interpreted_ = std::move(*interpreted);
  return made;
}

std::unique_ptr<QuantityEvaluator> Outputs::quantities() const {
  if (compiled_) return std::make_unique<CompiledQuantities>(*compiled_);
  return std::make_unique<InterpretedQuantities>(*interpreted_, variables_, print_);
}

Result<Outputs::Inputs> Outputs::inputs(SharedData data) const {
  if (compiled_) {
    auto made = compiled_->inputs(std::move(data));
    if (!made) return std::unexpected(made.error());
    return std::move(*made);
  }
  auto made = interpret::Interpreter::over(interpreted_->program(), std::move(data), level_);
  if (!made) return std::unexpected(made.error());
  return std::move(*made);
}

void Outputs::rebind(Inputs inputs) {
  if (compiled_) {
    compiled_->rebind(std::get<Compiled::Inputs>(std::move(inputs)));
  } else {
    *interpreted_ = std::get<interpret::Interpreter>(std::move(inputs));
  }
}

}  // namespace tyche
