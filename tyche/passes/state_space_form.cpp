#include "tyche/passes/state_space_form.hpp"

#include <set>

namespace tyche::passes {
namespace {

using Values = std::set<std::uint32_t>;

bool fits(const Type& type) { return type.kind == Kind::real || type.kind == Kind::vector; }

template <class F>
void for_each(const Instruction& root, F&& f) {
  f(root);
  for (const Region& region : root.regions) for_each_instruction(region, f);
}

/// Finds and checks the parts of a program.
class Analysis {
 public:
  explicit Analysis(StateSpaceForm& form) : form_(form) {}

  std::optional<Error> run() {
    find_scan();
    if (!error_) find_parameters();
    if (!error_) check_outside();
    if (!error_) check_step();
    if (!error_) find_extras();
    return error_;
  }

 private:
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  void find_scan() {
    const auto& body = form_.program.density.body;
    int found = 0;
    for (std::size_t k = 0; k < body.size(); ++k) {
      if (body[k].op != Op::scan || !draws_state(form_, body[k])) continue;
      form_.scan = k;
      ++found;
    }
    if (found == 1) {
      const Constants constants(form_.program);
      constants.integer(form_.the_scan().operands[0], form_.steps);
      return;
    }
    fail({"state space", "one scan that draws its state",
          found == 0 ? "none" : std::to_string(found) + " of them",
          "write the model as a scan with `param` for the state and `observe` inside"});
  }

  void find_parameters() {
    for (const std::string& name : form_.names) {
      const auto& body = form_.program.density.body;
      const auto at = std::ranges::find_if(
          body, [&](const Instruction& i) { return i.op == Op::choice && i.name == name; });
      if (at == body.end()) {
        return fail({name, "a parameter declared outside plates and loops", "none of that name",
                     "name a scalar or vector parameter of the model"});
      }
      const Type& type = form_.program.type(at->results[0]);
      if (!fits(type)) {
        return fail({form_.place(*at), "a real or vector parameter", to_string(type),
                     "carry the elements of a matrix as vectors"});
      }
      form_.parameter_offsets.push_back(1 + form_.parameters);
      form_.parameters += state_size(type);
    }
  }

  /// Nothing but the initial state may depend on what is drawn before the scan.
  void check_outside() {
    Values drawn;
    const auto& body = form_.program.density.body;
    const auto reads_drawn = [&](const Instruction& i) {
      return std::ranges::any_of(free_values(i), [&](Value v) { return drawn.contains(v.id); });
    };
    for (std::size_t k = 0; k < body.size(); ++k) {
      const Instruction& i = body[k];
      const bool moved = k == form_.scan || draws_state(form_, i) || reads_drawn(i);
      if (k == form_.scan) {
        for (Value v : free_values(i.regions[0])) {
          if (!drawn.contains(v.id)) continue;
          fail({form_.place(i), "a step that reads what it carries and the parameters",
                "one that reads " + form_.program.values[v.id].hint +
                    ", which is neither carried nor a named parameter",
                "name the parameter among those of the state space, or carry it"});
        }
      } else if (weighs(form_, i) &&
                 (moved || i.op != Op::term || i.role == ir::Role::likelihood)) {
        fail({form_.place(i), "observations of the state inside the scan", "one outside it",
              "move the observation into the scan"});
      }
      if (!moved) continue;
      for (Value v : i.results) drawn.insert(v.id);
    }
  }

  void check_step() {
    const Instruction& scan = form_.the_scan();
    for (std::size_t k = 0; k < std::size_t(scan.integer); ++k) {
      const Type& type = form_.program.type(scan.results[k]);
      if (!fits(type)) {
        fail({form_.place(scan), "a state of reals and vectors", to_string(type),
              "carry integers as reals, and matrices as vectors"});
      }
      form_.carried += state_size(type);
    }
    bool observes = false;
    for (const Instruction& i : scan.regions[0].body) {
      observes |= weighs(form_, i);
      if (weighs(form_, i) && draws_state(form_, i)) {
        fail({form_.place(i), "the state drawn before its observations", "both in one plate",
              "write two plates"});
      }
      for_each(i, [&](const Instruction& inner) {
        if (inner.op == Op::term && inner.role != ir::Role::likelihood) {
          fail({form_.place(inner), "a state with a sampler", "a prior told as a term",
                "declare the state by `param` with its distribution"});
        }
      });
    }
    if (!observes)
      fail({form_.place(scan), "an observation in the scan", "none",
            "observe data inside the scan, at its index"});
  }

  /// The values of a step that observations read: walks back to what is drawn or carried.
  void find_extras() {
    const Region& step = form_.the_scan().regions[0];
    const std::size_t n = std::size_t(form_.the_scan().integer);
    const auto& yields = yield_of(step).operands;
    Values wanted, leaves;
    for (auto i = step.body.rbegin(); i != step.body.rend(); ++i) {
      const bool gives =
          std::ranges::any_of(i->results, [&](Value v) { return wanted.contains(v.id); });
      if (draws_state(form_, *i)) {
        for (Value v : i->results) {
          if (wanted.contains(v.id)) leaves.insert(v.id);
        }
      } else if (gives || weighs(form_, *i) || i->op == Op::store || i->op == Op::add_to) {
        for (Value v : free_values(*i)) wanted.insert(v.id);
      }
    }
    for (std::size_t k = 1; k <= n; ++k) {
      if (wanted.contains(step.arguments[k].id)) leaves.insert(step.arguments[k].id);
    }
    for (std::size_t k = 0; k < n; ++k) {
      form_.places.try_emplace(yields[k].id, form_.state);
      form_.state += state_size(form_.program.type(yields[k]));
    }
    for (std::uint32_t id : leaves) {
      const Type& type = form_.program.type({id});
      if (!fits(type)) {
        return fail({form_.place(form_.the_scan()), "a state of reals and vectors", to_string(type),
                     "let observations read reals and vectors of the state"});
      }
      if (!form_.places.try_emplace(id, form_.state).second) continue;
      form_.extras.push_back({id});
      form_.state += state_size(type);
    }
  }

  StateSpaceForm& form_;
  std::optional<Error> error_;
};

}  // namespace

bool draws_state(const StateSpaceForm& form, const Instruction& root) {
  bool found = false;
  for_each(root, [&](const Instruction& i) {
    found |= i.op == Op::choice && !form.is_parameter(i.name) && !form.is_observed(i.name);
  });
  return found;
}

bool weighs(const StateSpaceForm& form, const Instruction& root) {
  bool found = false;
  for_each(root, [&](const Instruction& i) {
    found |= i.op == Op::term || (i.op == Op::choice && form.is_observed(i.name));
  });
  return found;
}

std::optional<Error> analyse(StateSpaceForm& form) { return Analysis(form).run(); }

}  // namespace tyche::passes
