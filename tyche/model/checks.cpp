#include "tyche/model/checks.hpp"

#include <algorithm>

#include "tyche/model/reader.hpp"

namespace tyche {

using distributions::Domain;

namespace {

bool fits(const Domain& domain, double x) {
  return domain.contains(x) && (!domain.whole || is_whole(x));
}

std::string label(const Stated& stated, std::size_t k) {
  const Distribution& d = stated.distribution;
  const std::string own = d.family->name + "'s " + d.family->parameters[k];
  const std::string from = named(*d.parameters[k].node());
  return from.empty() ? own : own + " (" + from + ")";
}

void check_parameters(const Recorder& recorder, const Stated& stated, const Position& around) {
  const Distribution& d = stated.distribution;
  const Reader reader(recorder.data, stated.indices, around);
  for (std::size_t k = 0; k < std::min(d.family->domains.size(), d.parameters.size()); ++k) {
    const Domain& domain = d.family->domains[k];
    for_each_position(d.parameters[k].shape(), [&](const Position& at) {
      const Known x = reader.read(*d.parameters[k].node(), at);
      if (!x || fits(domain, *x)) return;
      Position all = around;
      all.insert(all.end(), at.begin(), at.end());
      recorder.fail(label(stated, k) + " as " + std::string(domain.text),
                    decimals(*x) + element_text(all),
                    "give parameters that the distribution takes");
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
  const Reader reader(recorder.data, stated.indices, around);
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
  const Reader reader(recorder.data, stated.indices, around);
  for_each_position(stated.batch, [&](const Position& at) {
    // Of a parameter that is an array its length alone sets ends, which the family knows.
    std::vector<double> known(d.parameters.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < known.size(); ++k) {
      if (k < d.family->ranks.size() && d.family->ranks[k] > 0) continue;
      const Expression& e = d.parameters[k];
      const auto x = reader.read(*e.node(), e.rank() == 0 ? Position() : at);
      known[k] = x.value_or(known[k]);
    }
    const auto [low, high] = d.family->ends(known);
    Position all = around;
    all.insert(all.end(), at.begin(), at.end());
    if (low > high || (low == high && !d.family->whole)) {
      recorder.fail(d.family->name + "'s lower end below its upper end",
                    decimals(low) + " and " + decimals(high) + element_text(all), "exchange them");
    }
    if (!stated.observed) return;
    const Known y = reader.read(*stated.observed->node(), at);
    if (!y || (!(*y < low) && !(*y > high))) return;
    const bool below = *y < low;
    recorder.fail("values of " + std::string(below ? "at least " : "at most ") +
                      decimals(below ? low : high) + " by the parameters of " + d.family->name,
                  decimals(*y) + element_text(all) + " of " + stated.name,
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
                  decimals(x) + " in element " + std::to_string(k),
                  "mend the data, or choose a distribution that gives such values");
  }
}

}  // namespace tyche
