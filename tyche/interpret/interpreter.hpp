// The meaning of an IR program, run instruction by instruction (semantics: tyche/ir/program.hpp).
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/interpret/generator.hpp"
#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/kernels/level.hpp"

namespace tyche::interpret {

/// What one `term` or choice added to the log density.
struct Term {
  ir::Role role;
  std::int64_t observation = -1;  // which observation it belongs to; -1: none
  double value;
  std::int32_t location = -1;  // index into Program::locations
};

struct Evaluation {
  bool rejected = false;
  std::string why;                // of a rejection: where and what, for the reader
  double target = 0;              // sum of the terms; -inf where rejected
  std::vector<ir::Array> yields;  // what the density entry yields; empty where rejected
  std::vector<Term> terms;        // in the order of the text; only where asked for
  ir::DataSet choices;            // by simulate and assess: each choice, dims of plates first
  ir::DataSet outputs;            // recorded by `output`, dims of loops around it first
  std::vector<std::string> printed;
};

/// What `print` says: its text, then the elements of the values in storage order.
std::string print_line(std::string text, std::span<const ir::Array> values);

enum class Record : std::uint8_t { nothing, terms };

struct Task;

/// A program bound to data. Copies share the program; every member is safe to call from several
/// threads at once.
class Interpreter {
 public:
  /// Checks `data` against the declarations and runs the prelude. The program must have passed
  /// ir::verify. Data sets may hold more than is declared.
  static Result<Interpreter> create(ir::Program program, ir::DataSet data,
                                    Level level = cpu_level());
  /// The same over data that others read too.
  static Result<Interpreter> over(ir::Program program, std::shared_ptr<const ir::DataSet> data,
                                  Level level = cpu_level());

  /// Of a program after passes/resolve, whose density has one argument: the unconstrained position.
  Evaluation density(std::span<const double> u, Record record = Record::nothing) const;
  /// Density, then the outputs entry.
  Evaluation outputs(std::span<const double> u, Generator& generator) const;

  /// Of a source program: every choice, observed ones too, is drawn by its own sampler; the terms
  /// are the log densities of what was drawn. Runs the outputs entry as well.
  Evaluation simulate(Generator& generator) const;
  /// Of a source program: the choices have the values given here, or else those of the data of the
  /// same name (then the term is a likelihood and its observation the position in the data).
  /// A choice with neither rejects.
  Evaluation assess(const ir::DataSet& choices) const;

  const ir::Program& program() const;

 private:
  struct State;
  Evaluation evaluate(std::span<const double> u, const Task& task, bool with_outputs) const;

  std::shared_ptr<const State> state_;
};

}  // namespace tyche::interpret
