#include "tyche/passes/distribute.hpp"

#include <algorithm>

#include "tyche/passes/distribute_forms.hpp"
#include "tyche/passes/distribute_plan.hpp"

namespace tyche::passes {
namespace {

/// What a part leaves behind, by place and by carried value.
struct Left {
  std::map<std::size_t, Value> arrays;  // by row
  std::map<std::size_t, Value> paths;   // by row: what an iteration is given
  std::map<std::size_t, Value> sums;    // so far
  std::map<std::size_t, Form> forms;    // of affine recurrences; what varies in arrays by row
};

/// Where a part, or what comes after all of them, writes: of which row of the loop.
struct View {
  Builder& b;
  Value row;
  Renaming names = {};
  View* before = nullptr;  // the iteration before, for shifted values
};

class Writer {
 public:
  Writer(Program& program, const Instruction& loop, const Distribution& plan)
      : program_(program),
        loop_(loop),
        body_(loop.regions[0]),
        yields_(yield_of(loop.regions[0]).operands),
        plan_(plan) {}

  /// Appends the parts; the names of the loop's results, and of locals that plates give.
  Renaming write(Builder& b) {
    b.at(loop_.location);
    for (int part = 0; part < plan_.parts; ++part) {
      if (part % 2 == 1) {
        loop(b, part);
      } else if (plan_.shifts && part + 1 == plan_.parts) {
        first_iteration(b, part);
        plate(b, part, plan_.count - 1);
      } else {
        plate(b, part, plan_.count);
      }
    }
    results(b);
    return std::move(names_);
  }

 private:
  // Values.

  Value value(View& view, Value v) {
    if (const auto at = view.names.find(v.id); at != view.names.end()) return at->second;
    if (v == plan_.row) return view.row;
    const auto k = plan_.carried.find(v);
    const auto p = plan_.places.find(v);
    Value found = v;
    if (k != plan_.carried.end()) {
      found = plan_.carries[k->second] == Carry::shifted
                  ? value(*view.before, yields_[k->second])
                  : view.b.load(left_.paths.at(k->second), {view.row});
    } else if (p != plan_.places.end()) {
      return earlier(view, v, p->second);
    }
    view.names[v.id] = found;
    return found;
  }

  /// Of an earlier part.
  Value earlier(View& view, Value v, std::size_t p) {
    const auto array = left_.arrays.find(p);
    if (array != left_.arrays.end()) {
      return view.names[v.id] = view.b.load(array->second, {view.row});
    }
    run(view, p);
    return view.names.at(v.id);
  }

  void run(View& view, std::size_t p) {
    const Instruction& i = body_.body[p];
    Renaming names;
    for (Value v : free_values(i)) names[v.id] = value(view, v);
    view.b.append(copied(program_, i, names));
    for (Value v : i.results) view.names[v.id] = names.at(v.id);
  }

  /// What the part must run; where a plate gives an array whole, what it would store.
  std::vector<std::pair<Value, Value>> run_part(View& view, int part) {
    std::vector<std::pair<Value, Value>> stores;
    for (std::size_t p : plan_.runs[std::size_t(part)]) {
      const Instruction& i = body_.body[p];
      if (plan_.mapped.contains(p)) {
        stores.emplace_back(i.operands[0], value(view, i.operands[2]));
      } else if (i.results.empty() || !view.names.contains(i.results[0].id)) {
        run(view, p);
      }
    }
    return stores;
  }

  // Recurrences a x + b.

  /// In the plate before the loop; what varies is mapped.
  void append_forms(Builder& b, View& view, int part, std::vector<Value>& yields) {
    for (const auto& [k, places] : plan_.affine) {
      if (plan_.loops[k] != part + 1) continue;
      const FormPlace place{b, view.b, [&](Value v) { return value(view, v); }};
      const Form& found = left_.forms[k] = form_of(loop_, plan_, k, place);
      for (const auto* f : {&found.a, &found.b}) {
        if (*f && (*f)->varies) yields.push_back((*f)->value);
      }
    }
  }

  void take_forms(int part, const std::vector<Value>& results, std::size_t& next) {
    for (const auto& [k, places] : plan_.affine) {
      if (plan_.loops[k] != part + 1) continue;
      for (auto* f : {&left_.forms[k].a, &left_.forms[k].b}) {
        if (*f && (*f)->varies) (*f)->value = results[next++];
      }
    }
  }

  Value go_on(View& view, std::size_t k, Value x) {
    const Form& form = left_.forms.at(k);
    const auto at = [&](const Factor& f) {
      return f.varies ? view.b.load(f.value, {view.row}) : f.value;
    };
    if (form.a) x = view.b.emit(Op::mul, {at(*form.a), x});
    return form.b ? view.b.emit(Op::add, {x, at(*form.b)}) : x;
  }

  // Sums.

