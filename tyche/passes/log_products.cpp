#include <algorithm>
#include <optional>

#include "tyche/passes/contract.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

constexpr std::int64_t fewest = 64;  // rows; below, the second walk costs as much as it saves
constexpr std::int64_t most = std::int64_t(1) << 14;  // beyond, the factors leave the caches
constexpr std::int64_t together = 32;                 // factors of a product, which is at most 2^32
constexpr std::int64_t lanes = 8;

/// A summand log1p_unit(e) of a sum over a plate, and the rest of the sum, if any.
struct Log {
  Value e, rest = {};
  bool minus = false;
};

/// Where the factors of a sum's logs are kept, the sum, and what the plate still makes of it.
struct Part {
  Value factors, result, rest;
  bool minus;
};

class Products {
 public:
  explicit Products(Program& program)
      : program_(program), constants_(program), uses_(use_counts(program)) {}

  void region(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      b.at(i.location);
      std::int64_t n = 0;
      const bool rows = i.op == Op::plate && constants_.integer(i.operands[0], n);
      if (rows && n >= fewest && n <= most) {
        plate(b, std::move(i), n);
      } else {
        b.append(std::move(i));
      }
    }
    region = std::move(out);
  }

 private:
  static Instruction* defining(Region& body, Value v) {
    const auto at = std::ranges::find_if(body.body, [&](const Instruction& i) {
      return i.results.size() == 1 && i.results[0] == v;
    });
    return at == body.body.end() ? nullptr : &*at;
  }

  /// Takes the first log out of the sum `v`, which nothing else uses.
  std::optional<Log> take(Region& body, Value v) {
    Instruction* const i = defining(body, v);
    if (!i || uses_[v.id] != 1) return {};
    if (i->op == Op::log1p_unit) return Log{.e = i->operands[0]};
    if (i->op != Op::add && i->op != Op::sub) return {};
    for (const std::size_t k : {0U, 1U}) {
      std::optional<Log> log = take(body, i->operands[k]);
      if (!log) continue;
      const bool difference = i->op == Op::sub;
      log->minus = log->minus != (difference && k == 1);
      if (log->rest.exists()) {
        i->operands[k] = log->rest;
        log->rest = v;
      } else if (difference && k == 0) {
        i->op = Op::neg;
        i->operands = {i->operands[1]};
        log->rest = v;
      } else {
        log->rest = i->operands[1 - k];
      }
      return log;
    }
    return {};
  }

  /// The slope of the log too, from the factor that is there.
  void divide(Region& body, Value e) {
    std::vector<Instruction> out;
    for (Instruction& i : body.body) {
      if (i.op == Op::inv1p && i.operands[0] == e) {
        Region made{.arguments = {}, .body = {}};
        Builder b(program_, made);
        const Value one = b.real(1), factor = b.emit(Op::add, {one, e});
        for (Instruction& before : made.body) out.push_back(std::move(before));
        i.op = Op::div;
        i.operands = {one, factor};
      }
      out.push_back(std::move(i));
    }
    body.body = std::move(out);
  }

  /// Leaves what else it sums to the plate, which maps the factors too.
  void plate(Builder& b, Instruction plate, std::int64_t n) {
    Region& body = plate.regions[0];
    Instruction yield = std::move(body.body.back());
    body.body.pop_back();
    std::vector<Part> parts;
    for (std::size_t k = std::size_t(plate.integer); k < yield.operands.size(); ++k) {
      const std::optional<Log> log = take(body, yield.operands[k]);
      if (!log) continue;
      divide(body, log->e);
      Builder inner(program_, body);
      const Value factor = inner.emit(Op::add, {inner.real(1), log->e});
      const Value factors = program_.new_value(Type::vector(n));
      const Value rest = log->rest.exists() ? program_.new_value(Type::real()) : Value{};
      parts.push_back({factors, plate.results[k], rest, log->minus});
      yield.operands[k] = log->rest;
      plate.results[k] = rest;
      yield.operands.insert(yield.operands.begin() + plate.integer, factor);
      plate.results.insert(plate.results.begin() + plate.integer++, factors);
      ++k;
    }
    const auto none = [](Value v) { return !v.exists(); };
    std::erase_if(yield.operands, none);
    std::erase_if(plate.results, none);
    body.body.push_back(std::move(yield));
    b.append(std::move(plate));
    for (const Part& part : parts) add_logs(b, part, n);
  }

  /// The product of `first` and of the factors at first_index + k step, k < turns.
  static Value product(Builder& b, const Part& part, Value first, Value first_index,
                       std::int64_t step, std::int64_t turns) {
    return b.for_loop(
        b.integer(turns), std::span(&first, 1),
        [&](Builder& in, Value k, std::span<const Value> so_far) -> std::vector<Value> {
          const Value skip = in.emit(Op::mul, {k, in.integer(step)});
          const Value factor = in.load(part.factors, {in.emit(Op::add, {first_index, skip})});
          return {in.emit(Op::mul, {so_far[0], factor})};
        })[0];
  }

  void add_logs(Builder& b, const Part& part, std::int64_t n) {
    const std::int64_t rows = (n + together * lanes - 1) / (together * lanes) * lanes;
    const std::int64_t turns = n / rows, left = n % rows;
    Value logs = b.plate(rows, 0, [&](Builder& in, Value row) -> std::vector<Value> {
      const Value next = in.emit(Op::add, {row, in.integer(rows)});
      const Value all = product(in, part, in.load(part.factors, {row}), next, rows, turns - 1);
      return {in.emit(Op::log, {all})};
    })[0];
    if (left > 0) {
      const Value rest = product(b, part, b.real(1), b.integer(rows * turns), 1, left);
      logs = b.emit(Op::add, {logs, b.emit(Op::log, {rest})});
    }
    if (part.rest.exists()) {
      const Op op = part.minus ? Op::sub : Op::add;
      b.append({.op = op, .operands = {part.rest, logs}, .results = {part.result}});
    } else {
      b.region().body.back().results[0] = part.result;
    }
  }

  Program& program_;
  Constants constants_;
  std::vector<int> uses_;
};

}  // namespace

Program log_products(Program program) {
  with_density(program, [&](Region& density) { Products(program).region(density); });
  return program;
}

}  // namespace tyche::passes
