#include "tyche/passes/state_space.hpp"

#include <limits>
#include <optional>

#include "tyche/passes/bind.hpp"
#include "tyche/passes/contract.hpp"
#include "tyche/passes/partial_evaluation.hpp"
#include "tyche/passes/simplify.hpp"
#include "tyche/passes/state_space_form.hpp"
#include "tyche/passes/structure.hpp"
#include "tyche/passes/terms.hpp"

namespace tyche::passes {
namespace {

enum class Part { initial, transition, observation };

/// Writes one of the three programs.
class Writer {
 public:
  Writer(const StateSpaceForm& form, Part part)
      : form_(form), part_(part), program_(form.program) {}

  std::vector<NoiseKind> noise;
  std::optional<Error> error;

  Program write() {
    program_.outputs = {};
    Region out;
    input_ = program_.new_value(Type::vector(0), "input");
    out.arguments = {input_};
    Builder b(program_, out);
    drawing_ = part_ == Part::initial;
    std::vector<Instruction> body = form_.program.density.body;
    const Instruction scan = std::move(body[form_.scan]);
    body.resize(form_.scan);
    statements(b, std::move(body), {});
    if (part_ == Part::initial) {
      const auto first = scan.operands.begin() + 1;
      yield_state(b, {first, first + scan.integer}, {});
    } else {
      step(b, scan);
    }
    const std::int64_t state = part_ == Part::initial ? 0 : form_.state;
    program_.values[input_.id].type =
        Type::vector(1 + form_.parameters + state + std::int64_t(noise.size()));
    program_.density = std::move(out);
    return finished();
  }

 private:
  struct Frame {
    Value index;
    std::int64_t count;
  };

  Program finished() {
    Program p = std::move(program_);
    if (part_ == Part::observation) p = terms_to_sum(std::move(p));
    p = simplify(lower_scan(promote_locals(std::move(p))));
    return simplify(order(contract(simplify(partial_evaluation(std::move(p))))));
  }

  Value read(Builder& b, std::int64_t first, const Type& type) {
    if (type.kind == Kind::real) return b.load(input_, {b.integer(first)});
    const Value part = b.emit(Op::slice, {input_, b.integer(first), b.integer(type.size())});
    program_.values[part.id].type = type;
    return part;
  }

  std::int64_t state_begin() const { return 1 + form_.parameters; }

  void yield_state(Builder& b, std::vector<Value> carried, const std::vector<Value>& extras) {
    const Value all = b.local(Type::vector(form_.state));
    std::int64_t at = 0;
    carried.insert(carried.end(), extras.begin(), extras.end());
    for (Value v : carried) {
      v = renamed(names_, v);
      const Type type = program_.type(v);
      for (std::int64_t k = 0; k < state_size(type); ++k) {
        const Value element = type.kind == Kind::real ? v : b.load(v, {b.integer(k)});
        b.store(all, {b.integer(at++)}, element);
      }
    }
    while (at < form_.state) b.store(all, {b.integer(at++)}, b.real(0));
    b.yield({b.real(0), all});
  }

  void step(Builder& b, const Instruction& scan) {
    const Region& body = scan.regions[0];
    const std::size_t n = std::size_t(scan.integer);
    const Value t = b.emit(Op::to_integer, {b.load(input_, {b.integer(0)})});
    names_[body.arguments[0].id] = t;
    std::int64_t place = 0;
    for (std::size_t k = 1; k <= n; ++k) {
      const Value before = body.arguments[k];
      const Type type = program_.type(before);
      const auto kept = form_.places.find(before.id);
      if (part_ == Part::transition) {
        names_[before.id] = read(b, state_begin() + place, type);
      } else if (kept != form_.places.end()) {
        names_[before.id] = read(b, state_begin() + kept->second, type);
      } else {
        names_[before.id] = nothing(b, type);
      }
      place += state_size(type);
    }
    for (std::size_t k = n + 1; k < body.arguments.size(); ++k) {
      names_[body.arguments[k].id] = b.emit(Op::load, {renamed(names_, scan.operands[k]), t});
    }
    drawing_ = part_ == Part::transition;
    weighing_ = part_ == Part::observation;
    std::vector<Instruction> inside = body.body;
    const std::vector<Value> yields = std::move(inside.back().operands);
    inside.pop_back();
    statements(b, std::move(inside), {{t, form_.steps}});
    if (drawing_) yield_state(b, {yields.begin(), yields.begin() + scan.integer}, form_.extras);
  }

  /// Stands for a value that nothing in this program reads.
  Value nothing(Builder& b, const Type& type) {
    if (type.kind == Kind::real) return b.real(std::numeric_limits<double>::quiet_NaN());
    if (type.kind == Kind::integer) return b.integer(0);
    return type.kind == Kind::boolean ? b.boolean(false) : b.local(type);
  }

  void statements(Builder& b, std::vector<Instruction> body, const std::vector<Frame>& frames) {
    for (Instruction& i : body) {
      b.at(i.location);
      for (Value& v : i.operands) v = renamed(names_, v);
      if (i.op == Op::output || i.op == Op::print || (i.op == Op::term && !weighing_)) continue;
      if (i.op == Op::draw_normal || i.op == Op::draw_uniform) {
        names_[i.results[0].id] = draw(b, i, frames);
      } else if (i.op == Op::choice) {
        names_[i.results[0].id] = choice(b, i, frames);
      } else if (!drawing_ && !i.results.empty() && draws_state(form_, i)) {
        for (Value v : i.results) names_[v.id] = drawn_before(b, v);
      } else {
        if (!i.regions.empty()) structured(i, frames);
        b.append(std::move(i));
      }
    }
  }