  /// What the part adds to each carried sum in an iteration.
  std::map<std::size_t, Value> sums_of(View& view, int part) {
    std::map<std::size_t, Value> sums;
    for (const Summand& s : plan_.summands) {
      if (plan_.part_of(s) != part) continue;
      const Value x = value(view, s.value);
      const auto at = sums.find(s.carried);
      if (at != sums.end()) {
        at->second = view.b.emit(s.minus ? Op::sub : Op::add, {at->second, x});
      } else {
        sums[s.carried] = s.minus ? view.b.emit(Op::neg, {x}) : x;
      }
    }
    return sums;
  }

  void add(Builder& b, std::size_t k, Value sum) {
    const auto [at, first] = left_.sums.try_emplace(k, sum);
    if (!first) at->second = b.emit(Op::add, {at->second, sum});
  }

  bool idle(int part) const {
    const auto before = [&](const auto& affine) { return plan_.loops[affine.first] == part + 1; };
    return plan_.runs[std::size_t(part)].empty() && std::ranges::none_of(plan_.affine, before) &&
           std::ranges::none_of(plan_.summands,
                                [&](const Summand& s) { return plan_.part_of(s) == part; });
  }

  // Parts.

  /// The places that the part leaves arrays of.
  std::vector<std::size_t> leaves(int part) const {
    std::vector<std::size_t> out;
    for (std::size_t p : plan_.arrays) {
      if (plan_.part[p] == part) out.push_back(p);
    }
    return out;
  }

  void plate(Builder& b, int part, std::int64_t count) {
    if (idle(part)) return;
    Instruction plate{.op = Op::plate, .operands = {b.integer(count)}, .regions = {{}}};
    Region& region = plate.regions[0];
    region.arguments = {program_.new_value(Type::integer())};
    Builder in(program_, region);
    View view{in, region.arguments[0]}, earlier{in, region.arguments[0]};
    if (count < plan_.count) {
      Value& later = plan_.reversed ? earlier.row : view.row;
      later = in.emit(Op::add, {later, in.integer(1)});
      view.before = &earlier;
    }
    std::vector<Value> yields;
    const auto stores = run_part(view, part);
    for (std::size_t p : leaves(part)) yields.push_back(value(view, body_.body[p].results[0]));
    for (const auto& [local, x] : stores) yields.push_back(x);
    append_forms(b, view, part, yields);
    plate.integer = std::int64_t(yields.size());
    for (Value v : yields) {
      plate.results.push_back(program_.new_value(ir::stacked(program_.type(v), count)));
    }
    const auto sums = sums_of(view, part);
    for (const auto& [k, sum] : sums) {
      yields.push_back(sum);
      plate.results.push_back(program_.new_value(Type::real()));
    }
    in.yield(yields);
    const std::vector<Value> results = b.append(std::move(plate)).results;
    std::size_t next = 0;
    for (std::size_t p : leaves(part)) left_.arrays[p] = results[next++];
    for (const auto& [local, x] : stores) names_[local.id] = results[next++];
    take_forms(part, results, next);
    for (const auto& [k, sum] : sums) add(b, k, results[next++]);
  }

  /// That of the part that reads shifted values: they are as they were before the loop.
  void first_iteration(Builder& b, int part) {
    View view{b, b.integer(plan_.reversed ? plan_.count - 1 : 0)};
    for (const auto& [argument, k] : plan_.carried) {
      if (plan_.carries[k] == Carry::shifted) view.names[argument.id] = loop_.operands[k + 1];
    }
    run_part(view, part);
    for (const auto& [k, sum] : sums_of(view, part)) add(b, k, sum);
  }

  /// By row, of what a loop gives.
  Value array(Builder& b, Value element) {
    const Value made = b.local(ir::stacked(program_.type(element), plan_.count));
    b.region().body.back().integer = 1;
    return made;
  }

  /// What a loop carries: values, then the sums that it adds to.
  struct Passed {
    std::vector<std::size_t> values, sums;
  };

  Passed passed(int part) const {
    Passed out;
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      if (plan_.carries[k] == Carry::looped && plan_.loops[k] == part) out.values.push_back(k);
      const auto adds = [&](const Summand& s) {
        return s.carried == k && plan_.part_of(s) == part;
      };
      if (std::ranges::any_of(plan_.summands, adds)) out.sums.push_back(k);
    }
    return out;
  }

