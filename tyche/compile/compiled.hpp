// The bridge: a program and its data become a density that runs at the speed of the machine.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "tyche/codegen/emit.hpp"
#include "tyche/compile/arrays.hpp"
#include "tyche/contracts/density.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/ir/layout.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/passes/pipeline.hpp"

namespace tyche {

struct CompileSettings {
  passes::Run run = {};  // which choices are sampled, observed, fixed
  Level level = cpu_level();
  codegen::Mapping mapping = codegen::Mapping::automatic;
  int lanes = 1;           // compiled at once for this many positions a call; 0: at first need
  bool keep_text = false;  // keep LLVM IR and assembly
};

class Compiled final : public Density {
 public:
  /// Of a model as it was written, which goes through the passes first; or of a program that has
  /// been through them: its density has an argument, the position, and yields the log density and
  /// its gradient (`settings.run` is then not read). Errors are those of the passes, of data that
  /// do not fit and of operations that the compiler lacks.
  static Result<std::shared_ptr<Compiled>> compile(ir::Program program, ir::DataSet data,
                                                   const CompileSettings& settings = {});

  int dimension() const override { return dimension_; }
  /// Compiles for `lanes` at first need, and throws Failure if that cannot be. Safe from several
  /// threads.
  std::unique_ptr<Evaluator> evaluator(int lanes) const override;

  /// Other numbers of the same shape, from the next evaluation on; not while one runs. An Error if
  /// the shape differs, or an integer leaves the range that the code was compiled for.
  Result<void> rebind(const std::string& name, const ir::Array& array);

  /// Where the parameters lie in the position; empty of a prepared program.
  const ir::Layout& layout() const { return layout_; }

  /// What the outputs entry records at one position: parameters as the model has them, then the
  /// quantities. `rejected` where it rejects.
  interpret::Evaluation outputs(std::span<const double> u, interpret::Generator& generator) const;

  /// Mapping and why, times, sizes.
  std::string explain() const;
  const codegen::Code& code(int lanes) const { return *instance(lanes).code; }

 private:
  struct Instance {
    std::shared_ptr<const codegen::Code> code;
    std::vector<AlignedBytes> arrays;  // one a slot
  };
  Compiled(ir::Program program, ir::DataSet data, const CompileSettings& settings);
  Result<void> run_preludes();
  Result<void> run_prelude();
  Result<void> start();
  Result<const Instance*> make_instance(int lanes) const;
  const Instance& instance(int lanes) const;
  const ir::Array& value_of(const codegen::Slot& slot) const;
  codegen::CodeSettings code_settings(int lanes) const;

  ir::Program program_;
  ir::DataSet data_;
  CompileSettings settings_;
  int dimension_ = 0;
  std::map<ir::Value, ir::Array> outer_;  // what the density takes from data and prelude
  std::map<ir::Value, codegen::Range> ranges_;
  std::optional<ir::Program> outputs_program_;
  std::optional<interpret::Interpreter> outputs_;
  ir::Layout layout_;
  passes::Trace trace_;
  mutable std::mutex mutex_;
  mutable std::map<int, Instance> instances_;  // by lanes
};

}  // namespace tyche
