#include "tyche/compile/posterior.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "tyche/compile/record_outputs.hpp"
#include "tyche/ir/print.hpp"
#include "tyche/numeric/random.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/resolve.hpp"
#include "tyche/passes/structure.hpp"
#include "tyche/passes/walk.hpp"

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

class StreamGenerator final : public interpret::Generator {
 public:
  explicit StreamGenerator(const DrawId& id)
      : stream_{.key = id.seed,
                .purpose = purpose::output,
                .iteration = std::uint32_t(id.iteration),
                .chain = std::uint32_t(id.chain)} {}
  double uniform() override { return numeric::uniform(stream_); }
  double normal() override { return numeric::normal(stream_); }

 private:
  Stream stream_;
};

class InterpretedQuantities final : public QuantityEvaluator {
 public:
  InterpretedQuantities(const interpret::Interpreter& outputs,
                        const std::vector<Variable>& variables)
      : outputs_(outputs), variables_(variables) {}

  void evaluate(const DrawId& id, std::span<const double> position,
                std::span<double> values) override {
    StreamGenerator generator(id);
    const auto recorded = outputs_.outputs(position, generator).outputs;
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
  std::vector<double> flat_;
};

/// LLVM's time for one function grows faster than its length: with these, it is seconds.
constexpr std::size_t most_written = 200'000, most_compiled = 50'000;

Result<void> check_length_of(const ir::Program& program, std::size_t most, const char* where) {
  const std::size_t found = passes::count_instructions(program);
  if (found <= most) return {};
  return std::unexpected(
      Error{where, "at most " + std::to_string(most) + " operations", std::to_string(found),
            "write what is repeated as a plate or a loop: its body counts once"});
}

}  // namespace

Result<std::shared_ptr<Posterior>> Posterior::create(const ir::Program& program,
                                                     const ir::DataSet& data,
                                                     const CompileSettings& settings) {
  if (auto fits = check_length_of(program, most_written, "the model's program"); !fits) {
    return std::unexpected(fits.error());
  }
  std::shared_ptr<Posterior> made(new Posterior);
  auto prepared = passes::prepare(program, settings.run, data, &made->trace_);
  if (!prepared) return std::unexpected(prepared.error());
  if (auto fits = check_length_of(prepared->gradient, most_compiled, "the model's gradient");
      !fits) {
    return std::unexpected(fits.error());
  }
  if (settings.keep_text) made->printed_ = ir::print(prepared->gradient);
  made->layout_ = prepared->layout;
  made->source_ = program;
  made->data_ = data;
  made->run_ = settings.run;
  made->variables_ = recorded_variables(prepared->outputs);
  auto density = Compiled::compile(std::move(prepared->gradient), data, settings);
  if (!density) return std::unexpected(density.error());
  made->density_ = std::move(*density);

  if (auto recorded = record_outputs(prepared->outputs)) {
    CompileSettings one = settings;
    one.lanes = 1;
    auto outputs = Compiled::compile(std::move(*recorded), data, one);
    if (!outputs) return std::unexpected(outputs.error());
    made->compiled_outputs_ = std::move(*outputs);
    return made;
  }
  auto outputs = interpret::Interpreter::create(std::move(prepared->outputs), data, settings.level);
  if (!outputs) return std::unexpected(outputs.error());
  made->interpreted_outputs_ = std::move(*outputs);
  return made;
}

std::unique_ptr<QuantityEvaluator> Posterior::quantities() const {
  if (compiled_outputs_) return std::make_unique<CompiledQuantities>(*compiled_outputs_);
  return std::make_unique<InterpretedQuantities>(*interpreted_outputs_, variables_);
}

void Posterior::check_length(std::span<const double> position) const {
  if (position.size() == std::size_t(dimension())) return;
  throw Failure(Error{"position", std::to_string(dimension()) + " unconstrained values",
                      std::to_string(position.size()), "see unconstrained_names()"});
}

LogDensity Posterior::log_density(std::span<const double> position) const {
  check_length(position);
  const auto one = evaluator(1);
  LogDensity at{.gradient = std::vector<double>(position.size())};
  one->evaluate(one->context(), position.data(), at.gradient.data(), &at.value);
  return at;
}

std::vector<double> Posterior::constrain(std::span<const double> position) const {
  check_length(position);
  std::size_t size = 0;
  for (const Variable& variable : variables_) size += std::size_t(variable.size());
  std::vector<double> values(size);
  quantities()->evaluate({}, position, values);
  return values;
}

