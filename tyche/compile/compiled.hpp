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
#include "tyche/ir/value.hpp"

namespace tyche {

struct CompileSettings {
  Level level = cpu_level();
  codegen::Mapping mapping = codegen::Mapping::automatic;
  int lanes = 1;           // compiled at once for this many positions a call, 1 or 8
  bool keep_text = false;  // keep LLVM IR and assembly
};

class Compiled final : public Density {
 public:
  /// Of a program that is resolved, bound to the shapes of `data` and differentiated.
  static Result<std::shared_ptr<Compiled>> compile(ir::Program program, ir::DataSet data,
                                                   const CompileSettings& settings = {});

  int dimension() const override { return dimension_; }
  /// Compiles for `lanes` at first need. Safe from several threads.
  std::unique_ptr<Evaluator> evaluator(int lanes) const override;

  /// Other numbers of the same shape, from the next evaluation on; not while one runs. An Error if
  /// the shape differs, or an integer leaves the range that the code was compiled for.
  Result<void> rebind(const std::string& name, const ir::Array& array);

  /// What the outputs entry records at one position.
  ir::DataSet outputs(std::span<const double> u, interpret::Generator& generator) const;

  /// Mapping and why, times, sizes.
  std::string explain() const;
  const codegen::Code& code(int lanes) const { return *instance(lanes).code; }

 private:
  struct Instance {
    std::shared_ptr<const codegen::Code> code;
    std::vector<AlignedBytes> arrays;  // one a slot
  };
  Compiled(ir::Program program, ir::DataSet data, const CompileSettings& settings);
  Result<void> run_prelude();
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
  std::optional<interpret::Interpreter> interpreter_;
  mutable std::mutex mutex_;
  mutable std::map<int, Instance> instances_;  // by lanes
};

}  // namespace tyche
