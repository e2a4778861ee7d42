#include "tyche/model/checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tyche {

using distributions::Domain;
using ir::Op;
using ir::Value;
using Known = std::optional<double>;
using Position = std::vector<std::int64_t>;

namespace {

/// The shortest decimals that read back as x.
std::string text(double x) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
  return {digits.data(), end};
}

/// "in element 3", "in element 0, 2"; "" of a scalar.
std::string element_text(const Position& position) {
  std::string all;
  for (std::int64_t i : position) all += (all.empty() ? "" : ", ") + std::to_string(i);
  return all.empty() ? "" : " in element " + all;
}

bool fits(const Domain& domain, double x) {
  return domain.contains(x) && (!domain.whole || x == double(std::int64_t(x)));
}

/// Calls f(position) for each index of the shape, last index fastest.
template <class F>
void for_each_position(const Position& shape, const F& f) {
  Position at(shape.size(), 0);
  while (true) {
    f(at);
    std::size_t k = shape.size();
    while (k > 0 && ++at[k - 1] == shape[k - 1]) at[--k] = 0;
    if (k == 0) return;
  }
}

double element(const ir::Array& array, const Position& at) {
  const auto k = std::size_t(storage_offset(array.type, at));
  return array.reals.empty() ? double(array.integers[k]) : array.reals[k];
}

/// Reads numbers off expressions, at given values of the indices around.
class Reader {
 public:
  Reader(const Recorder& recorder, const Stated& stated, const Position& around)
      : recorder_(recorder), stated_(stated), around_(around) {}

  /// Nothing where the value depends on more than literals, data and simple arithmetic of them.
  Known read(const Node& node, const Position& at, int depth = 0) const {
    using enum Node::Form;
    if (depth > deepest) return {};
    switch (node.form) {
      case number:
        return node.number;
      case host:
        return tyche::element(*node.host, at);
      case value:
        return variable(node, at);
      case whole:
        return {};
      case Node::Form::element: {
        const Known index = read(*node.inputs[1], {}, depth + 1);
        if (!index || *index < 0 || *index >= double(node.inputs[0]->shape[0])) return {};
        Position inner{std::int64_t(*index)};
        inner.insert(inner.end(), at.begin(), at.end());
        return read(*node.inputs[0], inner, depth + 1);
      }
      case computed:
        return operation(node, at, depth);
    }
    return {};
  }

 private:
  static constexpr int deepest = 50;

  Known variable(const Node& node, const Position& at) const {
    const auto index = std::ranges::find(stated_.indices, node.value);
    if (index != stated_.indices.end()) {
      return double(around_[std::size_t(index - stated_.indices.begin())]);
    }
    const auto found = recorder_.data.find(node.name);
    if (!node.reads_data || found == recorder_.data.end()) return {};
    return tyche::element(found->second, at);
  }

  Known operation(const Node& node, const Position& at, int depth) const {
    if (!node.op) return {};
    std::array<double, 2> x{};
    if (node.inputs.size() > x.size()) return {};
    for (std::size_t k = 0; k < node.inputs.size(); ++k) {
      const Node& input = *node.inputs[k];
      const Known known = read(input, input.shape.empty() ? Position() : at, depth + 1);
      if (!known) return {};
      x[k] = *known;
    }
    const bool real = node.kind == ir::Kind::real;
    switch (*node.op) {
      case Op::to_real:
        return x[0];
      case Op::neg:
        return -x[0];
      case Op::add:
        return x[0] + x[1];
      case Op::sub:
        return x[0] - x[1];
      case Op::mul:
        return x[0] * x[1];
      case Op::div:
        return real ? Known(x[0] / x[1]) : Known();
      default:
        return {};
    }
  }

  const Recorder& recorder_;
  const Stated& stated_;
  const Position& around_;
};

std::string label(const Stated& stated, std::size_t k) {
  const Distribution& d = stated.distribution;
  const std::string own = d.family->name + "'s " + d.family->parameters[k];
  const std::string from = named(*d.parameters[k].node());
  return from.empty() ? own : own + " (" + from + ")";
}

void check_parameters(const Recorder& recorder, const Stated& stated, const Position& around) {
  const Distribution& d = stated.distribution;
  const Reader reader(recorder, stated, around);
  for (std::size_t k = 0; k < std::min(d.family->domains.size(), d.parameters.size()); ++k) {
    const Domain& domain = d.family->domains[k];
    for_each_position(d.parameters[k].shape(), [&](const Position& at) {
      const Known x = reader.read(*d.parameters[k].node(), at);
      if (!x || fits(domain, *x)) return;
      Position all = around;
      all.insert(all.end(), at.begin(), at.end());
      recorder.fail(label(stated, k) + " as " + std::string(domain.text),
                    text(*x) + element_text(all), "give parameters that the distribution takes");
    });
  }
}

