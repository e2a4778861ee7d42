#include "tyche/simulation/flows/paths.hpp"

#include <algorithm>

#include "tyche/base/decimals.hpp"

namespace tyche::simulation::flows {
namespace {

class Walk {
 public:
  Walk(const Flow& flow, const Names& names) : flow_(flow), names_(names) {
    reached_.resize(flow.steps.size());
    paths_.ways.resize(flow.steps.size());
    paths_.joined.assign(flow.steps.size(), false);
  }

  /// Follows all ways until nothing more is learnt. What is known only shrinks, so that ends.
  Result<Paths> run() {
    const Standing at_birth{.held = std::vector<std::uint32_t>(names_.resources.size())};
    for (std::size_t at = 0; at < flow_.steps.size(); ++at) {
      if (std::holds_alternative<Arrive>(flow_.steps[at])) reached_[at] = at_birth;
    }
    for (changed_ = true; changed_ && !error_;) {
      changed_ = false;
      for (std::size_t at = 0; at < flow_.steps.size() && !error_; ++at) {
        paths_.ways[at].clear();
        if (reached_[at]) follow(at);
      }
    }
    for (std::size_t at = 0; at < flow_.steps.size() && !error_; ++at) {
      if (reached_[at]) {
        check_attributes(at);
      } else {
        refuse(at, "a step that some token reaches", "none that leads here",
               "route to a label before it, or leave it out");
      }
    }
    if (error_) return std::unexpected(*error_);
    for (auto& standing : reached_) paths_.at.push_back(std::move(*standing));
    return std::move(paths_);
  }

 private:
  void refuse(std::size_t at, std::string expected, std::string found, std::string remedy) {
    if (error_) return;
    error_ = Error{place_of(flow_, at), std::move(expected), std::move(found), std::move(remedy)};
  }

  std::string units(std::uint32_t count, std::size_t resource) const {
    return std::to_string(count) + " of " + names_.resources.all()[resource];
  }
  std::string held(const Standing& standing) const {
    std::string text;
    for (std::size_t k = 0; k < standing.held.size(); ++k) {
      if (standing.held[k] == 0) continue;
      text += (text.empty() ? "" : ", ") + units(standing.held[k], k);
    }
    return text.empty() ? "nothing" : text;
  }

  void go(std::size_t from, std::size_t to, const Standing& standing, bool copies = false) {
    if (to >= flow_.steps.size() || std::holds_alternative<Arrive>(flow_.steps[to])) {
      return refuse(from, "a way on", "the end of the steps",
                    "end with depart, or with a route to a label");
    }
    paths_.ways[from].push_back({to, copies});
    if (!reached_[to]) {
      reached_[to] = standing;
      changed_ = true;
    } else {
      meet(to, *reached_[to], standing);
    }
  }
  void go(std::size_t from, const std::string& label, const Standing& standing,
          bool copies = false) {
    go(from, names_.labels.at(label), standing, copies);
  }

  void meet(std::size_t at, Standing& known, const Standing& other) {
    if (known.held != other.held) {
      return refuse(at, "tokens that hold the same whichever way they come",
                    held(known) + " one way, " + held(other) + " another",
                    "seize or release before the ways meet");
    }
    if (known.batches != other.batches) {
      return refuse(at, "tokens that are all batches of one step, or none", "some of each",
                    "split batches before the ways meet");
    }
    const Standing before = known;
    known.assigned &= other.assigned;
    if (known.family && other.family && known.family->split == other.family->split) {
      known.family->original |= other.family->original;
      known.family->copy |= other.family->copy;
    } else {
      known.family.reset();
    }
    changed_ = changed_ || known != before;
  }

  /// A token that ends must leave nothing behind.
  bool free_of_all(std::size_t at, const Standing& standing, const char* verb) {
    if (std::ranges::any_of(standing.held, [](std::uint32_t n) { return n > 0; })) {
      refuse(at, std::string("a token that holds nothing at ") + verb, held(standing),
             "release it before");
    } else if (!standing.batches.empty()) {
      refuse(at, std::string("no temporary batch at ") + verb,
             "one of " + place_of(flow_, standing.batches.back()),
             "split it before, or make it permanent");
    }
    return !error_;
  }

  void take(std::size_t at, Standing& standing, const std::string& name, std::uint32_t count) {
    const std::uint32_t resource = names_.resources[name];
    const double most = most_capacity(flow_, flow_.resources[resource]);
    standing.held[resource] += count;
    if (standing.held[resource] <= most) return;
    refuse(at, "at most " + decimals(most) + " of " + name + " held at once",
           units(standing.held[resource], resource),
           "a token that waits for what it holds itself waits for ever");
  }