  void structured(Instruction& i, std::vector<Frame> frames) {
    if (i.op == Op::plate || i.op == Op::for_loop || i.op == Op::scan) {
      std::int64_t count = ir::unknown;
      Constants(program_).integer(i.operands[0], count);
      Constants(form_.program).integer(i.operands[0], count);
      frames.push_back({i.regions[0].arguments[0], count});
    } else if (i.op == Op::while_loop) {
      frames.push_back({{}, ir::unknown});
    }
    for (Region& r : i.regions) {
      Region out{.arguments = r.arguments, .body = {}};
      Builder inner(program_, out);
      statements(inner, std::move(r.body), frames);
      r = std::move(out);
    }
  }

  Value drawn_before(Builder& b, Value v) {
    const auto kept = form_.places.find(v.id);
    const Type type = program_.type(v);
    if (!weighing_ || kept == form_.places.end()) return nothing(b, type);
    return read(b, state_begin() + kept->second, type);
  }

  Value choice(Builder& b, Instruction& i, const std::vector<Frame>& frames) {
    const Type type = program_.type(i.results[0]);
    const auto named = std::ranges::find(form_.names, i.name);
    if (named != form_.names.end()) {
      return read(b, form_.parameter_offsets[std::size_t(named - form_.names.begin())], type);
    }
    for (Region& r : i.regions) rename(r, names_);
    if (form_.is_observed(i.name)) return observed(b, i, frames);
    if (!drawing_) return drawn_before(b, i.results[0]);
    if (i.regions.size() < 4 || i.regions[3].body.empty()) {
      fail({form_.place(i), "a state with a sampler", "a choice without one",
            "give it a distribution that can be drawn from"});
      return nothing(b, type);
    }
    Region sampler;
    Builder inner(program_, sampler);
    const Value x = splice(inner, i.regions[3], i.operands)[0];
    statements(b, std::move(sampler.body), frames);
    return renamed(names_, x);
  }

  Value observed(Builder& b, const Instruction& i, const std::vector<Frame>& frames) {
    const Type own = program_.type(i.results[0]);
    std::vector<Value> operands{b.data(i.name)};
    for (const Frame& f : frames) operands.push_back(f.index);
    if (program_.type(operands[0]).shape().size() != frames.size() + own.shape().size()) {
      fail({form_.place(i), "data with a dim for the scan, then for each plate in it",
            to_string(program_.type(operands[0])), "give data of these dims"});
      return nothing(b, own);
    }
    Value x = b.emit(Op::load, operands);
    if (own.kind == Kind::real && program_.type(x).kind == Kind::integer) {
      x = b.emit(Op::to_real, {x});
    }
    if (!weighing_) return x;
    std::vector<Value> arguments{x};
    arguments.insert(arguments.end(), i.operands.begin(), i.operands.end());
    b.term(splice(b, i.regions[0], arguments)[0], ir::Role::likelihood, i.normalised);
    return x;
  }

  /// The next numbers of the noise: one, times the counts of the plates around the draw.
  Value draw(Builder& b, const Instruction& i, const std::vector<Frame>& frames) {
    Value element = b.integer(0);
    std::int64_t count = 1;
    for (std::size_t f = part_ == Part::initial ? 0 : 1; f < frames.size(); ++f) {
      if (frames[f].count == ir::unknown) {
        fail({form_.place(i), "a sampler that takes a known number of draws", "one that rejects",
              "use a distribution drawn by inversion, as normal, exponential or uniform"});
        return b.real(0);
      }
      element = b.emit(Op::mul, {element, b.integer(frames[f].count)});
      element = b.emit(Op::add, {element, frames[f].index});
      count *= frames[f].count;
    }
    const std::int64_t state = part_ == Part::initial ? 0 : form_.state;
    const std::int64_t first = state_begin() + state + std::int64_t(noise.size());
    noise.insert(noise.end(), std::size_t(count),
                 i.op == Op::draw_normal ? NoiseKind::normal : NoiseKind::uniform);
    return b.load(input_, {b.emit(Op::add, {b.integer(first), element})});
  }

  void fail(Error found) {
    if (!error) error = std::move(found);
  }

  const StateSpaceForm& form_;
  const Part part_;
  Program program_;
  Value input_;
  Renaming names_;
  bool drawing_ = false, weighing_ = false;
};

}  // namespace

Result<StateSpacePrograms> state_space(Program program, const std::vector<std::string>& parameters,
                                       const ir::DataSet& data) {
  Result<Program> bound = bind_shapes(inline_functions(remove_structure(std::move(program))), data);
  if (!bound) return std::unexpected(bound.error());
  StateSpaceForm form{.program = *bound, .names = parameters};
  if (auto error = analyse(form)) return std::unexpected(*error);
  Writer initial(form, Part::initial), transition(form, Part::transition),
      observation(form, Part::observation);
  StateSpacePrograms made{.initial = initial.write(),
                          .transition = transition.write(),
                          .observation = observation.write(),
                          .parameters = form.parameters,
                          .state = form.state,
                          .steps = form.steps,
                          .initial_noise = std::move(initial.noise),
                          .transition_noise = std::move(transition.noise)};
  for (const Writer* writer : {&initial, &transition, &observation}) {
    if (writer->error) return std::unexpected(*writer->error);
  }
  return made;
}

}  // namespace tyche::passes
