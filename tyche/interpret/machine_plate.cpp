// Plates and scans: iterations whose yields are stacked or summed.
#include <algorithm>

#include "tyche/interpret/machine.hpp"
#include "tyche/ir/builder.hpp"

namespace tyche::interpret {
namespace {

constexpr int lanes_of_sum = 8;

/// program.hpp: the tree in which 8 partial sums are joined; one is itself.
double joined(const double* p, int lanes) {
  if (lanes == 1) return p[0];
  return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
}

}  // namespace

void Machine::begin_sums(const Node& node, int lanes) {
  for (const ArraySum& sum : node.sums) {
    const std::size_t elements = cell(sum.local).box->array.reals.size();
    Accumulator& own = here_->accumulators[std::size_t(sum.accumulator)];
    own.lanes = lanes;
    own.sums.assign(elements * std::size_t(lanes), 0.0);
    own.added_to.assign(elements, 0);
  }
}

void Machine::add_element(int accumulator, Slot local, std::size_t element, double value) {
  if (accumulator < 0) {
    writable(local).reals[element] += value;
    return;
  }
  Accumulator& sums = here_->accumulators[std::size_t(accumulator)];
  sums.sums[element * std::size_t(sums.lanes) + sums.lane] += value;
  sums.added_to[element] = 1;
}

void Machine::end_sums(const Node& node) {
  for (const ArraySum& sum : node.sums) {
    const Accumulator& own = here_->accumulators[std::size_t(sum.accumulator)];
    for (std::size_t e = 0; e < own.added_to.size(); ++e) {
      if (own.added_to[e] == 0) continue;
      add_element(sum.parent, sum.local, e,
                  joined(&own.sums[e * std::size_t(own.lanes)], own.lanes));
    }
  }
}

Flow Machine::plate(const Node& node) {
  const int lanes = node.at->order == ir::Order::lanes ? lanes_of_sum : 1;
  const std::size_t mapped_count = std::size_t(node.at->integer);
  std::vector<std::vector<Cell>> mapped(mapped_count);
  // [summed yield][lane], and last the terms.
  std::vector<double> sums((node.out.size() - mapped_count + 1) * std::size_t(lanes), 0.0);
  begin_sums(node, lanes);
  double* const outer = sum_;
  if (const Flow flow = plate_iterations(node, mapped, sums); flow != Flow::next) return flow;
  sum_ = outer;
  end_sums(node);
  for (std::size_t k = 0; k < mapped_count; ++k) {
    Cell whole = stacked(mapped[k], bound_.program->type(node.at->results[k]));
    if (!whole.box) return reject(node, "parts of different shapes in one array");
    cell(node.out[k]) = std::move(whole);
  }
  const double* partial = sums.data();
  for (std::size_t k = mapped_count; k < node.out.size(); ++k, partial += lanes) {
    cell(node.out[k]).real = joined(partial, lanes);
  }
  *sum_ += joined(partial, lanes);
  return Flow::next;
}

Flow Machine::plate_iterations(const Node& node, std::vector<std::vector<Cell>>& mapped,
                               std::vector<double>& sums) {
  const Block& body = node.blocks[0];
  const std::int64_t count = in(node, 0).integer;
  const std::size_t lanes = node.at->order == ir::Order::lanes ? lanes_of_sum : 1;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::size_t lane = std::size_t(i) % lanes;
    for (const ArraySum& sum : node.sums) {
      here_->accumulators[std::size_t(sum.accumulator)].lane = lane;
    }
    sum_ = &sums[sums.size() - lanes + lane];
    cell(body.arguments[0]).integer = i;
    loops_.push_back({i, count});
    if (const Flow flow = run(body); flow != Flow::next) return flow;
    loops_.pop_back();
    for (std::size_t k = 0; k < mapped.size(); ++k) mapped[k].push_back(cell(body.yields[k].value));
    for (std::size_t k = mapped.size(); k < body.yields.size(); ++k) {
      double& sum = sums[(k - mapped.size()) * lanes + lane];
      sum = added(body.yields[k], sum);
    }
  }
  return Flow::next;
}

/// `values` one after the other; an empty cell where their shapes differ.
Cell Machine::stacked(const std::vector<Cell>& values, const ir::Type& type) {
  const std::int64_t count = std::int64_t(values.size());
  ir::Array out{.type = type};
  if (!values.empty() && values[0].box) {
    out.type = ir::stacked(values[0].box->array.type, count);
  } else {
    out.type.dims[0] = count;
  }
  for (const Cell& value : values) {
    if (value.box) {
      const ir::Array& part = value.box->array;
      if (part.type != values[0].box->array.type) return {};
      out.reals.insert(out.reals.end(), part.reals.begin(), part.reals.end());
      out.integers.insert(out.integers.end(), part.integers.begin(), part.integers.end());
    } else if (type.element() == ir::Kind::real) {
      out.reals.push_back(value.real);
    } else {
      out.integers.push_back(value.integer);
    }
  }
  return box_of(std::move(out));
}

Flow Machine::scan(const Node& node) {
  const std::int64_t count = in(node, 0).integer;
  const std::size_t carried_count = std::size_t(node.at->integer);
  const std::size_t data_count = node.in.size() - 1 - carried_count;
  const Block& body = node.blocks[0];
  std::vector<Cell> carried = gather(std::span(node.in).subspan(1, carried_count));
  std::vector<std::vector<Cell>> outputs(node.out.size() - carried_count);
  for (std::int64_t t = 0; t < count; ++t) {
    std::vector<Cell> arguments{{.integer = t}};
    arguments.insert(arguments.end(), carried.begin(), carried.end());
    for (std::size_t k = 0; k < data_count; ++k) {
      const ir::Array& steps = in(node, 1 + carried_count + k).box->array;
      const Part part = locate(steps.type, std::span(&t, 1));
      if (part.outside >= 0) {
        return reject(node, "step " + std::to_string(t) + " outside the data of a scan");
      }
      arguments.push_back(load(steps, part));
    }
    loops_.push_back({t, count});
    if (const Flow flow = run(body, arguments); flow != Flow::next) return flow;
    loops_.pop_back();
    carried = gather(std::span(body.yields).first(carried_count));
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      outputs[k].push_back(cell(body.yields[carried_count + k].value));
    }
  }
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    Cell whole = stacked(outputs[k], bound_.program->type(node.at->results[carried_count + k]));
    if (!whole.box) return reject(node, "parts of different shapes in one array");
    carried.push_back(std::move(whole));
  }
  give_all(node, std::move(carried));
  return Flow::next;
}

}  // namespace tyche::interpret
