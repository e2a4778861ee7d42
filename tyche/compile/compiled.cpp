#include "tyche/compile/compiled.hpp"

#include <cassert>
#include <cstdio>
#include <set>

#include "tyche/compile/code_library.hpp"

namespace tyche {

using ir::Instruction;
using ir::Op;
using ir::Region;
using ir::Value;

namespace {

/// Values that the density takes from data or from the prelude.
class Outer {
 public:
  explicit Outer(const ir::Program& program) {
    for (const Instruction& at : program.prelude.body) {
      prelude_.insert(at.results.begin(), at.results.end());
    }
    visit(program.density);
  }
  std::set<Value> of_prelude;
  std::map<Value, std::string> of_data;

 private:
  void visit(const Region& region) {
    for (const Instruction& at : region.body) {
      if (at.op == Op::data) of_data[at.results[0]] = at.name;
      for (Value v : at.operands) {
        if (prelude_.contains(v)) of_prelude.insert(v);
      }
      for (const Region& inner : at.regions) visit(inner);
    }
  }
  std::set<Value> prelude_;
};

class TableEvaluator final : public Evaluator {
 public:
  TableEvaluator(std::shared_ptr<const codegen::Code> code, std::vector<void*> table, int lanes)
      : Evaluator(code->function, lanes),
        code_(std::move(code)),
        workspace_(code_->workspace + codegen::Code::padding),
        table_(std::move(table)) {
    table_.push_back(workspace_.data());
  }
  void* context() override { return table_.data(); }

