#include "tyche/passes/resolve.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "tyche/passes/moving.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// A plate, loop or scan around a choice.
struct Frame {
  Value index;
  std::int64_t count;
};

/// What `outputs` will record, as the region at hand knows it.
struct Export {
  std::string name;
  std::int32_t location;
  Value value;
};

class Resolver {
 public:
  /// By degree if it is told the dimension of the position.
  Resolver(Program& program, const Run& run, std::optional<std::int64_t> dimension)
      : program_(program), run_(run), dimension_(dimension) {}

  Result<Resolved> resolve() {
    u_ = program_.new_value(Type::vector(0), "u");
    Region density = std::move(program_.density);
    const std::vector<Export> exports = region(density, {});
    refuse_unknown_names();
    if (error_) return std::unexpected(*error_);
    density.arguments = {u_};
    const std::int64_t degrees = dimension_ ? layout_.recentred : 0;
    program_.values[u_.id].type = Type::vector(layout_.dimension + degrees);
    program_.density = std::move(density);
    write_outputs(exports);
    if (error_) return std::unexpected(*error_);
    return Resolved{std::move(program_), std::move(layout_)};
  }

 private:
  std::string place(const Instruction& choice) const {
    if (choice.location < 0) return choice.name;
    const ir::Location& at = program_.locations[std::size_t(choice.location)];
    return choice.name + " (" + at.file + ":" + std::to_string(at.line) + ")";
  }

  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  std::int64_t count(Value v) const {
    const auto at = counts_.find(v.id);
    return at == counts_.end() ? ir::unknown : at->second;
  }

