// Bodies of plates, loops, scans and regions, written while they are open.
#include "tyche/model/recorder.hpp"

namespace tyche {

using ir::Kind;
using ir::Op;
using ir::Type;
using ir::Value;

std::vector<Value> Recorder::plate(int frame, std::int64_t n, int mapped,
                                   const std::function<std::vector<Value>(int, Value)>& body) {
  const int root = at(frame).root;
  const auto results = builder(frame).plate(n, mapped, [&](ir::Builder& inner, Value i) {
    const Open plate(*this, inner, root, i, n);
    set_frame(i, plate.id);
    return body(plate.id, i);
  });
  for (Value v : results) set_frame(v, frame);
  return results;
}

std::vector<Value> Recorder::loop(
    int frame, std::int64_t n, std::span<const Value> carried,
    const std::function<std::vector<Value>(int, Value, std::span<const Value>)>& body) {
  const int root = at(frame).root;
  const Value count = constant(frame, double(n), Kind::integer);
  const auto results = builder(frame).for_loop(
      count, carried, [&](ir::Builder& inner, Value i, std::span<const Value> at_entry) {
        const Open loop(*this, inner, root, i, n);
        set_frame(i, loop.id);
        for (Value v : at_entry) set_frame(v, loop.id);
        return body(loop.id, i, at_entry);
      });
  for (Value v : results) set_frame(v, frame);
  return results;
}

ir::Region Recorder::region(
    std::span<const Type> arguments,
    const std::function<std::vector<Value>(std::span<const Expression>)>& body) {
  ir::Region out;
  ir::Builder inner(program, out);
  Open region(*this, inner, next_frame_);
  region.bound(true);
  std::vector<Expression> entries;
  for (const Type& type : arguments) {
    out.arguments.push_back(program.new_value(type));
    entries.push_back(expression(out.arguments.back(), region.id));
  }
  const std::vector<Value> yields = body(entries);
  frames_.back().builder.yield(yields);
  return out;
}

std::vector<Value> Recorder::scan(
    int frame, std::int64_t n, std::span<const Value> carried,
    const std::function<std::vector<Value>(int, Value, std::span<const Value>)>& body) {
  const int root = at(frame).root;
  ir::Instruction scan{.op = Op::scan,
                       .operands = {constant(frame, double(n), Kind::integer)},
                       .regions = {{}},
                       .integer = std::int64_t(carried.size())};
  scan.operands.insert(scan.operands.end(), carried.begin(), carried.end());
  ir::Region& region = scan.regions[0];
  region.arguments = {program.new_value(Type::integer())};
  for (Value v : carried) region.arguments.push_back(program.new_value(program.type(v)));
  ir::Builder inner(program, region);
  std::vector<Value> yields;
  {
    const Open step(*this, inner, root, region.arguments[0], n);
    for (Value v : region.arguments) set_frame(v, step.id);
    const std::vector<Value> arguments = region.arguments;
    yields = body(step.id, arguments[0], std::span(arguments).subspan(1));
    frames_.back().builder.yield(yields);
  }
  for (std::size_t k = 0; k < yields.size(); ++k) {
    const Type type = program.type(yields[k]);
    scan.results.push_back(program.new_value(k < carried.size() ? type : ir::stacked(type, n)));
    set_frame(scan.results.back(), frame);
  }
  return builder(frame).append(std::move(scan)).results;
}

Expression Recorder::repeated(const std::function<std::pair<Expression, Expression>()>& attempt) {
  const int outside = top_frame();
  const int root = frames_.back().root;
  const Value no = top().boolean(false), nan = constant(outside, 0, Kind::real);
  ir::Instruction loop{.op = Op::while_loop, .operands = {no, nan}, .regions = {{}, {}}};
  for (Value v : {no, nan}) loop.results.push_back(program.new_value(program.type(v)));
  for (ir::Region& region : loop.regions) {
    region.arguments = {program.new_value(Type::boolean()), program.new_value(Type::real())};
    ir::Builder inner(program, region);
    const Open attempt_body(*this, inner, root);
    const int id = attempt_body.id;
    if (&region == &loop.regions[0]) {
      frames_.back().builder.yield(
          {frames_.back().builder.emit(Op::logical_not, {region.arguments[0]})});
    } else {
      const auto [accepted, value] = attempt();
      const Value yes = element(accepted.node(), {}, id);
      frames_.back().builder.yield({yes, element(value.node(), {}, id)});
    }
  }
  const Value result = loop.results[1];
  top().append(std::move(loop));
  return expression(result, outside);
}

ir::Program Recorder::finished(const std::vector<std::pair<std::string, Expression>>& outputs) {
  program.outputs = {};
  ir::Builder builder(program, program.outputs);
  Open body(*this, builder, next_frame_);
  body.bound(false);
  for (const auto& [name, e] : outputs) {
    const Value v = e.rank() == 0 ? element(e.node(), {}, floor_) : whole(e.node());
    frames_.back().builder.append({.op = Op::output, .operands = {v}, .name = name});
  }
  ir::Program copy = program;
  for (ir::Region* region : {&copy.prelude, &copy.density, &copy.outputs}) {
    ir::Builder(copy, *region).yield({});
  }
  return copy;
}

}  // namespace tyche
