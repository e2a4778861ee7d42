#include "tyche/compile/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <set>
#include <utility>

#include "tyche/compile/outputs.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/differentiate.hpp"
#include "tyche/passes/resolve.hpp"
#include "tyche/passes/simplify.hpp"
#include "tyche/passes/structure.hpp"
#include "tyche/passes/terms.hpp"

namespace tyche {
namespace {

using interpret::Term;

void collect_names(const ir::Region& region, std::map<std::int32_t, std::string>& names) {
  for (const ir::Instruction& at : region.body) {
    if (at.op == ir::Op::choice) names[at.location] = at.name;
    for (const ir::Region& inner : at.regions) collect_names(inner, names);
  }
}

/// Takes out the terms of all other statements, and what is recorded.
void keep_statement(ir::Region& region, std::int32_t location) {
  std::erase_if(region.body, [&](const ir::Instruction& at) {
    return at.op == ir::Op::output || (at.op == ir::Op::term && at.location != location);
  });
  for (ir::Instruction& at : region.body) {
    for (ir::Region& inner : at.regions) keep_statement(inner, location);
  }
}

/// The gradient of one statement's terms; empty where there is none.
std::vector<double> gradient_of(ir::Program program, std::int32_t location, const SharedData& data,
                                std::span<const double> position) {
  program.outputs = {};
  keep_statement(program.density, location);
  auto gradient = passes::differentiate(
      passes::simplify(passes::lower_scan(passes::terms_to_sum(std::move(program)))));
  if (!gradient) return {};
  const auto made = interpret::Interpreter::over(std::move(*gradient), data);
  if (!made) return {};
  const interpret::Evaluation at = made->density(position);
  return at.yields.size() < 2 ? std::vector<double>{} : at.yields[1].reals;
}

std::string number(double x) {
  if (std::isnan(x)) return "nan";
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

/// The element whose row-major index is `index`, if `array` is of as many scalars as there are
/// terms.
std::optional<double> element(const ir::Array& array, std::int64_t index, std::int64_t terms) {
  if (array.type.size() != terms) return {};
  const std::vector<std::int64_t> shape = array.type.shape();
  std::vector<std::int64_t> indices(shape.size());
  for (std::size_t k = shape.size(); k-- > 0; index /= shape[k]) indices[k] = index % shape[k];
  const auto at = std::size_t(shape.empty() ? 0 : ir::storage_offset(array.type, indices));
  return array.reals.empty() ? double(array.integers[at]) : array.reals[at];
}

double change(const Contribution& term) {
  const double by = std::abs(term.value - term.before);
  return std::isnan(by) ? INFINITY : by;
}

}  // namespace

std::string to_string(const Contribution& term) {
  return term.statement + (term.datum ? ", whose value is " + number(*term.datum) : "");
}

Result<Written> as_written(const ir::Program& source, SharedData data, const passes::Run& run) {
  auto bound = passes::bind_shapes(
      passes::inline_functions(passes::remove_structure(passes::loop_tail_calls(source))), *data);
  if (!bound) return std::unexpected(bound.error());
  auto expanded = passes::expand_recursion(std::move(*bound), *data);
  if (!expanded) return std::unexpected(expanded.error());
  auto resolved = passes::resolve(std::move(*expanded), run);
  if (!resolved) return std::unexpected(resolved.error());
  auto program = interpret::Interpreter::over(std::move(resolved->program), std::move(data));
  if (!program) return std::unexpected(program.error());
  return Written{std::move(*program), std::move(resolved->layout)};
}

Result<Explanation> Explanation::create(const ir::Program& source, SharedData data,
                                        const passes::Run& run) {
  auto written = as_written(source, data, run);
  if (!written) return std::unexpected(written.error());
  Explanation made(std::move(*written));
  made.data_ = std::move(data);
  collect_names(source.density, made.names_);
  for (const ir::Function& function : source.functions) {
    collect_names(function.region, made.names_);
  }
  return made;
}

std::vector<Contribution> Explanation::terms(const interpret::Evaluation& at,
                                             std::span<const double> position) const {
  StreamGenerator generator({});
  const ir::DataSet recorded = written_.program.outputs(position, generator).outputs;
  const auto key = [](const Term& term) { return std::pair(term.location, term.role); };
  std::map<decltype(key(at.terms[0])), std::int64_t> counts, seen;
  for (const Term& term : at.terms) ++counts[key(term)];
  const auto& locations = written_.program.program().locations;
  std::vector<Contribution> out;
  for (const Term& term : at.terms) {
    const std::int64_t count = counts[key(term)], index = seen[key(term)]++;
    Contribution made{.statement = "the model", .value = term.value, .datum = {}};
    if (term.location >= 0) {
      const ir::Location& place = locations[std::size_t(term.location)];
      made.statement = place.file + ":" + std::to_string(place.line);
    }
    const std::string which = count > 1 ? "[" + std::to_string(index + 1) + "]" : "";
    const auto name = names_.find(term.location);
    if (name == names_.end()) {
      if (count > 1) made.statement += ", element " + std::to_string(index + 1);
    } else {
      made.statement = name->second + which + " (" + made.statement + ")";
      const auto datum = data_->find(name->second), parameter = recorded.find(name->second);
      if (datum != data_->end()) made.datum = element(datum->second, index, count);
      if (parameter != recorded.end()) made.datum = element(parameter->second, index, count);
    }
    out.push_back(std::move(made));
  }
  return out;
}

std::optional<Contribution> Explanation::largest_change(std::span<const double> before,
                                                        std::span<const double> after) const {
  const auto a = written_.program.density(before, interpret::Record::terms);
  const auto b = written_.program.density(after, interpret::Record::terms);
  if (a.rejected || b.rejected || a.terms.size() != b.terms.size()) return {};
  std::vector<Contribution> changed = terms(b, after);
  for (std::size_t k = 0; k < changed.size(); ++k) changed[k].before = a.terms[k].value;
  const auto largest = std::ranges::max_element(changed, {}, change);
  if (largest == changed.end()) return {};
  return *largest;
}

std::string Explanation::flaw(std::span<const double> position,
                              std::span<const double> gradient) const {
  const auto at = written_.program.density(position, interpret::Record::terms);
  if (at.rejected) return at.why;
  for (const Contribution& term : terms(at, position)) {
    if (std::isfinite(term.value)) continue;
    return to_string(term) + ": log density " + number(term.value);
  }
  return std::isfinite(at.target) ? flaw_of_gradient(position, gradient)
                                  : "the sum of the statements' log densities overflows";
}

std::string Explanation::flaw_of_gradient(std::span<const double> position,
                                          std::span<const double> gradient) const {
  const auto found = std::ranges::find_if_not(gradient, [](double x) { return std::isfinite(x); });
  if (found == gradient.end()) return {};
  const auto k = std::size_t(found - gradient.begin());
  const std::string text = "gradient is not finite: " + number(*found) + " along " +
                           unconstrained_names(written_.layout)[k] + " at " + number(position[k]);
  const auto at = written_.program.density(position, interpret::Record::terms);
  const std::vector<Contribution> statements = terms(at, position);
  std::set<std::int32_t> tried;
  for (std::size_t t = 0; t < statements.size(); ++t) {
    const std::int32_t location = at.terms[t].location;
    if (!tried.insert(location).second) continue;
    const auto own = gradient_of(written_.program.program(), location, data_, position);
    if (k < own.size() && !std::isfinite(own[k])) return text + ", by " + statements[t].statement;
  }
  return text;
}

}  // namespace tyche
