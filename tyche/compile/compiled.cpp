#include "tyche/compile/compiled.hpp"

#include <bit>
#include <cassert>
#include <cstdio>

#include "tyche/compile/code_library.hpp"
#include "tyche/compile/gradient_cost.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/kernels/level_setting.hpp"

namespace tyche {

using ir::Instruction;
using ir::Op;
using ir::Region;
using ir::Value;

namespace {

/// Values that the density takes from data or from the prelude.
struct Outer {
  explicit Outer(const ir::Program& program) {
    for (const Instruction& at : program.prelude.body) {
      for (Value v : at.results) prelude_[v] = at.op == Op::data ? at.name : "";
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
        const auto found = prelude_.find(v);
        if (found == prelude_.end()) continue;
        if (found->second.empty()) {
          of_prelude.insert(v);
        } else {
          of_data[v] = found->second;
        }
      }
      for (const Region& inner : at.regions) visit(inner);
    }
  }
  std::map<Value, std::string> prelude_;  // with the name of the data that a value is
};

class TableEvaluator final : public Evaluator {
 public:
  TableEvaluator(std::shared_ptr<const codegen::Code> code, std::vector<void*> table, int lanes,
                 PrintLine print)
      : Evaluator(code->function, lanes),
        code_(std::move(code)),
        print_(std::move(print)),
        workspace_(code_->workspace + codegen::Code::padding),
        table_(std::move(table)) {
    table_.push_back(workspace_.data());
    table_.push_back(&printer_);
  }
  void* context() override { return table_.data(); }

 private:
  static void line(void* self, std::int64_t statement, const void* values) noexcept {
    const auto& at = *static_cast<const TableEvaluator*>(self);
    const codegen::PrintStatement& print = at.code_->prints[std::size_t(statement)];
    const auto* words = static_cast<const std::uint64_t*>(values);
    std::vector<ir::Array> arrays;
    for (const ir::Type& type : print.values) {
      ir::Array& array = arrays.emplace_back(ir::Array{.type = type});
      for (std::int64_t k = 0; k < type.size(); ++k, ++words) {
        if (type.element() == ir::Kind::real) {
          array.reals.push_back(std::bit_cast<double>(*words));
        } else {
          array.integers.push_back(std::int64_t(*words));
        }
      }
    }
    if (at.print_) at.print_(interpret::print_line(print.text, arrays));
  }

  std::shared_ptr<const codegen::Code> code_;
  PrintLine print_;
  codegen::Printer printer_{line, this};
  AlignedBytes workspace_;
  std::vector<void*> table_;
};

bool known_lanes(int lanes) { return lanes == 1 || lanes == 4 || lanes == 8; }

Error unknown_lanes(int lanes, const char* expected) {
  return {"setting lanes", expected, std::to_string(lanes),
          "ask for one position a call, for four or for eight"};
}

Result<void> check(const CompileSettings& settings) {
  if (auto known = check_cpu_setting(); !known) return known;
  if (settings.lanes != 0 && !known_lanes(settings.lanes)) {
    return std::unexpected(unknown_lanes(settings.lanes, "0 (at first need), 1, 4 or 8"));
  }
  if (!cpu_has(settings.level)) {
    return std::unexpected(Error{"setting level", "a level that this CPU has", name(settings.level),
                                 "leave it at cpu_level()"});
  }
  return {};
}

bool within(codegen::Range inner, codegen::Range outer) {
  return inner.low >= outer.low && inner.high <= outer.high;
}

}  // namespace