/// The vector or matrix of `e` at `prefix`, columns one after the other; empty if not all is known.
std::vector<double> read_whole(const Reader& reader, const Expression& e, const Position& prefix) {
  std::vector<double> all;
  Position shape(e.shape().begin() + std::ptrdiff_t(prefix.size()), e.shape().end());
  std::ranges::reverse(shape);
  bool known = true;
  for_each_position(shape, [&](const Position& reversed) {
    if (!known) return;
    Position at = prefix;
    at.insert(at.end(), reversed.rbegin(), reversed.rend());
    const Known x = reader.read(*e.node(), at);
    known = x.has_value();
    if (known) all.push_back(*x);
  });
  return known ? all : std::vector<double>();
}

/// An expression that is a `whole`, or an array[batch] of them, and what to say of it.
struct Checked {
  const distributions::Whole& whole;
  const Expression& e;
  std::size_t batch;
  std::string what;
  std::string remedy;
};

void check_whole(const Recorder& recorder, const Stated& stated, const Position& around,
                 const Checked& checked) {
  const auto& [whole, e, batch, what, remedy] = checked;
  if (!whole.wrong) return;
  const Reader reader(recorder, stated, around);
  const auto first = e.shape().begin();
  for_each_position(Position(first, first + std::ptrdiff_t(batch)), [&](const Position& at) {
    const std::vector<double> values = read_whole(reader, e, at);
    if (values.empty()) return;
    const std::string wrong = whole.wrong(values, e.shape()[batch]);
    if (wrong.empty()) return;
    std::string of;
    for (const Position& indices : {around, at}) {
      for (std::int64_t i : indices) of += (of.empty() ? ", of value " : ", ") + std::to_string(i);
    }
    recorder.fail(what + " as " + std::string(whole.text), wrong + of, remedy);
  });
}

void check_wholes(const Recorder& recorder, const Stated& stated, const Position& around) {
  const Distribution& d = stated.distribution;
  for (std::size_t k = 0; k < std::min(d.family->wholes.size(), d.parameters.size()); ++k) {
    const Expression& e = d.parameters[k];
    check_whole(recorder, stated, around,
                {d.family->wholes[k], e, std::size_t(e.rank() - d.family->ranks[k]),
                 label(stated, k), std::string(d.family->wholes[k].remedy)});
  }
  if (!stated.observed) return;
  check_whole(recorder, stated, around,
              {d.family->value, *stated.observed, stated.batch.size(),
               "each value of " + stated.name, std::string(d.family->value.remedy)});
}

/// Of scalars: whether the ends that the parameters set are in order, and y between them.
void check_ends(const Recorder& recorder, const Stated& stated, const Position& around) {
  const Distribution& d = stated.distribution;
  const Reader reader(recorder, stated, around);
  for_each_position(stated.batch, [&](const Position& at) {
    std::vector<double> known;
    for (const Expression& e : d.parameters) {
      known.push_back(reader.read(*e.node(), e.rank() == 0 ? Position() : at)
                          .value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    const auto [low, high] = d.family->ends(known);
    Position all = around;
    all.insert(all.end(), at.begin(), at.end());
    if (low > high || (low == high && !d.family->whole)) {
      recorder.fail(d.family->name + "'s lower end below its upper end",
                    text(low) + " and " + text(high) + element_text(all), "exchange them");
    }
    if (!stated.observed) return;
    const Known y = reader.read(*stated.observed->node(), at);
    if (!y || (!(*y < low) && !(*y > high))) return;
    const bool below = *y < low;
    recorder.fail("values of " + std::string(below ? "at least " : "at most ") +
                      text(below ? low : high) + " by the parameters of " + d.family->name,
                  text(*y) + element_text(all) + " of " + stated.name,
                  "mend the data or the parameters");
  });
}

}  // namespace

bool is_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && letter(name[0]) && std::ranges::all_of(name, inner) &&
         !name.ends_with("__");
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) out += c == '\n' ? "\\n" : std::string(1, c);
  return out + "\"";
}

void check_known(const Recorder& recorder, const Stated& stated) {
  const Family& family = *stated.distribution.family;
  const bool scalars = std::ranges::all_of(family.ranks, [](int r) { return r == 0; });
  for_each_position(stated.counts, [&](const Position& around) {
    check_parameters(recorder, stated, around);
    check_wholes(recorder, stated, around);
    if (family.ends && (scalars || family.parameters.size() == 1) && !family.event) {
      check_ends(recorder, stated, around);
    }
  });
}

void check_values(const Recorder& recorder, const std::string& name, const ir::Array& values,
                  const Domain& domain) {
  const std::size_t n = std::max(values.reals.size(), values.integers.size());
  for (std::size_t k = 0; k < n; ++k) {
    const double x = values.reals.empty() ? double(values.integers[k]) : values.reals[k];
    if (fits(domain, x)) continue;
    recorder.fail(std::string(domain.text) + " in each element of " + name,
                  text(x) + " in element " + std::to_string(k),
                  "mend the data, or choose a distribution that gives such values");
  }
}

}  // namespace tyche