  void follow(std::size_t at) {
    const Standing standing = *reached_[at];
    std::visit([&](const auto& step) { on(at, step, standing); }, flow_.steps[at]);
  }

  template <class S>
  void on(std::size_t at, const S&, const Standing& standing) {
    go(at, at + 1, standing);  // arrive, hold, label
  }
  void on(std::size_t at, const Assign& step, Standing standing) {
    standing.assigned |= std::uint64_t{1} << names_.attributes[step.attribute];
    go(at, at + 1, standing);
  }
  void on(std::size_t at, const Seize& step, Standing standing) {
    take(at, standing, step.resource, step.units);
    go(at, at + 1, standing);
  }
  void on(std::size_t at, const Release& step, Standing standing) {
    const std::uint32_t resource = names_.resources[step.resource];
    if (standing.held[resource] < step.units) {
      return refuse(at, "a token that holds " + units(step.units, resource),
                    "one that holds " + held(standing), "seize it before, on every way here");
    }
    standing.held[resource] -= step.units;
    go(at, at + 1, standing);
  }
  void on(std::size_t at, const Transport& step, const Standing& standing) {
    Standing taken = standing;
    if (!step.vehicles.empty()) take(at, taken, step.vehicles, 1);
    go(at, at + 1, standing);
  }
  void on(std::size_t at, const Route& step, const Standing& standing) {
    for (const Branch& branch : step.branches) go(at, branch.to, standing);
  }
  void on(std::size_t at, const Decide& step, const Standing& standing) {
    go(at, step.to, standing);
    if (step.otherwise.empty()) return go(at, at + 1, standing);
    go(at, step.otherwise, standing);
  }
  void on(std::size_t at, const Batch& step, Standing standing) {
    if (step.temporary) {
      const Standing holding{.held = standing.held};
      if (!free_of_all(at, holding, "batch")) return;
      standing.batches.push_back(at);
    } else if (!free_of_all(at, standing, "batch")) {
      return;
    }
    standing.family.reset();
    go(at, at + 1, standing);
  }
  void on(std::size_t at, const Split& step, Standing standing) {
    if (step.copies == 0) return members(at, standing);
    const Standing copy{.held = std::vector<std::uint32_t>(standing.held.size()),
                        .family = {{at, false, true}},
                        .assigned = standing.assigned};
    standing.family = {{at, true, false}};
    go(at, at + 1, standing);
    if (step.to.empty()) return go(at, at + 1, copy, true);
    go(at, step.to, copy, true);
  }
  void members(std::size_t at, const Standing& carrier) {
    if (carrier.batches.empty()) {
      return refuse(at, "a temporary batch", "a token that is none",
                    "batch with temporary before it, or give `copies`");
    }
    const Standing holding{.held = carrier.held};
    if (!free_of_all(at, holding, "split")) return;
    go(at, at + 1, *reached_[carrier.batches.back()]);
  }
  void on(std::size_t at, const Combine& step, Standing standing) {
    if (!step.parts.empty()) {
      if (!free_of_all(at, standing, "combine")) return;
      standing.family.reset();
      return go(at, at + 1, standing);
    }
    if (!standing.family) {
      return refuse(at, "a token and its copies of one split", "tokens of none, or of several",
                    "split before, and combine before the next split");
    }
    const Standing::Family family = *standing.family;
    paths_.joined[family.split] = true;
    if (family.copy && !free_of_all(at, standing, "combine")) return;
    standing.family.reset();
    if (family.original) go(at, at + 1, standing);
  }
  void on(std::size_t at, const Depart&, const Standing& standing) {
    free_of_all(at, standing, "depart");
  }

  void check_attributes(std::size_t at) {
    for (const auto& [field, expression] : expressions_of(flow_.steps[at])) {
      each_part(*expression, [&](const Expression& part) {
        if (part.op != Op::attribute) return;
        const bool known = names_.attributes.has(part.name);
        if (known && (reached_[at]->assigned >> names_.attributes[part.name] & 1) != 0) return;
        refuse(at, "an attribute that every token here has",
               part.name + (known ? ", which is not assigned on every way" : ", never assigned"),
               "assign it before");
      });
    }
  }

  const Flow& flow_;
  const Names& names_;
  Paths paths_;
  std::vector<std::optional<Standing>> reached_;
  std::optional<Error> error_;
  bool changed_ = false;
};

}  // namespace

Result<Paths> paths_of(const Flow& flow, const Names& names) { return Walk(flow, names).run(); }

}  // namespace tyche::simulation::flows
