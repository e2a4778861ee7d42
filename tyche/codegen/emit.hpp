// Code generation: a density program to machine code, for one position, or for four or eight at
// once.
//
// One emitter serves both mappings. It keeps every scalar either uniform (one number for all
// lanes), linear (a + b lane, integers only) or varying (a vector), and knows at each place
// which axis the lanes run over: the chains of a batch (from the entry on) or the rows of a plate
// (inside that plate). Sums have the eight partial sums of the program's meaning in either mapping,
// so the mapping does not change a bit of the answer; nor does the level, `plain` apart.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/kernels/level.hpp"
#include "tyche/kernels/mapping.hpp"

namespace tyche::codegen {

struct Range {
  std::int64_t low = INT64_MIN, high = INT64_MAX;
  friend bool operator==(const Range&, const Range&) = default;
};

struct CodeSettings {
  Level level = cpu_level();
  Mapping mapping = Mapping::automatic;  // rows for one position, chains for more
  int lanes = 1;                         // positions a call: 1, 4 or 8
  bool keep_text = false;                // keep LLVM IR and assembly in Code
  /// What the integers of a data or prelude array are known to lie in, by value of the program;
  /// an index within bounds for the whole range is not checked again. Scalars become constants
  /// when the range holds one number.
  std::map<ir::Value, Range> ranges = {};
};

/// One pointer that the code reads from its context.
struct Slot {
  ir::Value value;      // a `data` result, or what the prelude defines
  std::string data;     // the name of the data; empty: of the prelude
  ir::Type type;        // scalars are arrays of one number
  bool narrow = false;  // integers as int32_t, else int64_t; reals are double
  /// Of a matrix of reals, elements from one column to the next: whole cache lines where columns
  /// are long. 0: no gaps.
  std::int64_t column = 0;
};

/// Where the CPU time of a compilation went, in milliseconds.
struct CompileTimes {
  double emit = 0, optimise = 0, machine = 0, link = 0;
};

/// A `print` of the program.
struct PrintStatement {
  std::string text;
  std::vector<ir::Type> values;  // those of a line follow each other, each in its storage order
};

/// Whom the code tells of each line: the number of the statement, and 8 bytes an element (a double,
/// or a 64-bit integer).
struct Printer {
  void (*line)(void* self, std::int64_t statement, const void* values) noexcept;
  void* self;
};

/// The context is an array of pointers: the slots in order (each padded by `padding` bytes beyond
/// its last element), the workspace (64-byte aligned), and, where the code prints, a Printer.
using Function = void (*)(void* context, const double* q, double* gradient,
                          double* log_density) noexcept;

class Code {
 public:
  virtual ~Code() = default;
  static constexpr std::size_t padding = 512;

  Function function = nullptr;
  std::vector<Slot> slots;
  std::size_t workspace = 0;  // bytes
  std::vector<PrintStatement> prints;
  Mapping mapping = Mapping::rows;
  std::string reason;  // the mapping, and how each plate is run
  CompileTimes times;
  std::string llvm, assembly;  // if kept
};

/// Machine code of `program.density` (see Program: no choices, no calls; yields the log density
/// and, if differentiated, its gradient). Shapes are known. A lane that is rejected, or whose log
/// density is NaN, answers -inf, and prints no more. An Error says which operation the compiler
/// lacks. Thread-safe; the memory of the code is given back with the last copy of the pointer.
Result<std::shared_ptr<const Code>> emit(const ir::Program& program, const CodeSettings& settings);

}  // namespace tyche::codegen
