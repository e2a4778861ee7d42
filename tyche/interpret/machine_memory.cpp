// Locals, loads and stores, sums into arrays, tuples.
#include <cassert>

#include "tyche/interpret/machine.hpp"

namespace tyche::interpret {

using ir::Op;

Flow Machine::memory(const Node& node) {
  switch (node.at->op) {
    case Op::local:
      give(node, box_of(filled(bound_.program->type(node.at->results[0]), true)));
      return Flow::next;
    case Op::load:
      return load_part(node);
    case Op::store:
      return store_part(node);
    case Op::add_to:
      return add_to(node);
    case Op::slice:
      return slice_of(node);
    case Op::size: {
      const auto shape = in(node, 0).box->array.type.shape();
      cell(node.out[0]).integer = shape[std::size_t(node.at->integer)];
      return Flow::next;
    }
    case Op::tuple: {
      Cell tuple{.box = std::make_shared<Box>()};
      tuple.box->items = gather(node.in);
      give(node, std::move(tuple));
      return Flow::next;
    }
    default:
      assert(node.at->op == Op::item);
      give(node, Cell(in(node, 0).box->items[std::size_t(node.at->integer)]));
      return Flow::next;
  }
}

/// The part named by operands 1 to `indices`; where there is none, none, and `flow` says so.
std::optional<Part> Machine::part(const Node& node, std::size_t indices, Flow& flow) {
  std::vector<std::int64_t>& at = indices_;
  at.clear();
  for (std::size_t k = 1; k <= indices; ++k) at.push_back(in(node, k).integer);
  const ir::Type& type = in(node, 0).box->array.type;
  Part found = locate(type, at);
  if (found.outside < 0) return found;
  const std::size_t k = std::size_t(found.outside);
  flow = reject(node, "index " + std::to_string(at[k]) + " outside [0, " +
                          std::to_string(type.shape()[k]) + ")");
  return {};
}

Flow Machine::load_part(const Node& node) {
  Flow flow = Flow::next;
  const auto from = part(node, node.in.size() - 1, flow);
  if (from) give(node, load(in(node, 0).box->array, *from));
  return flow;
}

ir::Array& Machine::writable(Slot local) {
  std::shared_ptr<Box>& box = cell(local).box;
  if (box.use_count() > 1) box = std::make_shared<Box>(*box);
  return box->array;
}

Flow Machine::store_part(const Node& node) {
  Flow flow = Flow::next;
  const auto to = part(node, node.in.size() - 2, flow);
  if (!to) return flow;
  // Held across `writable`, which may replace the box that `value` comes from.
  const Cell value = in(node, node.in.size() - 1);
  if (store(writable(node.in[0]), *to, value)) return Flow::next;
  return reject(node, "a " + ir::to_string(value.box->array.type) + " stored to a " +
                          ir::to_string(to->type));
}

Flow Machine::add_to(const Node& node) {
  Flow flow = Flow::next;
  const auto to = part(node, node.in.size() - 2, flow);
  if (!to) return flow;
  const std::size_t element = std::size_t(to->offset);
  if (node.accumulator < 0) {
    double& sum = writable(node.in[0]).reals[element];
    sum = added(node.summand, sum);
    return Flow::next;
  }
  Accumulator& sums = here_->accumulators[std::size_t(node.accumulator)];
  double& sum = sums.sums[element * std::size_t(sums.lanes) + sums.lane];
  sum = added(node.summand, sum);
  sums.added_to[element] = 1;
  return Flow::next;
}

Flow Machine::slice_of(const Node& node) {
  const ir::Array& from = in(node, 0).box->array;
  const std::int64_t first = in(node, 1).integer;
  const std::int64_t count = in(node, 2).integer;
  const std::int64_t size = from.type.dims[0];
  if (first < 0 || count < 0 || first > size || count > size - first) {
    return reject(node, "slice of " + std::to_string(count) + " from " + std::to_string(first) +
                            " outside [0, " + std::to_string(size) + ")");
  }
  give(node, box_of(slice(from, first, count)));
  return Flow::next;
}

}  // namespace tyche::interpret
