// Process models as data: tokens (customers, parts, calls) that go through steps and compete for
// resources. A flow is a value; files hold it (json.hpp), checks read it (check.hpp), and
// it compiles to entities, which run on every engine (run.hpp).
//
//   Flow flow;
//   flow.resource("barber", 1);
//   flow.arrive("customer", exponential(18))
//       .seize("barber").hold(exponential(16)).release("barber").depart();
//   auto report = simulate(flow, {.stop = 1e5});
//
// The fourteen verbs. A step is followed by the next one in the list unless it says otherwise.
//
//   arrive     a token of the class of this name is born, and again after a gap (`every`), at the
//              rate of a profile, or `at` listed times; `limit` tokens at most
//   seize      waits until `units` of a resource are free and no token that waits there comes
//              before it: the least `priority` first, then who came first. Who needs more than is
//              free makes all behind wait
//   hold       time passes
//   release    gives units back; waiting tokens take them at once
//   route      goes on at one of some labels, by probabilities that add up to 1
//   decide     goes on at `to` if `when` is not 0, else at `otherwise`, or at the next step if that
//              is empty; it may look at one resource's queue and free units (balking)
//   batch      waits until `size` tokens are here. Permanent: the first goes on, the others end.
//              Temporary: a carrier goes on as the first, until a split gives all of them back
//   split      of a temporary batch (0 `copies`): its members go on, the carrier ends. Else: the
//              token goes on, and so many copies of it at `to` (the next step if that is empty), of
//              class `as` (its own if that is empty), which hold nothing
//   combine    without `parts`: a token and its copies of its last split wait for each other; the
//              token goes on, the copies end. With parts: as many tokens as each part says wait for
//              each other; the first of the first part's class goes on, the others end
//   assign     sets an attribute
//   transport  to a place, for a time; with `vehicles`, a resource, takes one along, which comes
//              back by itself and is free again after the time `back`
//   label      where route, decide and split lead
//   schedule   the capacity of a resource follows a profile over time (shifts). Units in use when
//              it falls are finished with first
//   depart     leaves the flow by the exit of this name; the time in system is counted by class
//              and exit
//
// Random numbers belong to (the step's name, the token's source or the split that made it, its
// number among those, how often it went back to an earlier step), whatever else happens: two
// variants of a flow see the same luck where their names agree. A step without a name has that of
// its verb, block (the arrive or label before it) and place among the block's steps of this verb:
// "customer/hold 1".
#pragma once
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tyche/simulation/flows/expression.hpp"