Result<std::vector<double>> Posterior::unconstrain(const ir::DataSet& parameters) const {
  ir::Program program = source_;
  ir::DataSet data = data_;
  passes::Run run;
  for (const ir::Parameter& p : layout_.parameters) {
    const auto given = parameters.find(p.name);
    if (given == parameters.end() || given->second.type.shape() != p.type.shape()) {
      return std::unexpected(
          Error{p.name, "a value of type " + to_string(p.type),
                given == parameters.end() ? "none" : to_string(given->second.type),
                "give every parameter of the model, with its dims"});
    }
    program.data.push_back({.name = p.name, .type = p.type, .location = p.location});
    data[p.name] = {.type = p.type, .reals = given->second.reals};
    run[p.name] = passes::Status::inverted;
  }
  const auto inverse = interpreter(std::move(program), data, run);
  if (!inverse) return std::unexpected(inverse.error());
  StreamGenerator unused({});
  const interpret::Evaluation found = inverse->outputs({}, unused);
  std::vector<double> position;
  for (const ir::Parameter& p : layout_.parameters) {
    const auto part = found.outputs.find(p.name);
    const bool finite =
        part != found.outputs.end() &&
        std::ranges::all_of(part->second.reals, [](double x) { return std::isfinite(x); });
    if (!finite) {
      return std::unexpected(Error{p.name, "a value inside its support",
                                   found.rejected ? found.why : "one on or beyond its border",
                                   "see the bounds where the parameter is declared"});
    }
    position.insert(position.end(), part->second.reals.begin(), part->second.reals.end());
  }
  return position;
}

/// The program as it was written, resolved and not yet rearranged: its terms are the statements.
Result<interpret::Interpreter> Posterior::interpreter(ir::Program program, const ir::DataSet& data,
                                                      const passes::Run& run) const {
  auto bound = passes::bind_shapes(
      passes::inline_functions(passes::remove_structure(std::move(program))), data);
  if (!bound) return std::unexpected(bound.error());
  auto resolved = passes::resolve(std::move(*bound), run);
  if (!resolved) return std::unexpected(resolved.error());
  return interpret::Interpreter::create(std::move(resolved->program), data);
}

std::string Posterior::place(std::int32_t location) const {
  if (location < 0) return "the model";
  const ir::Location& at = source_.locations[std::size_t(location)];
  return at.file + ":" + std::to_string(at.line);
}

std::optional<Contribution> Posterior::largest_change(std::span<const double> before,
                                                      std::span<const double> after) const {
  check_length(before);
  check_length(after);
  const auto meaning = interpreter(source_, data_, run_);
  if (!meaning) return {};
  const auto a = meaning->density(before, interpret::Record::terms);
  const auto b = meaning->density(after, interpret::Record::terms);
  if (a.rejected || b.rejected || a.terms.size() != b.terms.size()) return {};
  std::optional<Contribution> largest;
  for (std::size_t k = 0; k < a.terms.size(); ++k) {
    const Contribution now{place(b.terms[k].location), b.terms[k].observation, b.terms[k].value,
                           a.terms[k].value};
    const auto change = [](const Contribution& c) { return std::abs(c.value - c.before); };
    if (!largest || !(change(now) <= change(*largest))) largest = now;
  }
  return largest;
}

std::string Posterior::rejection(std::span<const double> position) const {
  check_length(position);
  const auto meaning = interpreter(source_, data_, run_);
  if (!meaning) return {};
  const auto at = meaning->density(position, interpret::Record::terms);
  if (at.rejected) return at.why;
  for (const interpret::Term& term : at.terms) {
    if (std::isfinite(term.value)) continue;
    const std::string observation =
        term.observation < 0 ? "" : ", observation " + std::to_string(term.observation + 1);
    return place(term.location) + observation + ": log density " + std::to_string(term.value);
  }
  return {};
}

std::vector<std::string> Posterior::unconstrained_names() const {
  std::vector<std::string> names;
  for (const ir::Parameter& p : layout_.parameters) {
    const std::int64_t count = p.elements * p.unconstrained;
    const bool scalar = p.type.is_scalar() && count == 1;
    for (std::int64_t k = 0; k < count; ++k) {
      names.push_back(scalar ? p.name : p.name + "[" + std::to_string(k + 1) + "]");
    }
  }
  return names;
}

std::string Posterior::explain() const {
  std::string text = "passes (ms, instructions left)\n";
  double total = 0;
  for (const passes::Trace::Entry& entry : trace_.entries) {
    char line[160];
    std::snprintf(line, sizeof line, "  %-10.*s %-20.*s %6.3f %6zu\n", int(entry.program.size()),
                  entry.program.data(), int(entry.pass.size()), entry.pass.data(),
                  1e3 * entry.seconds, entry.instructions);
    text += line;
    total += 1e3 * entry.seconds;
  }
  char line[64];
  std::snprintf(line, sizeof line, "  all together %.2f ms\n", total);
  return text + line + printed_ + density_->explain();
}

}  // namespace tyche
