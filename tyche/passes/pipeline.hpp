// From a model to the programs that are run: which passes, in which order, and why.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/ir/layout.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/passes/resolve.hpp"
#include "tyche/passes/run.hpp"

namespace tyche::passes {

/// What a run tells the passes, and what they tell back.
struct Context {
  const Run& run;
  const ir::DataSet& data;  // shapes and counts are read, other values are not
  Centring centring = Centring::written;
  ir::Layout layout = {};
};

struct Pass {
  std::string_view name;
  std::string_view reason;
  Result<ir::Program> (*apply)(ir::Program, Context&);
};

/// The lists. `opening` is common; `outputs` goes on from it, and so does `density`, from which
/// `value` and `gradient` go on.
struct Pipeline {
  std::span<const Pass> opening, density, value, gradient, outputs;
};
const Pipeline& pipeline();

/// What happened to a program, for the reader; and what not to do.
struct Trace {
  struct Entry {
    std::string_view pass;
    std::string_view program;  // the list it is of
    double seconds;
    std::size_t instructions;  // after the pass
    std::string printed = {};  // if asked for
  };
  std::vector<Entry> entries = {};
  std::vector<std::string> skip = {};  // names of passes; those that only lower cannot be missed
  bool print = false;                  // fill Entry::printed
  bool verify = false;                 // after each pass, where assertions are off too
};

/// The programs of a run. Each stands alone, with a prelude of its own.
struct Prepared {
  ir::Program gradient;  // density: u -> (lp, gradient)
  ir::Program value;     // density: u -> lp
  ir::Program outputs;   // density: u -> nothing; outputs: parameters, constrained, and quantities
  ir::Layout layout;
};

/// Runs the pipeline; after each pass the program is verified where assertions are on. Errors are
/// those of bind_shapes, resolve and differentiate.
Result<Prepared> prepare(ir::Program program, const Run& run, const ir::DataSet& data,
                         Trace* trace = nullptr);

/// The same posterior with centring by degree (passes/resolve.hpp): u is vector[d + n].
struct ByDegree {
  ir::Program gradient;  // density: u -> (lp, gradient), the last n of which are 0
  ir::Program priors;    // outputs: locations and scales
};
Result<ByDegree> prepare_by_degree(ir::Program program, const Run& run, const ir::DataSet& data,
                                   Trace* trace = nullptr);

}  // namespace tyche::passes