 private:
  std::shared_ptr<const codegen::Code> code_;
  AlignedBytes workspace_;
  std::vector<void*> table_;
};

bool within(codegen::Range inner, codegen::Range outer) {
  return inner.low >= outer.low && inner.high <= outer.high;
}

}  // namespace

Compiled::Compiled(ir::Program program, ir::DataSet data, const CompileSettings& settings)
    : program_(std::move(program)), data_(std::move(data)), settings_(settings) {
  if (!program_.density.arguments.empty()) {
    dimension_ = int(program_.type(program_.density.arguments[0]).size());
  }
}

Result<std::shared_ptr<Compiled>> Compiled::compile(ir::Program program, ir::DataSet data,
                                                    const CompileSettings& settings) {
  passes::Prepared prepared;
  passes::Trace trace;
  const bool is_source = program.density.arguments.empty();
  if (is_source) {
    auto made = passes::prepare(std::move(program), settings.run, data, &trace);
    if (!made) return std::unexpected(made.error());
    prepared = std::move(*made);
  } else {
    prepared.gradient = std::move(program);
  }
  std::shared_ptr<Compiled> made(
      new Compiled(std::move(prepared.gradient), std::move(data), settings));
  if (is_source) made->outputs_program_ = std::move(prepared.outputs);
  made->layout_ = std::move(prepared.layout);
  made->trace_ = std::move(trace);
  if (auto started = made->start(); !started) return std::unexpected(started.error());
  return made;
}

Result<void> Compiled::start() {
  if (auto done = run_preludes(); !done) return done;
  for (const auto& [value, array] : outer_) {
    if (array.type.element() != ir::Kind::real) ranges_[value] = range_of(array);
  }
  if (settings_.lanes == 0) return {};
  if (auto instance = make_instance(settings_.lanes); !instance) {
    return std::unexpected(instance.error());
  }
  return {};
}

Result<void> Compiled::run_preludes() {
  if (outputs_program_) {
    auto interpreter = interpret::Interpreter::create(*outputs_program_, data_, settings_.level);
    if (!interpreter) return std::unexpected(interpreter.error());
    outputs_ = std::move(*interpreter);
  }
  return run_prelude();
}

Result<void> Compiled::run_prelude() {
  const Outer outer(program_);
  // The same prelude, and a density that hands its values out.
  ir::Program reader = program_;
  const std::vector<Value> wanted(outer.of_prelude.begin(), outer.of_prelude.end());
  reader.density = {.arguments = {}, .body = {{.op = Op::yield, .operands = wanted}}};
  reader.outputs = {};
  auto run = interpret::Interpreter::create(std::move(reader), data_, settings_.level);
  if (!run) return std::unexpected(run.error());
  const interpret::Evaluation values = run->density({});
  for (const auto& [value, name] : outer.of_data) outer_[value] = data_.at(name);
  for (std::size_t k = 0; k < wanted.size(); ++k) outer_[wanted[k]] = values.yields[k];
  return {};
}

codegen::CodeSettings Compiled::code_settings(int lanes) const {
  return {.level = settings_.level,
          .mapping = settings_.mapping,
          .lanes = lanes,
          .keep_text = settings_.keep_text,
          .ranges = ranges_};
}

const ir::Array& Compiled::value_of(const codegen::Slot& slot) const {
  return outer_.at(slot.value);
}

Result<const Compiled::Instance*> Compiled::make_instance(int lanes) const {
  assert(lanes == 1 || lanes == 8);
  const std::lock_guard lock(mutex_);
  if (const auto found = instances_.find(lanes); found != instances_.end()) return &found->second;
  auto code = emit_code(program_, code_settings(lanes));
  if (!code) return std::unexpected(code.error());
  Instance made{.code = std::move(*code), .arrays = {}};
  for (const codegen::Slot& slot : made.code->slots) {
    made.arrays.push_back(memory_of(slot));
    fill(slot, value_of(slot), made.arrays.back().data());
  }
  return &(instances_[lanes] = std::move(made));
}

const Compiled::Instance& Compiled::instance(int lanes) const {
  const auto made = make_instance(lanes);
  if (!made) throw Failure(made.error());
  return **made;
}

std::unique_ptr<Evaluator> Compiled::evaluator(int lanes) const {
  const Instance& made = instance(lanes);
  std::vector<void*> table;
  for (const AlignedBytes& array : made.arrays) table.push_back(array.data());
  return std::make_unique<TableEvaluator>(made.code, std::move(table), lanes);
}

Result<void> Compiled::rebind(const std::string& name, const ir::Array& array) {
  const auto found = data_.find(name);
  if (found == data_.end()) {
    return std::unexpected(
        Error{"data " + name, "a name of the program's data", "no such name", ""});
  }
  if (found->second.type != array.type) {
    return std::unexpected(Error{"data " + name, ir::to_string(found->second.type),
                                 ir::to_string(array.type), "another shape needs another compile"});
  }
  const ir::DataSet old = data_;
  found->second = array;
  auto done = run_preludes();
  for (const auto& [value, range] : ranges_) {
    if (!done) break;
    const codegen::Range now = range_of(outer_.at(value));
    if (within(now, range)) continue;
    done =
        std::unexpected(Error{"data " + name,
                              "integers in [" + std::to_string(range.low) + ", " +
                                  std::to_string(range.high) + "], as when it was compiled",
                              "[" + std::to_string(now.low) + ", " + std::to_string(now.high) + "]",
                              "compile the model again with these data"});
  }
  if (!done) {
    data_ = old;
    const auto undone = run_preludes();
    assert(undone);
    return done;
  }
  for (auto& [lanes, made] : instances_) {
    for (std::size_t k = 0; k < made.arrays.size(); ++k) {
      const codegen::Slot& slot = made.code->slots[k];
      fill(slot, value_of(slot), made.arrays[k].data());
    }
  }
  return {};
}

interpret::Evaluation Compiled::outputs(std::span<const double> u,
                                        interpret::Generator& generator) const {
  assert(outputs_);
  return outputs_->outputs(u, generator);
}

std::string Compiled::explain() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  double passes_ms = 0;
  for (const passes::Trace::Entry& entry : trace_.entries) passes_ms += entry.seconds * 1e3;
  if (passes_ms > 0) text = "passes " + std::to_string(passes_ms) + " ms\n";
  for (const auto& [lanes, made] : instances_) {
    const codegen::Code& code = *made.code;
    char line[200];
    std::snprintf(line, sizeof line,
                  "%d lane(s), %s: emit %.1f ms, optimise %.1f, machine code %.1f, load %.1f; "
                  "workspace %zu bytes\n",
                  lanes, name(settings_.level), code.times.emit, code.times.optimise,
                  code.times.machine, code.times.link, code.workspace);
    text += line + code.reason + code.llvm + code.assembly;
  }
  return text;
}

}  // namespace tyche
