// The bridge: a program and its data become a density that runs at the speed of the machine.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "tyche/codegen/emit.hpp"
#include "tyche/compile/arrays.hpp"
#include "tyche/contracts/density.hpp"
#include "tyche/ir/value.hpp"

namespace tyche {

/// Takes one line that a model printed, without its end; from any thread, and without throwing.
using PrintLine = std::function<void(std::string_view)>;
/// A line on stderr, written at once.
void print_to_stderr(std::string_view line);

struct CompileSettings {
  Level level = cpu_level();
  Mapping mapping = Mapping::automatic;  // rows for one position a call, chains for more
  int lanes = 1;  // 1, 4 or 8: compiled at once for so many positions a call; 0: at first need
  bool keep_text = false;             // keep LLVM IR and assembly
  PrintLine print = print_to_stderr;  // once an evaluation and statement, in each lane that runs it
};

/// Data that several readers share; nobody changes them.
using SharedData = std::shared_ptr<const ir::DataSet>;

/// `data` with other numbers under one name. An Error if there is no such name, or another type.
Result<SharedData> replaced(const SharedData& data, const std::string& name,
                            const ir::Array& array);

class Compiled final : public Density {
 public:
  /// Of a program that has been through the passes: its density has an argument, the position, and
  /// yields the log density and its gradient. Errors are those of data that do not fit, of settings
  /// and of operations that the compiler lacks.
  static Result<std::shared_ptr<Compiled>> compile(ir::Program program, SharedData data,
                                                   const CompileSettings& settings = {});
  static Result<std::shared_ptr<Compiled>> compile(ir::Program program, ir::DataSet data,
                                                   const CompileSettings& settings = {});

  int dimension() const override { return dimension_; }
  /// Compiles for `lanes` at first need, and throws Failure if that cannot be. Safe from several
  /// threads.
  std::unique_ptr<Evaluator> evaluator(int lanes) const override;
  GradientCost cost() const override { return cost_; }

  /// What the density reads: data, and what the prelude makes of them.
  struct Inputs {
    SharedData data;
    std::map<ir::Value, ir::Array> prelude;
  };
  /// Of other data of the same shapes. An Error if the prelude refuses them, or an integer leaves
  /// the range that the code was compiled for.
  Result<Inputs> inputs(SharedData data) const;
  /// From the next evaluation on; not while one runs.
  void rebind(Inputs inputs);
  /// Both in one, for one array.
  Result<void> rebind(const std::string& name, const ir::Array& array);

  /// Mapping and why, times, sizes.
  std::string explain() const;

 private:
  struct Instance {
    std::shared_ptr<const codegen::Code> code;
    std::vector<AlignedBytes> arrays;  // one a slot
  };
  Compiled(ir::Program program, const CompileSettings& settings);
  Result<void> start(SharedData data);
  Result<Inputs> run_prelude(SharedData data) const;
  Result<void> check_ranges(const Inputs& inputs) const;
  Result<const Instance*> make_instance(int lanes) const;
  const Instance& instance(int lanes) const;
  const ir::Array& value_of(const Inputs& inputs, ir::Value value) const;
  codegen::CodeSettings code_settings(int lanes) const;

  ir::Program program_;
  CompileSettings settings_;
  int dimension_ = 0;
  GradientCost cost_;
  std::map<ir::Value, std::string> of_data_;  // what the density takes from data, with the name
  std::set<ir::Value> of_prelude_;            // and from the prelude
  std::map<ir::Value, codegen::Range> ranges_;
  Inputs inputs_;
  mutable std::mutex mutex_;
  mutable std::map<int, Instance> instances_;  // by lanes
};

}  // namespace tyche
