#include "tyche/compile/posterior.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tyche/ir/print.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche {
namespace {

void check_length(std::span<const double> position, int dimension) {
  if (position.size() == std::size_t(dimension)) return;
  throw Failure(Error{"position", std::to_string(dimension) + " unconstrained values",
                      std::to_string(position.size()), "see unconstrained_names()"});
}

Result<void> check_supports(const ir::Program& program, const ir::DataSet& data) {
  for (const ir::Data& declared : program.data) {
    const auto given = data.find(declared.name);
    if (given == data.end()) continue;
    if (auto checked = check_support(declared, given->second); !checked) return checked;
  }
  return {};
}

/// The program with every parameter given as data, whose outputs are their unconstrained values.
Result<Written> inverse(ir::Program program, const ir::Layout& layout, const SharedData& data,
                        const ir::DataSet& parameters) {
  auto all = std::make_shared<ir::DataSet>(*data);
  passes::Run run;
  for (const ir::Parameter& p : layout.parameters) {
    const auto given = parameters.find(p.name);
    if (given == parameters.end() || given->second.type.shape() != p.type.shape()) {
      return std::unexpected(
          Error{p.name, "a value of type " + to_string(p.type),
                given == parameters.end() ? "none" : to_string(given->second.type),
                "give every parameter of the model, with its dims"});
    }
    program.data.push_back({.name = p.name, .type = p.type, .location = p.location});
    (*all)[p.name] = {.type = p.type, .reals = given->second.reals};
    run[p.name] = passes::Status::inverted;
  }
  return as_written(program, std::move(all), run);
}

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

Result<std::shared_ptr<Posterior>> Posterior::create(const ir::Program& program, ir::DataSet data,
                                                     const CompileSettings& settings,
                                                     const passes::Run& run) {
  if (auto fits = check_length_of(program, most_written, "the model's program"); !fits) {
    return std::unexpected(fits.error());
  }
  std::shared_ptr<Posterior> made(new Posterior);
  auto prepared = passes::prepare(program, run, data, &made->trace_);
  if (!prepared) return std::unexpected(prepared.error());
  if (auto fits = check_length_of(prepared->gradient, most_compiled, "the model's gradient");
      !fits) {
    return std::unexpected(fits.error());
  }
  if (settings.keep_text) made->printed_ = ir::print(prepared->gradient);
  made->layout_ = std::move(prepared->layout);
  made->source_ = program;
  made->data_ = std::make_shared<const ir::DataSet>(std::move(data));
  made->run_ = run;
  made->settings_ = settings;
  if (auto checked = check_supports(program, *made->data_); !checked) {
    return std::unexpected(checked.error());
  }
  auto density = Compiled::compile(std::move(prepared->gradient), made->data_, settings);
  if (!density) return std::unexpected(density.error());
  made->density_ = std::move(*density);
  auto outputs = Outputs::create(std::move(prepared->outputs), made->data_, settings);
  if (!outputs) return std::unexpected(outputs.error());
  made->outputs_ = std::move(*outputs);
  return made;
}

Result<void> Posterior::rebind(const std::string& name, const ir::Array& array) {
  const auto refused = [&](Error error) {
    error.where = "data " + name;
    return std::unexpected(std::move(error));
  };
  auto data = replaced(data_, name, array);
  if (!data) return refused(data.error());
  if (auto checked = check_supports(source_, **data); !checked) return checked;
  auto density = density_->inputs(*data);
  if (!density) return refused(density.error());
  auto outputs = outputs_->inputs(*data);
  if (!outputs) return refused(outputs.error());
  if (recentring_) {
    auto recentring = recentring_->inputs(*data);
    if (!recentring) return refused(recentring.error());
    recentring_->rebind(std::move(*recentring));
  }
  density_->rebind(std::move(*density));
  outputs_->rebind(std::move(*outputs));
  data_ = std::move(*data);
  return {};
}

const Recentring* Posterior::recentring() const {
  if (layout_.recentred == 0) return nullptr;
  const std::scoped_lock lock(mutex_);
  if (!recentring_) {
    auto made = CompiledRecentring::create(source_, layout_, data_, settings_, run_);
    if (!made) throw Failure(made.error());
    recentring_ = std::move(*made);
  }
  return recentring_.get();
}

LogDensity Posterior::log_density(std::span<const double> position) const {
  check_length(position, dimension());
  const auto one = evaluator(1);
  LogDensity at{.gradient = std::vector<double>(position.size())};
  one->evaluate(one->context(), position.data(), at.gradient.data(), &at.value);
  return at;
}

std::vector<double> Posterior::constrain(std::span<const double> position) const {
  check_length(position, dimension());
  std::size_t size = 0;
  for (const Variable& variable : variables()) size += std::size_t(variable.size());
  std::vector<double> values(size);
  quantities()->evaluate({}, position, values);
  return values;
}

Result<std::vector<double>> Posterior::unconstrain(const ir::DataSet& parameters) const {
  const auto made = inverse(source_, layout_, data_, parameters);
  if (!made) return std::unexpected(made.error());
  StreamGenerator unused({});
  const interpret::Evaluation found = made->program.outputs({}, unused);
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