namespace tyche::simulation::flows {

/// A number that changes at given times: values[k] holds from from[k], the first from 0, and all
/// of it again after `period`, or never if that is 0.
struct Profile {
  struct Piece {
    double from = 0, value = 0;
    friend bool operator==(const Piece&, const Piece&) = default;
  };
  std::vector<Piece> pieces = {};
  double period = 0;
  friend bool operator==(const Profile&, const Profile&) = default;
};

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// One of `every`, `rate` and `at`; the others are empty.
struct Arrive {
  std::string name = {};
  std::vector<Expression> every = {};  // one, or none
  Profile rate = {};
  std::vector<double> at = {};
  std::uint64_t limit = no_limit;
  friend bool operator==(const Arrive&, const Arrive&) = default;
};
struct Seize {
  std::string resource = {};
  std::uint32_t units = 1;
  Expression priority = 0;
  friend bool operator==(const Seize&, const Seize&) = default;
};
struct Hold {
  Expression time = 0;
  std::string name = {};
  friend bool operator==(const Hold&, const Hold&) = default;
};
struct Release {
  std::string resource = {};
  std::uint32_t units = 1;
  friend bool operator==(const Release&, const Release&) = default;
};
struct Branch {
  std::string to = {};
  double probability = 0;
  friend bool operator==(const Branch&, const Branch&) = default;
};
struct Route {
  std::vector<Branch> branches = {};
  std::string name = {};
  friend bool operator==(const Route&, const Route&) = default;
};
struct Decide {
  Expression when = 0;
  std::string to = {}, otherwise = {};
  std::string name = {};
  friend bool operator==(const Decide&, const Decide&) = default;
};
struct Batch {
  std::uint32_t size = 0;
  bool temporary = false;
  friend bool operator==(const Batch&, const Batch&) = default;
};
struct Split {
  std::uint32_t copies = 0;
  std::string to = {}, as = {};
  friend bool operator==(const Split&, const Split&) = default;
};
struct Part {
  std::string name = {};  // of a class
  std::uint32_t count = 1;
  friend bool operator==(const Part&, const Part&) = default;
};
struct Combine {
  std::vector<Part> parts = {};
  friend bool operator==(const Combine&, const Combine&) = default;
};
struct Assign {
  std::string attribute = {};
  Expression value = 0;
  std::string name = {};
  friend bool operator==(const Assign&, const Assign&) = default;
};
struct Transport {
  std::string to = {};
  Expression time = 0;
  std::string vehicles = {};
  Expression back = 0;
  std::string name = {};
  friend bool operator==(const Transport&, const Transport&) = default;
};
struct Label {
  std::string name = {};
  friend bool operator==(const Label&, const Label&) = default;
};
struct Depart {
  std::string exit = "out";
  friend bool operator==(const Depart&, const Depart&) = default;
};
using Step = std::variant<Arrive, Seize, Hold, Release, Route, Decide, Batch, Split, Combine,
                          Assign, Transport, Label, Depart>;

struct Resource {
  std::string name = {};
  std::uint32_t capacity = 1;
  friend bool operator==(const Resource&, const Resource&) = default;
};
struct Schedule {
  std::string resource = {};
  Profile capacity = {};
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

enum class BatchKind { permanent, temporary };

/// Each call adds a step; nothing is checked before check.hpp's check().
struct Flow {
  std::string about = {};
  double stop = 0;  // where a run ends if nobody says otherwise; 0: the flow does not say
  std::vector<Resource> resources = {};
  std::vector<Schedule> schedules = {};
  std::vector<Step> steps = {};

  Flow& resource(std::string name, std::uint32_t capacity);
  Flow& schedule(std::string of, std::vector<Profile::Piece> capacity, double period = 0);

  Flow& arrive(std::string name, Expression every, std::uint64_t limit = no_limit);
  Flow& arrive_by(std::string name, Profile rate, std::uint64_t limit = no_limit);
  Flow& arrive_at(std::string name, std::vector<double> times);
  Flow& seize(std::string of, std::uint32_t units = 1, Expression priority = 0);
  Flow& hold(Expression time, std::string name = {});
  Flow& release(std::string of, std::uint32_t units = 1);
  Flow& route(std::vector<Branch> branches, std::string name = {});
  Flow& go(std::string label);  // a route of one branch
  Flow& decide(Expression when, std::string to, std::string otherwise = {}, std::string name = {});
  Flow& batch(std::uint32_t size, BatchKind kind = BatchKind::permanent);
  Flow& split();  // a temporary batch
  Flow& split(std::uint32_t copies, std::string to = {}, std::string as = {});
  Flow& combine();
  Flow& combine(std::vector<Part> parts);
  Flow& assign(std::string attribute, Expression value, std::string name = {});
  Flow& transport(std::string to, Expression time, std::string vehicles = {}, Expression back = 0);
  Flow& label(std::string name);
  Flow& depart(std::string exit = "out");

  friend bool operator==(const Flow&, const Flow&) = default;
};

/// "hold", "seize", ...
std::string_view verb_of(const Step& step);
/// "/steps/3 (hold)": a JSON pointer, and the verb.
std::string place_of(const Flow& flow, std::size_t step, std::string_view field = {});
/// The expressions of a step with their fields.
std::vector<std::pair<std::string_view, const Expression*>> expressions_of(const Step& step);
/// The name by which the step's random numbers go.
std::string stream_name(const Flow& flow, std::size_t step);

/// Calls one of several functions for the step that it is.
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace tyche::simulation::flows