  void loop(Builder& b, int part) {
    const Passed passed = this->passed(part);
    if (passed.values.empty() && idle(part)) return;
    Left made;
    for (std::size_t p : leaves(part)) made.arrays[p] = array(b, body_.body[p].results[0]);
    std::vector<Value> initial;
    for (std::size_t k : passed.values) {
      initial.push_back(loop_.operands[k + 1]);
      if (plan_.paths.contains(k)) made.paths[k] = array(b, initial.back());
    }
    for (std::size_t n = 0; n < passed.sums.size(); ++n) initial.push_back(b.real(0));
    const std::vector<Value> results = b.for_loop(
        b.integer(plan_.count), initial, [&](Builder& in, Value t, std::span<const Value> now) {
          const Value last = in.integer(plan_.count - 1);
          View view{in, plan_.reversed ? in.emit(Op::sub, {last, t}) : t};
          return turn(view, part, passed, made, now);
        });
    left_.arrays.merge(made.arrays);
    left_.paths.merge(made.paths);
    std::size_t next = 0;
    for (std::size_t k : passed.values) names_[loop_.results[k].id] = results[next++];
    for (std::size_t k : passed.sums) add(b, k, results[next++]);
  }

  /// One iteration; what it carries on.
  std::vector<Value> turn(View& view, int part, const Passed& passed, const Left& made,
                          std::span<const Value> now) {
    for (std::size_t c = 0; c < passed.values.size(); ++c) {
      const std::size_t k = passed.values[c];
      view.names[body_.arguments[k + 1].id] = now[c];
      if (made.paths.contains(k)) view.b.store(made.paths.at(k), {view.row}, now[c]);
      if (plan_.affine.contains(k)) view.names[yields_[k].id] = go_on(view, k, now[c]);
    }
    run_part(view, part);
    std::vector<Value> next;
    for (std::size_t k : passed.values) next.push_back(value(view, yields_[k]));
    for (const auto& [p, to] : made.arrays) {
      view.b.store(to, {view.row}, view.names.at(body_.body[p].results[0].id));
    }
    for (const auto& [k, sum] : sums_of(view, part)) {
      next.push_back(view.b.emit(Op::add, {now[next.size()], sum}));
    }
    return next;
  }

  void results(Builder& b) {
    View last{b, b.integer(plan_.reversed ? 0 : plan_.count - 1)};
    for (std::size_t k = 0; k < yields_.size(); ++k) {
      const Value result = loop_.results[k];
      if (plan_.carries[k] == Carry::summed) {
        names_[result.id] = b.emit(Op::add, {loop_.operands[k + 1], left_.sums.at(k)});
      } else if (plan_.carries[k] == Carry::shifted && plan_.used[k]) {
        names_[result.id] = value(last, yields_[k]);
      }
    }
  }

  Program& program_;
  const Instruction& loop_;
  const Region& body_;
  const std::vector<Value>& yields_;
  const Distribution& plan_;
  Left left_;
  Renaming names_;
};

class Distributor {
 public:
  Distributor(Program& program, std::int64_t fewest)
      : program_(program),
        fewest_(fewest),
        locals_(locals_of(program)),
        constants_(program),
        uses_(use_counts(program)),
        writers_(program.values.size(), 0),
        before_(program.values.size(), 0) {
    for (const Region* entry : {&program.prelude, &program.density, &program.outputs}) {
      for_each_instruction(*entry, [this](const Instruction& i) {
        if (i.op == Op::store || i.op == Op::add_to) ++writers_[i.operands[0].id];
      });
    }
  }

  void entry(Region& region) {
    Region out{.arguments = region.arguments, .body = {}};
    Builder b(program_, out);
    for (Instruction& i : region.body) {
      rename(i, names_);
      const auto plan = i.op == Op::for_loop ? planned(i) : std::nullopt;
      for (Value v : free_values(i)) note_read(v);
      if (plan) {
        names_.merge(Writer(program_, i, *plan).write(b));
      } else {
        b.append(std::move(i));
      }
    }
    region = std::move(out);
  }

  const Renaming& names() const { return names_; }

 private:
  std::optional<Distribution> planned(const Instruction& loop) {
    std::int64_t count = 0;
    if (!constants_.integer(loop.operands[0], count) || count < fewest_) return {};
    for (std::vector<int>* marks : {&uses_, &writers_}) marks->resize(program_.values.size(), 0);
    before_.resize(program_.values.size(), 0);
    locals_.resize(program_.values.size(), 0);
    return plan_distribution(loop, count,
                             {program_, locals_, constants_, uses_, writers_, before_});
  }

  void note_read(Value v) {
    if (v.id >= before_.size()) before_.resize(program_.values.size(), 0);
    before_[v.id] = 1;
  }

  Program& program_;
  std::int64_t fewest_;
  std::vector<char> locals_;
  Constants constants_;
  std::vector<int> uses_, writers_;
  std::vector<char> before_;
  Renaming names_;
};

}  // namespace

Program distribute(Program program, std::int64_t fewest) {
  with_density(program, [&](Region& density) {
    Distributor pass(program, fewest);  // constants and uses are read from the program
    pass.entry(density);
    rename(program.outputs, pass.names());
  });
  return program;
}

}  // namespace tyche::passes
