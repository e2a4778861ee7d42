// Runs prepared code: one Machine an evaluation.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tyche/interpret/cell.hpp"
#include "tyche/interpret/code.hpp"
#include "tyche/interpret/interpreter.hpp"
#include "tyche/interpret/recorder.hpp"
#include "tyche/kernels/elementary.hpp"
#include "tyche/numeric/linear_algebra.hpp"

namespace tyche::interpret {

/// How a block was left: `next` by its end or its yield.
enum class Flow : std::uint8_t { next, broken, continued, returned, rejected };

/// Partial sums of one array inside a plate.
struct Accumulator {
  int lanes = 1;
  std::size_t lane = 0;
  std::vector<double> sums;    // [element][lane]
  std::vector<char> added_to;  // [element]
};

/// The values of one call.
struct Activation {
  std::vector<Cell> cells;
  std::vector<Accumulator> accumulators;
};

/// What every evaluation of a bound program shares.
struct Bound {
  const ir::Program* program;
  const Lowered* lowered;
  const ir::DataSet* data;
  const std::map<std::string, Cell>* data_cells;
  const ElementaryTable* elementary;
  const LinearAlgebraTable* algebra;
};

enum class Choices : std::uint8_t { none, simulated, assessed };

struct Task {
  Choices choices = Choices::none;
  const ir::DataSet* given = nullptr;  // assessed
  Generator* generator = nullptr;
  Record record = Record::nothing;
};

/// Calls nested deeper reject the point.
constexpr int deepest_call = 1000;

class Machine {
 public:
  Machine(const Bound& bound, Task task, Activation entries)
      : bound_(bound), task_(task), entries_(std::move(entries)), here_(&entries_) {}

  Flow run(const Block& block);
  Flow run(const Block& block, std::span<const Cell> arguments);

  Activation& entries() { return entries_; }
  /// Everything but the yields.
  Evaluation evaluation();
  const std::string& why() const { return why_; }

 private:
  Cell& cell(Slot slot) { return here_->cells[slot]; }
  const Cell& in(const Node& node, std::size_t k) { return cell(node.in[k]); }
  void give(const Node& node, Cell value) { cell(node.out[0]) = std::move(value); }
  std::vector<Cell> gather(std::span<const Summand> yields);
  std::vector<Cell> gather(std::span<const Slot> slots);
  void give_all(const Node& node, std::vector<Cell> values);
  double added(const Summand& summand, double sum);

  Flow reject(const Node& node, std::string why);
  std::string place(const Node& node) const;

  Flow step(const Node& node);
  Flow leaf(const Node& node);
  Flow arithmetic(const Node& node);
  Flow logic(const Node& node);
  Flow to_integer(const Node& node);
  Flow memory(const Node& node);
  Flow algebra(const Node& node);
  Flow control(const Node& node);
  Flow meaning(const Node& node);

  std::optional<Part> part(const Node& node, std::size_t indices, Flow& flow);
  Flow load_part(const Node& node);
  Flow store_part(const Node& node);
  Flow add_to(const Node& node);
  Flow slice_of(const Node& node);
  ir::Array& writable(Slot local);

  Flow for_loop(const Node& node);
  Flow while_loop(const Node& node);
  Flow if_else(const Node& node);
  Flow call(const Node& node);

  Flow plate(const Node& node);
  Flow plate_iterations(const Node& node, std::vector<std::vector<Cell>>& mapped,
                        std::vector<double>& sums);
  Flow scan(const Node& node);
  void begin_sums(const Node& node, int lanes);
  void end_sums(const Node& node);
  void add_element(int accumulator, Slot local, std::size_t element, double value);
  Cell stacked(const std::vector<Cell>& values, const ir::Type& type);

  Flow choice(const Node& node);
  Flow draw_choice(const Node& node, Cell& value);
  Flow find_choice(const Node& node, Cell& value, Term& term);
  Flow draw(const Node& node);
  void print(const Node& node);
  Flow output(const Node& node);
  const ir::Type& type_of(const Node& node, std::size_t operand) const;

  const Bound& bound_;
  Task task_;
  Activation entries_;
  Activation* here_;
  Cell returned_;
  std::optional<std::vector<Cell>> again_;  // arguments of a tail call that is due
  int depth_ = 0;
  double target_ = 0;
  double* sum_ = &target_;  // where terms are added: the target or a partial sum of a plate
  std::vector<LoopIndex> loops_;
  std::vector<std::int64_t> indices_;  // of the load or store in hand
  std::string why_;
  std::vector<Term> terms_;
  Recorder choices_;
  Recorder outputs_;
  std::vector<std::string> printed_;
};

}  // namespace tyche::interpret