  std::vector<Export> region(Region& region, std::vector<Frame> frames) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    std::vector<Export> exports;
    for (Instruction& i : region.body) {
      b.at(i.location);
      if (i.op == Op::output && dimension_) continue;
      if (i.op == Op::constant) counts_[i.results[0].id] = i.integer;
      if (i.op == Op::choice) {
        choice(b, i, frames, exports);
      } else if (i.regions.empty()) {
        rename(i, names_);
        moving_.pass(i);
        b.append(std::move(i));
      } else {
        structured(b, std::move(i), frames, exports);
      }
    }
    region = std::move(out);
    return exports;
  }

  void structured(Builder& b, Instruction i, std::vector<Frame> frames,
                  std::vector<Export>& exports) {
    for (Value& v : i.operands) v = renamed(names_, v);
    const bool indexed = i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan;
    if (indexed) frames.push_back({i.regions[0].arguments[0], count(i.operands[0])});
    moving_.enter(i, names_);
    std::vector<Export> inner;
    for (Region& r : i.regions) {
      const int depth = depth_in_branch_;
      if (i.op == Op::if_else) depth_in_branch_ |= 1;
      if (i.op == Op::while_loop) depth_in_branch_ |= 2;
      const std::vector<Export> more = region(r, frames);
      depth_in_branch_ = depth;
      inner.insert(inner.end(), more.begin(), more.end());
    }
    const std::int64_t n = indexed ? frames.back().count : 0;
    if (i.op == Op::for_loop) {
      carry_out(b, i, n, inner);
    } else if (indexed) {
      map_out(i, n, inner);
    }
    b.append(std::move(i));
    exports.insert(exports.end(), inner.begin(), inner.end());
  }

  /// A plate or scan stacks the values as further results.
  void map_out(Instruction& i, std::int64_t n, std::vector<Export>& inner) {
    auto& yields = yield_of(i.regions[0]).operands;
    for (Export& e : inner) {
      const Value stack = program_.new_value(ir::stacked(program_.type(e.value), n));
      const auto at = i.op == Op::plate ? i.integer : std::int64_t(yields.size());
      yields.insert(yields.begin() + at, e.value);
      i.results.insert(i.results.begin() + at, stack);
      if (i.op == Op::plate) ++i.integer;
      e.value = stack;
    }
  }

  /// A loop stores them in a local.
  void carry_out(Builder& b, Instruction& loop, std::int64_t n, std::vector<Export>& inner) {
    Region& body = loop.regions[0];
    for (Export& e : inner) {
      const Value stack = b.local(ir::stacked(program_.type(e.value), n));
      Instruction store{.op = Op::store, .operands = {stack, body.arguments[0], e.value}};
      body.body.insert(body.body.end() - (has_yield(body) ? 1 : 0), std::move(store));
      e.value = stack;
    }
  }

  Status status(const std::string& name) const {
    if (const auto said = run_.find(name); said != run_.end()) return said->second;
    return std::ranges::find(program_.data, name, &ir::Data::name) != program_.data.end()
               ? Status::observed
               : Status::sampled;
  }

  void choice(Builder& b, Instruction& i, const std::vector<Frame>& frames,
              std::vector<Export>& exports) {
    if (!seen_.insert(i.name).second) {
      return fail({place(i), "a name of its own for each choice", "a second choice named " + i.name,
                   "rename one of the two"});
    }
    for (Value& v : i.operands) v = renamed(names_, v);
    for (Region& r : i.regions) rename(r, names_);
    for (const Frame& f : frames) {
      if (f.count == ir::unknown) {
        return fail({place(i), "plates and loops whose counts follow from the data's shapes",
                     "a count that is computed", "declare the choice outside this loop"});
      }
    }
    Value x;
    const Status said = status(i.name);
    if (said == Status::sampled) {
      x = sampled(b, i, frames, exports);
      if (x.exists()) moving_.mark(x);
    } else if (said == Status::inverted) {
      x = given(b, i, frames);
      const Value u = x.exists() ? inverted(b, i, x) : x;
      if (u.exists()) exports.push_back({i.name, i.location, u});
    } else {
      x = given(b, i, frames);
    }
    if (x.exists()) names_[i.results[0].id] = x;
  }

  Value element(Builder& b, const std::vector<Frame>& frames) const {
    Value e;
    for (const Frame& f : frames) {
      if (!e.exists()) {
        e = f.index;
      } else {
        e = b.emit(Op::add, {b.emit(Op::mul, {e, b.integer(f.count)}), f.index});
      }
    }
    return e.exists() ? e : b.integer(0);
  }

  void add_density(Builder& b, const Instruction& i, Value x, ir::Role role, Value observation) {
    std::vector<Value> arguments{x};
    arguments.insert(arguments.end(), i.operands.begin(), i.operands.end());
    const std::vector<Value> lp = splice(b, i.regions[0], arguments);
    b.term(lp[0], role, i.normalised, observation);
  }

  /// Its prior has a location and a scale that other parameters move.
  bool recentred(const Instruction& i) const {
    return i.regions.size() > 4 && !i.regions[4].body.empty() && moving_.any(i.operands);
  }

  /// The value and the log Jacobian of an element's unconstrained number, by the degree of its
  /// centring.
  std::vector<Value> by_degree(Builder& b, const Instruction& i, Value part, Value element,
                               std::int64_t first, std::vector<Export>& exports) {
    const std::vector<Value> prior = splice(b, i.regions[4], i.operands);
    const Value location = prior[0], scale = prior[1], zero = b.real(0), one = b.real(1);
    const Value at = b.emit(Op::add, {b.integer(*dimension_ + first), element});
    const Value sixteenths = b.emit(Op::floor, {b.emit(Op::load, {u_, at})});
    const Value degree = b.emit(Op::mul, {sixteenths, b.real(1.0 / whole_centring)});
    const Value log_scale =
        b.emit(Op::select, {b.emit(Op::gt, {scale, zero}), b.emit(Op::log, {scale}),
                            b.real(-std::numeric_limits<double>::infinity())});
    exports.push_back({i.name + ".location", i.location, location});
    exports.push_back({i.name + ".log_scale", i.location, log_scale});
    const Value log_jacobian = b.emit(Op::mul, {b.emit(Op::sub, {one, degree}), log_scale});
    const Value u = b.emit(Op::load, {part, b.integer(0)});
    const Value from = b.emit(Op::sub, {u, b.emit(Op::mul, {degree, location})});
    const Value off = b.emit(Op::mul, {b.emit(Op::exp, {log_jacobian}), from});
    return {b.emit(Op::add, {location, off}), log_jacobian};
  }

  Value sampled(Builder& b, const Instruction& i, const std::vector<Frame>& frames,
                std::vector<Export>& exports) {
    if (i.regions.size() < 2 || i.regions[1].body.empty()) {
      const bool whole = program_.type(i.results[0]).element() == Kind::integer;
      fail({place(i), "a continuous parameter",
            whole ? "a discrete one" : "one without a transform to unconstrained space",
            "observe it, fix it, or sum it out: a gradient-based method moves continuous "
            "parameters only"});
      return {};
    }
    if (depth_in_branch_ != 0) {
      fail({place(i), "a parameter that every point has",
            depth_in_branch_ == 1 ? "one inside an if" : "one inside a while",
            "declare it outside and use it inside"});
      return {};
    }
    ir::Parameter parameter{.name = i.name, .type = program_.type(i.results[0])};
    parameter.location = i.location;
    parameter.offset = layout_.dimension;
    parameter.unconstrained = program_.type(i.regions[1].arguments[0]).size();
    for (std::size_t f = frames.size(); f-- > 0;) {
      parameter.type = ir::stacked(parameter.type, frames[f].count);
      parameter.elements *= frames[f].count;
    }
    const std::int64_t k = parameter.unconstrained;
    layout_.dimension += parameter.elements * k;

    const Value which = element(b, frames);
    Value first = which;
    if (k != 1) first = b.emit(Op::mul, {first, b.integer(k)});
    first = b.emit(Op::add, {b.integer(parameter.offset), first});
    const Value part = b.emit(Op::slice, {u_, first, b.integer(k)});
    program_.values[part.id].type = Type::vector(k);
    const bool movable = recentred(i);
    if (movable) {
      parameter.recentred = layout_.recentred;
      layout_.recentred += parameter.elements;
    }
    layout_.parameters.push_back(std::move(parameter));

    std::vector<Value> arguments{part};
    arguments.insert(arguments.end(), i.operands.begin(), i.operands.end());
    const std::vector<Value> x =
        dimension_ && movable
            ? by_degree(b, i, part, which, layout_.parameters.back().recentred, exports)
            : splice(b, i.regions[1], arguments);
    if (!dimension_) exports.push_back({i.name, i.location, x[0]});
    if (program_.values[x[0].id].hint.empty()) program_.values[x[0].id].hint = i.name;
    b.term(x[1], ir::Role::jacobian);
    add_density(b, i, x[0], ir::Role::prior, {});
    return x[0];
  }

  Value given(Builder& b, const Instruction& i, const std::vector<Frame>& frames) {
    const Type own = program_.type(i.results[0]);
    Type whole = own;
    for (std::size_t f = frames.size(); f-- > 0;) whole = ir::stacked(whole, frames[f].count);
    const auto declared = std::ranges::find(program_.data, i.name, &ir::Data::name);
    if (declared == program_.data.end()) {
      fail({place(i), "data for a choice that the run observes or fixes", "no data of that name",
            "declare data " + i.name + ": " + to_string(whole)});
      return {};
    }
    const auto want = whole.shape(), have = declared->type.shape();
    const bool widened = own.kind == Kind::real && declared->type.element() == Kind::integer;
    std::vector<Value> operands{b.data(i.name)};
    for (const Frame& f : frames) operands.push_back(f.index);
    Value x = frames.empty() || want != have ? operands[0] : b.emit(Op::load, operands);
    if (want == have && widened && program_.type(x) == Type::integer()) {
      x = b.emit(Op::to_real, {x});
    }
    if (want != have || program_.type(x) != own) {
      fail({place(i), to_string(whole) + " (dims of the plates first)", to_string(declared->type),
            "give data of these dims, or the plates those counts"});
      return {};
    }
    if (status(i.name) == Status::observed) {
      add_density(b, i, x, ir::Role::likelihood, element(b, frames));
    }
    return x;
  }

  Value inverted(Builder& b, const Instruction& i, Value x) {
    if (i.regions.size() < 3 || i.regions[2].body.empty()) {
      fail({place(i), "a parameter with a transform to unconstrained space", "one without",
            "leave it out: it has no unconstrained value"});
      return {};
    }
    layout_.parameters.push_back({.name = i.name, .type = program_.type(x)});
    std::vector<Value> arguments{x};
    arguments.insert(arguments.end(), i.operands.begin(), i.operands.end());
    return splice(b, i.regions[2], arguments)[0];
  }

  void refuse_unknown_names() {
    for (const auto& [name, said] : run_) {
      if (seen_.contains(name)) continue;
      fail({name, "the name of a choice of the program", "no choice of that name",
            "see the names that the model declares"});
    }
  }

  /// Choices in `outputs` are drawn anew.
  void draw_choices(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      b.at(i.location);
      rename(i, names_);
      for (Region& inner : i.regions) {
        if (i.op != Op::choice) draw_choices(inner);
      }
      if (i.op != Op::choice) {
        b.append(std::move(i));
      } else if (i.regions.size() < 4 || i.regions[3].body.empty()) {
        fail({place(i), "a choice with a sampler", "one without", "write its sampler"});
      } else {
        names_[i.results[0].id] = splice(b, i.regions[3], i.operands)[0];
      }
    }
    region = std::move(out);
  }

  void write_outputs(const std::vector<Export>& exports) {
    if (dimension_) {
      program_.outputs = {};
    } else {
      draw_choices(program_.outputs);
    }
    std::vector<Instruction> records;
    for (const Export& e : exports) {
      records.push_back({.op = Op::output, .operands = {e.value}, .name = e.name});
      records.back().location = e.location;
    }
    auto& body = program_.outputs.body;
    body.insert(body.begin(), std::make_move_iterator(records.begin()),
                std::make_move_iterator(records.end()));
  }

  Program& program_;
  const Run& run_;
  const std::optional<std::int64_t> dimension_;
  ir::Layout layout_;
  Value u_;
  Renaming names_;
  std::unordered_map<std::uint32_t, std::int64_t> counts_;
  std::set<std::string> seen_;
  Moving moving_{[this](const Instruction& i) { return status(i.name) == Status::sampled; }};
  int depth_in_branch_ = 0;  // bit 0: in an if, bit 1: in a while
  std::optional<Error> error_;
};

}  // namespace

Result<Resolved> resolve(ir::Program program, const Run& run, Centring centring) {
  if (centring == Centring::written) return Resolver(program, run, {}).resolve();
  ir::Program as_written = program;
  const Result<Resolved> first = Resolver(as_written, run, {}).resolve();
  if (!first) return first;
  return Resolver(program, run, first->layout.dimension).resolve();
}

}  // namespace tyche::passes
