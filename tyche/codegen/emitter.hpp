// Walks a program and writes code for it, instruction by instruction.
#pragma once
#include <variant>

#include "tyche/codegen/affine.hpp"
#include "tyche/codegen/array.hpp"

namespace tyche::codegen {

/// A value of the program: a number, a container, or the items of a tuple.
struct Item {
  std::variant<std::monostate, Number, Array, std::vector<Item>> is;
  bool exists() const { return is.index() != 0; }
};

/// What one plate does with some adds of its body to a container from outside it, which reach the
/// elements [range.low, range.high] and are alone there: it sums by itself first.
struct Sink {
  enum class Kind : std::uint8_t {
    single,  // elements that stay the same: partial sums in variables
    direct,  // an element belongs to one iteration: handed on when that ends
    pair,    // an element gets from two iterations: kept by iteration, added when the plate ends
    buffer   // anything: partial sums of every element
  };
  Kind kind = Kind::buffer;
  ir::Value local;
  Range range;
  std::vector<const ir::Instruction*> adds = {};
  std::vector<Affine> indices = {};     // not of a buffer: the different ones; pair: lower first
  std::vector<llvm::Value*> sums = {};  // one an index; of the iteration unless single
  std::vector<Array> kept = {};         // pair: one an index, shifted so that they add up
  Array buffer = {};                    // [element - range.low][slot]
};

/// Adds in turn of a plate whose rows are in lanes: kept by row, then added in the order of the
/// rows.
struct Turns {
  const ir::Instruction* add;
  Array elements, values;
};

/// One plate around the instruction in hand.
struct PlateScope {
  const PlateBody* body;
  const ir::Region* region;
  ir::Order order;
  bool rows = false;  // its iterations are the lanes
  int slots = 1;      // partial sums, if not rows
  Number slot = {};   // which of them this iteration adds to
  std::vector<Sink> sinks = {};
  Number row = {};  // whose iteration is in hand
  std::span<const Array> mapped = {};
  std::set<std::size_t> stored = {};  // of `mapped`, in this iteration
  std::vector<Turns> turns = {};
  llvm::Value* added = nullptr;  // variable: of how many rows
};

/// Where break and continue go.
struct LoopScope {
  llvm::BasicBlock* after = nullptr;  // outside an axis
  llvm::BasicBlock* latch = nullptr;
  llvm::Value* broken = nullptr;  // in an axis: a bit a lane
  llvm::Value* continued = nullptr;
};

struct Choices {
  bool rows = true;  // plates of order `lanes` may take the lanes
  std::string reason;
};

class Emitter {
 public:
  Emitter(Context& context, const ir::Program& program, Choices& choices)
      : c_(context), n_(context), a_(context, n_), program_(program), choices_(choices) {
    values_.resize(program.values.size());
  }

  void bind(ir::Value v, Item item) { values_[v.id] = std::move(item); }
  void bind_constant(ir::Value v, std::int64_t x) {
    constants_[v] = x;
    bind(v, {n_.integer(x)});
  }
  /// `local` v lives in this memory instead of its own.
  void place(ir::Value v, Array memory) { placed_.emplace(v, std::move(memory)); }
  /// Runs a region whose arguments are bound.
  void region(const ir::Region& region);
  const Item& item(ir::Value v) const { return values_[v.id]; }
  const Number& number(ir::Value v) const { return std::get<Number>(values_[v.id].is); }
  const Array& array(ir::Value v) const { return std::get<Array>(values_[v.id].is); }
  Arrays& arrays() { return a_; }
  Numbers& numbers() { return n_; }

 private:
  void instruction(const ir::Region& region, std::size_t at);
  void leaf(const ir::Instruction& at);
  void scalar(const ir::Instruction& at);
  /// Two calls of one long function become one of two lanes, the second at the place of the first.
  bool joined_call(const ir::Region& region, std::size_t at);
  /// A number that nothing changes, at an index within: it may be read earlier.
  bool surely_loads(const ir::Instruction& at) const;
  /// The call at `at`, made where the instructions before `now` are done.
  bool pair_call(const ir::Region& region, std::size_t at, std::size_t now);
  void memory(const ir::Region& region, std::size_t at);
  void make_local(const ir::Region& region, std::size_t at);
  void load(const ir::Instruction& at);
  void store(const ir::Instruction& at);
  void select_arrays(const ir::Instruction& at);
  std::vector<Number> indices(const ir::Instruction& at, std::size_t count) const;

  void algebra(const ir::Instruction& at);

  void for_loop(const ir::Instruction& at);
  bool fill_in_lanes(const ir::Instruction& at);
  /// A loop of much work whose turns only store, each in rows of its own.
  bool loop_in_lanes(const ir::Instruction& at);
  bool stores_rows(const ir::Instruction& loop) const;
  void scan(const ir::Instruction& at);
  void turns(const Number& count, const ir::Region& body,
             llvm::function_ref<void(const Number&)> f);
  void masked_turns(const Number& count, llvm::function_ref<void(const Number&)> f);
  void while_loop(const ir::Instruction& at);
  llvm::Value* lasting_lanes(const Number& on);
  void if_else(const ir::Instruction& at);
  void branch(const ir::Instruction& at);
  void blend(const ir::Instruction& at);
  void side(const ir::Region& region, const Parts& mask, llvm::function_ref<void()> results);
  /// A loop whose body may leave it; in an axis, with flags for the lanes that have.
  LoopScope loop_scope(llvm::BasicBlock* after);
  void clear_flags(llvm::Value* flags);
  llvm::Value* flag(llvm::Value* flags, int part);
  void leave(ir::Op op);
  void narrow_mask();
  bool stays_uniform(const ir::Region& body, ir::Value v, const std::set<ir::Value>& assumed) const;
  /// Variables for what a loop carries; bind() makes region arguments of their present values.
  struct Carried;
  Carried carry(const ir::Region& body, std::span<const ir::Value> initial, std::size_t skip);
  void load_carried(const Carried& carried, std::span<const ir::Value> to);
  void store_carried(const Carried& carried, std::span<const ir::Value> from, bool masked);

