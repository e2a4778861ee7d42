#include "tyche/ir/random_program.hpp"

#include <utility>

#include "tyche/ir/random_choices.hpp"
#include "tyche/ir/random_statements.hpp"

namespace tyche::ir {
namespace {

constexpr int observations = 9;

class ProgramWriter {
 public:
  explicit ProgramWriter(const RandomProgramOptions& options)
      : options_(options),
        chance_(options.seed),
        statements_(options_, chance_, out_.program),
        write_(statements_.writer()) {}

  RandomProgram program() {
    data();
    if (options_.functions) functions();
    Builder prelude(out_.program, out_.program.prelude);
    Pool pool = prelude_pool(prelude);
    statements_.allow({.terms = false}, options_.statements);
    statements_.statements(prelude, pool, 1, 4);
    prelude.yield({});
    density(std::move(pool));
    return std::move(out_);
  }

 private:
  void declare(const char* name, Array array) {
    out_.program.data.push_back({name, array.type});
    out_.data[name] = std::move(array);
  }

  void data() {
    Array x{.type = Type::vector(8)};
    for (int k = 0; k < 8; ++k) x.reals.push_back(chance_.uniform(-1.5, 1.5));
    Array groups{.type = Type::array(Type::integer(), {11})};
    for (int k = 0; k < 11; ++k) groups.integers.push_back(chance_.below(3));
    Array m{.type = Type::matrix(3, 2)};
    for (int k = 0; k < 6; ++k) m.reals.push_back(chance_.uniform(-1.5, 1.5));
    declare("x", std::move(x));
    declare("group", std::move(groups));
    declare("m", std::move(m));
    if (options_.choices) {
      Array seen{.type = Type::vector(observations)};
      for (int k = 0; k < observations; ++k) seen.reals.push_back(chance_.uniform(-1.5, 1.5));
      declare("seen", std::move(seen));
    }
    declare("count", {.type = Type::integer(), .integers = {chance_.below(4) + 2}});
  }

  Pool prelude_pool(Builder& b) {
    Pool pool;
    pool.vectors.push_back({b.data("x"), 8, -1.5, 1.5});
    pool.indices.push_back({b.data("group"), 11, 0, 2});
    pool.integers.push_back({b.data("count"), 2, 5});
    const Value m = b.data("m");
    pool.vectors.push_back({b.load(m, {b.integer(chance_.below(3))}), 2, -1.5, 1.5});
    const Value element = b.load(m, {b.integer(chance_.below(3)), b.integer(chance_.below(2))});
    pool.reals.push_back({element, -1.5, 1.5});
    return pool;
  }

  void density(Pool pool) {
    Builder b(out_.program, out_.program.density);
    if (!options_.choices) {
      position(b, pool);
      statements_.allow({.rejections = options_.rejections}, options_.statements);
      statements_.statements(b, pool, 0, options_.statements);
      return options_.terms ? terms(b, pool) : yields(b, pool);
    }
    RandomChoices choices(chance_, out_.program, write_);
    choices.parameters(b, pool);
    statements_.allow({.rejections = options_.rejections}, options_.statements);
    statements_.statements(b, pool, 0, options_.statements);
    choices.observations(b, pool, "seen", observations);
    terms(b, pool);
  }

  void position(Builder& b, Pool& pool) {
    Region& region = b.region();
    const Value u = out_.program.new_value(Type::vector(options_.dimension), "u");
    region.arguments = {u};
    pool.vectors.push_back({u, options_.dimension, -3, 3});
    for (std::int64_t k = 0; k < options_.dimension; ++k) {
      pool.reals.push_back({b.load(u, {b.integer(k)}), -3, 3});
    }
  }

  void terms(Builder& b, Pool& pool) {
    for (int k = 0; k < 2; ++k) statements_.term(b, pool);
    if (options_.choices) b.yield({});
    Builder outputs(out_.program, out_.program.outputs);
    outputs.append(
        {.op = Op::output, .operands = {write_.real(outputs, pool).value}, .name = "quantity"});
    outputs.yield({});
  }

  void yields(Builder& b, const Pool& pool) {
    const Value vector = b.local(Type::vector(options_.dimension));
    for (std::int64_t k = 0; k < options_.dimension; ++k) {
      const Ranged x = write_.real(b, pool);
      b.store(vector, {b.integer(k)}, x.value);
    }
    const Ranged a = write_.real(b, pool), c = write_.real(b, pool);
    b.yield({b.emit(Op::add, {a.value, c.value}), vector});
  }

  /// f calls itself if it may; twice calls a function value.
  void functions() {
    Program& p = out_.program;
    p.functions = {{.name = "f", .region = {}, .result = Type::real()},
                   {.name = "twice", .region = {}, .result = Type::real()}};
    Region& f = p.functions[0].region;
    f.arguments = {p.new_value(Type::real(), "x"), p.new_value(Type::integer(), "n")};
    Builder b(p, f);
    Pool pool;
    pool.reals.push_back({f.arguments[0], -1, 1});
    pool.integers.push_back({f.arguments[1], -2, 4});
    statements_.allow({.terms = false, .calls = false}, 6);
    const Value done = b.emit(Op::le, {f.arguments[1], b.integer(0)});
    b.append({.op = Op::if_else, .operands = {done}, .regions = returning(f.arguments[0])});
    statements_.statements(b, pool, 2, 3);
    const Value less = b.emit(Op::sub, {f.arguments[1], b.integer(1)});
    const Value next = write_.within(b, write_.real(b, pool), 1).value;
    const Value deeper = options_.recursion ? statements_.call(b, "f", {next, less}) : next;
    const Value out = b.emit(Op::mul, {deeper, write_.within(b, write_.real(b, pool), 1).value});
    b.append({.op = Op::return_value, .operands = {out}});

    Region& twice = p.functions[1].region;
    const Type shape{Kind::function, {}, {Type::real(), Type::integer(), Type::real()}};
    twice.arguments = {p.new_value(shape, "g"), p.new_value(Type::real())};
    Builder t(p, twice);
    const Value once =
        statements_.call_value(t, twice.arguments[0], twice.arguments[1], t.integer(2));
    const Value again = statements_.call_value(t, twice.arguments[0], once, t.integer(1));
    t.append({.op = Op::return_value, .operands = {again}});
  }

  std::vector<Region> returning(Value v) {
    std::vector<Region> regions(2);
    Builder(out_.program, regions[0]).append({.op = Op::return_value, .operands = {v}});
    Builder(out_.program, regions[1]).yield({});
    return regions;
  }

  const RandomProgramOptions options_;
  Chance chance_;
  RandomProgram out_;
  RandomStatements statements_;
  RandomWriter& write_;
};

}  // namespace

RandomProgram random_program(const RandomProgramOptions& options) {
  return ProgramWriter(options).program();
}

}  // namespace tyche::ir