void print_to_stderr(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

Result<SharedData> replaced(const SharedData& data, const std::string& name,
                            const ir::Array& array) {
  const auto found = data->find(name);
  if (found == data->end()) {
    return std::unexpected(Error{"data " + name, "a name of the program's data", "no such name",
                                 "name data that the model declares"});
  }
  if (found->second.type != array.type) {
    return std::unexpected(Error{"data " + name, ir::to_string(found->second.type),
                                 ir::to_string(array.type), "another shape needs another compile"});
  }
  const auto given = std::ssize(array.reals) + std::ssize(array.integers);
  if (given != array.type.size()) {
    return std::unexpected(Error{"data " + name, std::to_string(array.type.size()) + " numbers",
                                 std::to_string(given), "give as many as the type says"});
  }
  if (array.type.kind == ir::Kind::integer && array.integers != found->second.integers) {
    const auto text = [](const ir::Array& x) { return std::to_string(x.integers[0]); };
    return std::unexpected(
        Error{"data " + name, text(found->second) + ", as when it was compiled: it decides counts",
              text(array), "compile the model again with these data"});
  }
  auto made = std::make_shared<ir::DataSet>(*data);
  made->at(name) = array;
  return made;
}

Compiled::Compiled(ir::Program program, const CompileSettings& settings)
    : program_(std::move(program)), settings_(settings) {
  assert(!program_.density.arguments.empty());
  dimension_ = int(program_.type(program_.density.arguments[0]).size());
  cost_ = gradient_cost(program_);
  Outer outer(program_);
  of_data_ = std::move(outer.of_data);
  of_prelude_ = std::move(outer.of_prelude);
}

Result<std::shared_ptr<Compiled>> Compiled::compile(ir::Program program, ir::DataSet data,
                                                    const CompileSettings& settings) {
  return compile(std::move(program), std::make_shared<const ir::DataSet>(std::move(data)),
                 settings);
}

Result<std::shared_ptr<Compiled>> Compiled::compile(ir::Program program, SharedData data,
                                                    const CompileSettings& settings) {
  if (auto sound = check(settings); !sound) return std::unexpected(sound.error());
  std::shared_ptr<Compiled> made(new Compiled(std::move(program), settings));
  if (auto started = made->start(std::move(data)); !started) {
    return std::unexpected(started.error());
  }
  return made;
}

Result<void> Compiled::start(SharedData data) {
  auto inputs = run_prelude(std::move(data));
  if (!inputs) return std::unexpected(inputs.error());
  inputs_ = std::move(*inputs);
  const auto add_range = [this](Value value) {
    const ir::Array& array = value_of(inputs_, value);
    if (array.type.element() != ir::Kind::real) ranges_[value] = range_of(array);
  };
  for (const auto& [value, name] : of_data_) add_range(value);
  for (const Value value : of_prelude_) add_range(value);
  if (settings_.lanes == 0) return {};
  if (auto instance = make_instance(settings_.lanes); !instance) {
    return std::unexpected(instance.error());
  }
  return {};
}

Result<Compiled::Inputs> Compiled::run_prelude(SharedData data) const {
  // The same prelude, and a density that hands its values out.
  ir::Program reader = program_;
  const std::vector<Value> wanted(of_prelude_.begin(), of_prelude_.end());
  reader.density = {.arguments = {}, .body = {{.op = Op::yield, .operands = wanted}}};
  reader.outputs = {};
  auto run = interpret::Interpreter::over(std::move(reader), data, settings_.level);
  if (!run) return std::unexpected(run.error());
  interpret::Evaluation values = run->density({});
  Inputs inputs{.data = std::move(data), .prelude = {}};
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    inputs.prelude[wanted[k]] = std::move(values.yields[k]);
  }
  return inputs;
}

codegen::CodeSettings Compiled::code_settings(int lanes) const {
  return {.level = settings_.level,
          .mapping = settings_.mapping,
          .lanes = lanes,
          .keep_text = settings_.keep_text,
          .ranges = ranges_};
}

const ir::Array& Compiled::value_of(const Inputs& inputs, Value value) const {
  const auto name = of_data_.find(value);
  return name == of_data_.end() ? inputs.prelude.at(value) : inputs.data->at(name->second);
}

Result<const Compiled::Instance*> Compiled::make_instance(int lanes) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = instances_.find(lanes); found != instances_.end()) return &found->second;
  auto code = emit_code(program_, code_settings(lanes));
  if (!code) return std::unexpected(code.error());
  Instance made{.code = std::move(*code), .arrays = {}};
  for (const codegen::Slot& slot : made.code->slots) {
    made.arrays.push_back(memory_of(slot));
    fill(slot, value_of(inputs_, slot.value), made.arrays.back().data());
  }
  return &(instances_[lanes] = std::move(made));
}

const Compiled::Instance& Compiled::instance(int lanes) const {
  const auto made = make_instance(lanes);
  if (!made) throw Failure(made.error());
  return **made;
}

std::unique_ptr<Evaluator> Compiled::evaluator(int lanes) const {
  if (!known_lanes(lanes)) throw Failure(unknown_lanes(lanes, "1, 4 or 8"));
  const Instance& made = instance(lanes);
  std::vector<void*> table;
  for (const AlignedBytes& array : made.arrays) table.push_back(array.data());
  return std::make_unique<TableEvaluator>(made.code, std::move(table), lanes, settings_.print);
}

Result<void> Compiled::check_ranges(const Inputs& inputs) const {
  const auto text = [](codegen::Range range) {
    return "[" + std::to_string(range.low) + ", " + std::to_string(range.high) + "]";
  };
  for (const auto& [value, range] : ranges_) {
    const codegen::Range now = range_of(value_of(inputs, value));
    if (within(now, range)) continue;
    const auto name = of_data_.find(value);
    return std::unexpected(
        Error{name == of_data_.end() ? "integers made of the data" : "data " + name->second,
              "integers in " + text(range) + ", as when it was compiled", text(now),
              "compile the model again with these data"});
  }
  return {};
}

Result<Compiled::Inputs> Compiled::inputs(SharedData data) const {
  auto made = run_prelude(std::move(data));
  if (!made) return made;
  if (auto kept = check_ranges(*made); !kept) return std::unexpected(kept.error());
  return made;
}

void Compiled::rebind(Inputs inputs) {
  const std::lock_guard lock(mutex_);
  inputs_ = std::move(inputs);
  for (auto& [lanes, made] : instances_) {
    for (std::size_t k = 0; k < made.arrays.size(); ++k) {
      const codegen::Slot& slot = made.code->slots[k];
      fill(slot, value_of(inputs_, slot.value), made.arrays[k].data());
    }
  }
}

Result<void> Compiled::rebind(const std::string& name, const ir::Array& array) {
  auto data = replaced(inputs_.data, name, array);
  if (!data) return std::unexpected(data.error());
  auto made = inputs(std::move(*data));
  if (!made) return std::unexpected(made.error());
  rebind(std::move(*made));
  return {};
}

std::string Compiled::explain() const {
  const std::lock_guard lock(mutex_);
  std::string text;
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