  void print(const ir::Instruction& at);
  /// What instruction `at` prints in one lane (0 outside an axis), as words in a row from `to` on.
  void write_words(const ir::Instruction& at, int lane, llvm::Value* to);

  void plate(const ir::Instruction& at);
  void in_rows(llvm::function_ref<void()> body);
  void rows_plate(const ir::Instruction& at);
  void serial_plate(const ir::Instruction& at);
  void iteration(const ir::Instruction& at, const Number& i, std::span<const Array> mapped);
  bool takes_lanes(const ir::Instruction& at) const;
  bool masks_all(std::optional<std::int64_t> count, int parts) const;
  /// body(i) for blocks of 8 `parts` rows, then masked ones of 8; or for masked ones alone.
  void rows(const Number& count, int parts, llvm::function_ref<void(const Number&)> body);
  Parts present(const Number& i, llvm::Value* n);
  /// Of the innermost plate, what yields v.
  void store_mapped(const ir::Region& body, ir::Value v);
  std::vector<Array> mapped_results(const ir::Instruction& at);
  void bind_mapped(const ir::Instruction& at, std::vector<Array> mapped);
  Summand summand(const ir::Region& region, ir::Value v) const;

  // stretches.cpp
  /// As `region`, for the body of a plate whose rows are in lanes.
  void row_region(const ir::Region& region);
  bool plain(const ir::Instruction& at) const;
  std::vector<const ir::Instruction*> run(const ir::Region& region,
                                          std::vector<const ir::Instruction*> waiting,
                                          const ir::Instruction* next);
  void one(const ir::Instruction& plain);
  std::vector<const ir::Instruction*> varying_part(std::span<const ir::Instruction* const> all);
  void stretch(const ir::Region& region, std::span<const ir::Instruction* const> all);

  // in_turn.cpp
  void open_turns(PlateScope& scope, const Number& count);
  void keep_turn(const ir::Instruction& add, const Number& element, const Number& value);
  /// Adds what rows before `end` have kept.
  void add_turns(const PlateScope& scope, llvm::Value* end);
  /// Whether blocks of so many vectors of rows fill exactly what is kept.
  bool turns_hold(const PlateScope& scope, int parts) const;
  /// The same once there is no room for more.
  void add_full_turns(const PlateScope& scope, const Number& count);

  // sums.cpp
  void open_sums(PlateScope& scope, const Number& count);
  std::vector<Sink> sinks(const PlateScope& scope, ir::Value local, const Number& count) const;
  Sink::Kind kind(const PlateScope& scope, const Sink& sink) const;
  bool leaves_sums(const PlateScope& scope, ir::Value local) const;
  void prepare(const PlateScope& scope, Sink& sink, const Number& count);
  void begin_iteration(PlateScope& scope);
  void end_iteration(PlateScope& scope, const Number& i);
  void close_sums(PlateScope& scope, const Number& count);
  void close_buffer(const PlateScope& scope, const Sink& sink);
  void close_pair(const Sink& sink, const Number& count);
  void add_to(const ir::Instruction& at, const ir::Region& region);
  /// Adds to what the innermost of the first `scopes` plates keeps for `add`, or to the container.
  void add_from(std::size_t scopes, const ir::Instruction& add, const Number& element,
                const Summand& value);
  Affine flat_index(const PlateBody& body, const ir::Instruction& add) const;
  Range range_of(const PlateBody& body, const Affine& index, const Number& count) const;
  Number evaluate(const Affine& index, const Number& i) const;
  /// Partial sums of rows: the parts of the axis one after the other into one vector.
  void add_rows(llvm::Value* variable, const Summand& value);
  /// Whether every sum across rows gets at most one summand a row: then several vectors of rows may
  /// advance together and still add in the order of the rows.
  bool sums_once(const PlateScope& scope) const;
  bool spreads(const PlateScope& scope, const ir::Instruction& add) const;
  Number joined_sum(const PlateScope& scope, llvm::Value* variable);
  llvm::Value* sum_variable(int slots);
  Number load_sum(llvm::Value* variable, llvm::Value* slot);
  void add_sum(llvm::Value* variable, llvm::Value* slot, const Summand& value);
  void zero_sum(llvm::Value* variable, int slots);

  Context& c_;
  Numbers n_;
  Arrays a_;
  const ir::Program& program_;
  Choices& choices_;
  std::vector<Item> values_;
  std::map<ir::Value, Array> placed_;
  std::map<ir::Value, std::int64_t> constants_;  // whole numbers that are known
  std::vector<PlateScope*> scopes_;
  std::vector<LoopScope> loops_;
  std::set<ir::Value> early_;  // computed before their place
};

/// How much code this makes, roughly in instructions; loops count their body once.
int weight(const ir::Region& region);
int weight(const ir::Instruction& at);
/// The yield that ends a region; none after break, continue or in an absent region.
const ir::Instruction* yield_of(const ir::Region& region);
/// Whether it is an add_to in turn.
bool adds_in_turn(const ir::Instruction& at);
/// Whether the region leaves the loop around it by break or continue.
bool leaves_loop(const ir::Region& region);

}  // namespace tyche::codegen
