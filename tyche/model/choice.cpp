#include "tyche/model/choice.hpp"

#include <algorithm>

namespace tyche {

using ir::Kind;
using ir::Op;
using ir::Region;
using ir::Type;
using ir::Value;

namespace {

Value written(Recorder& recorder, const Expression& e) {
  recorder.check(e);
  return e.rank() == 0 ? recorder.element(e.node(), {}, recorder.top_frame())
                       : recorder.part(e.node(), {}, recorder.top_frame());
}

Type event_type(const Family& family, const std::vector<std::int64_t>& event) {
  if (event.size() == 1) return Type::vector(event[0]);
  if (event.size() == 2) return Type::matrix(event[0], event[1]);
  return family.whole ? Type::integer() : Type::real();
}

std::vector<Type> joined(Type first, std::span<const Type> rest) {
  std::vector<Type> all{std::move(first)};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

/// The regions of a choice, of x with type `value` and parameters with types `types`.
std::vector<Region> regions(Recorder& recorder, const Family& family, const Type& value,
                            std::span<const Type> types) {
  const bool centring = family.location_scale && family.centring_learned;
  std::vector<Region> all(centring ? 5 : 4);
  all[0] = recorder.region(joined(value, types), [&](std::span<const Expression> a) {
    const Expression given = family.log_density(as_real(a[0]), a.subspan(1));
    check_density(recorder, given, "a log density of " + family.name);
    const Expression lp = as_real(given);
    if (lp.rank() > 0) {
      recorder.fail("one number as log density of " + family.name, describe(*lp.node()),
                    "sum() what the formula gives for each element");
    }
    return std::vector{written(recorder, lp)};
  });
  if (family.transform) {
    std::int64_t size = 1;
    recorder.region(types, [&](std::span<const Expression> a) {
      size = family.transform(a).unconstrained_size;
      return std::vector<Value>{};
    });
    all[1] = recorder.region(joined(Type::vector(size), types), [&](std::span<const Expression> a) {
      const auto [x, log_jacobian] = family.transform(a.subspan(1)).constrain(a[0]);
      return std::vector{written(recorder, x), written(recorder, log_jacobian)};
    });
    all[2] = recorder.region(joined(value, types), [&](std::span<const Expression> a) {
      return std::vector{written(recorder, family.transform(a.subspan(1)).unconstrain(a[0]))};
    });
  }
  if (family.sample) {
    all[3] = recorder.region(types, [&](std::span<const Expression> a) {
      RecordedDraws draws(recorder);
      const Expression x = family.sample(draws, a);
      return std::vector{written(recorder, family.whole ? to_integer(x) : x)};
    });
  }
  if (centring) {
    all[4] = recorder.region(types, [&](std::span<const Expression> a) {
      const auto [location, scale] = family.location_scale(a);
      return std::vector{written(recorder, location), written(recorder, scale)};
    });
  }
  return all;
}

}  // namespace

void check_density(const Recorder& recorder, const Expression& e, const std::string& what) {
  if (e.node()->problem || e.node()->kind != Kind::boolean) return;
  recorder.fail(what + " that is a number", "a condition",
                "write where(condition, 0.0, -infinity) for what must hold");
}

void check_made(const Recorder& recorder, const Distribution& d) {
  if (d.family) return;
  recorder.fail("a distribution", "one that is empty or was moved from",
                "make it by a function, as normal(0, 1)");
}

Shape shape_of(Recorder& recorder, const Distribution& d, const std::vector<std::int64_t>& given) {
  check_made(recorder, d);
  Shape shape{.batch = given, .event = {}};
  for (std::size_t k = 0; k < d.parameters.size(); ++k) {
    const Expression& parameter = d.parameters[k];
    recorder.check(parameter);
    const std::string label = d.family->name + "'s " + d.family->parameters[k];
    const int extra = parameter.rank() - d.family->ranks[k];
    if (extra < 0) {
      const bool vector = d.family->ranks[k] == 1;
      recorder.fail(label + (vector ? " as a vector" : " as a matrix"), describe(*parameter.node()),
                    vector ? "give data, or a parameter with a length" : "give a Matrix");
    }
    const std::vector<std::int64_t> own(parameter.shape().begin(),
                                        parameter.shape().begin() + extra);
    if (own.empty()) continue;
    if (shape.batch.empty()) shape.batch = own;
    if (shape.batch != own) {
      Node wanted;
      wanted.shape = shape.batch;
      recorder.fail("lengths that agree, here " + describe(wanted),
                    label + ": " + describe(*parameter.node()),
                    "give a scalar or an array of the same length");
    }
  }
  if (d.family->event) shape.event = d.family->event(d.parameters);
  return shape;
}

Value record_choice(Recorder& recorder, const std::string& name, const Distribution& d,
                    std::span<const Value> at, int frame) {
  const Shape shape = shape_of(recorder, d, {});
  std::vector<Value> operands;
  std::vector<Type> types;
  for (std::size_t k = 0; k < d.parameters.size(); ++k) {
    const Expression& parameter = d.parameters[k];
    const bool batched = parameter.rank() > d.family->ranks[k];
    operands.push_back(recorder.part(parameter.node(), batched ? at : at.first(0), frame));
    types.push_back(recorder.program.type(operands.back()));
  }
  const Type type = event_type(*d.family, shape.event);
  const Value x = recorder.program.new_value(type, name);
  ir::Instruction choice{.op = Op::choice,
                         .operands = operands,
                         .results = {x},
                         .regions = regions(recorder, *d.family, type, types),
                         .name = name,
                         .normalised = d.family->normalised};
  recorder.builder(frame).append(std::move(choice));
  recorder.set_frame(x, frame);
  return x;
}

Expression RecordedDraws::draw(Op op) {
  const Value v = recorder_.emit(recorder_.top_frame(), op, {});
  return recorder_.expression(v, recorder_.top_frame());
}
Expression RecordedDraws::uniform() { return draw(Op::draw_uniform); }
Expression RecordedDraws::normal() { return draw(Op::draw_normal); }

Expression RecordedDraws::tabulated(
    std::int64_t n, const std::function<Expression(RecordedDraws&, const Index&)>& element) {
  const int frame = recorder_.top_frame();
  const Value all = recorder_.plate(frame, n, 1, [&](int inner, Value k) {
    const Expression e = as_real(element(*this, recorder_.expression(k, inner)));
    return std::vector{recorder_.element(e.node(), {}, inner)};
  })[0];
  return recorder_.expression(all, frame);
}

Expression RecordedDraws::accepted(
    const std::function<std::pair<Expression, Expression>(RecordedDraws&)>& attempt) {
  return recorder_.repeated([&] { return attempt(*this); });
}

}  // namespace tyche
