// The numbers of a flow, each by itself.
#include <algorithm>
#include <cmath>
#include <set>

#include "tyche/base/decimals.hpp"
#include "tyche/simulation/flows/names.hpp"

namespace tyche::simulation::flows {
namespace {

using Wrong = Result<void>;

Wrong wrong(std::string where, std::string expected, std::string found, std::string remedy) {
  return std::unexpected(
      Error{std::move(where), std::move(expected), std::move(found), std::move(remedy)});
}

constexpr double most_units = 2147483647;

Wrong check_profile(const std::string& where, const Profile& profile, const char* what,
                    bool (*right)(double)) {
  const auto& pieces = profile.pieces;
  if (pieces.empty() || pieces.front().from != 0) {
    return wrong(where, "a profile that begins at time 0",
                 pieces.empty() ? "none" : decimals(pieces.front().from),
                 "give pairs of a time and the value from then on, the first [0, ...]");
  }
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    if (!right(pieces[k].value)) {
      return wrong(where, what, decimals(pieces[k].value), "mend piece " + std::to_string(k));
    }
    if (k > 0 && !(pieces[k].from > pieces[k - 1].from && std::isfinite(pieces[k].from))) {
      return wrong(where, "times that grow",
                   decimals(pieces[k].from) + " after " + decimals(pieces[k - 1].from),
                   "sort the pieces by time");
    }
  }
  const bool sound =
      profile.period == 0 || (profile.period > pieces.back().from && std::isfinite(profile.period));
  if (sound) return {};
  return wrong(where, "a period beyond the last piece, or 0", decimals(profile.period),
               "the profile begins anew after a period; 0 is never");
}

bool is_rate(double x) { return x >= 0 && std::isfinite(x); }
bool is_capacity(double x) { return x >= 0 && x <= most_units && std::floor(x) == x; }

Wrong check_rate(const std::string& where, const Profile& rate) {
  if (auto sound = check_profile(where, rate, "rates of 0 or more", is_rate); !sound) return sound;
  if (std::ranges::any_of(rate.pieces, [](const auto& piece) { return piece.value > 0; }))
    return {};
  return wrong(where, "a rate above 0 at some time", "0 always", "leave the source out");
}

Wrong check_times(const std::string& where, const std::vector<double>& times) {
  for (std::size_t k = 0; k < times.size(); ++k) {
    const double least = k > 0 ? times[k - 1] : 0;
    if (!(times[k] >= least && std::isfinite(times[k]))) {
      return wrong(where, "finite times from 0 on, in order",
                   decimals(times[k]) + " as number " + std::to_string(k), "sort the times");
    }
  }
  return {};
}

Wrong check_arrive(const Flow& flow, std::size_t at, const Arrive& arrive) {
  const std::string where = place_of(flow, at);
  const int forms =
      int(!arrive.every.empty()) + int(!arrive.rate.pieces.empty()) + int(!arrive.at.empty());
  if (forms != 1 || arrive.every.size() > 1) {
    return wrong(where, "one of `every`, `rate` and `at`", std::to_string(forms) + " of them",
                 "say once when tokens come");
  }
  if (arrive.limit == 0) {
    return wrong(where, "a limit of 1 or more", "0", "leave the source out");
  }
  if (!arrive.at.empty()) return check_times(place_of(flow, at, "at"), arrive.at);
  if (arrive.every.empty()) return check_rate(place_of(flow, at, "rate"), arrive.rate);
  Wrong sound;
  each_part(arrive.every[0], [&](const Expression& part) {
    if (part.op != Op::attribute && part.op != Op::age) return;
    sound = wrong(place_of(flow, at, "every"), "a gap that does not depend on a token",
                  "attribute " + part.name, "nobody has arrived yet: draw it");
  });
  if (sound && arrive.every[0] == Expression(0) && arrive.limit == no_limit) {
    return wrong(place_of(flow, at, "every"), "gaps above 0, or a limit", "0 for ever",
                 "say how many come at once with `limit`");
  }
  return sound;
}

Wrong check_route(const Flow& flow, std::size_t at, const Route& route) {
  double sum = 0;
  std::set<std::string> seen;
  for (const Branch& branch : route.branches) {
    if (!(branch.probability >= 0 && branch.probability <= 1)) {
      return wrong(place_of(flow, at, "route"), "a probability", decimals(branch.probability),
                   "mend that of " + branch.to);
    }
    if (!seen.insert(branch.to).second) {
      return wrong(place_of(flow, at, "route"), "each label once", branch.to + " twice",
                   "add their probabilities");
    }
    sum += branch.probability;
  }
  if (std::abs(sum - 1) <= 1e-9) return {};
  return wrong(place_of(flow, at, "route"), "probabilities that add up to 1", decimals(sum),
               "name a label for the rest, too");
}

/// Only a decide may look at a resource, and at one alone: it happens there.
Wrong check_looks(const Flow& flow, std::size_t at) {
  std::set<std::string> seen;
  for (const auto& [field, expression] : expressions_of(flow.steps[at])) {
    each_part(*expression, [&](const Expression& part) {
      if (is_look(part.op)) seen.insert(part.name);
    });
    if (!seen.empty() && !std::holds_alternative<Decide>(flow.steps[at])) {
      return wrong(place_of(flow, at, field), "no look at a resource", "one at " + *seen.begin(),
                   "queue and free are for decide");
    }
    if (seen.size() > 1) {
      return wrong(place_of(flow, at, field), "a look at one resource",
                   *seen.begin() + " and " + *seen.rbegin(), "use a decide for each");
    }
  }
  return {};
}

Wrong check_expressions(const Flow& flow, std::size_t at) {
  const bool times = !std::holds_alternative<Seize>(flow.steps[at]) &&
                     !std::holds_alternative<Assign>(flow.steps[at]);
  for (const auto& [field, expression] : expressions_of(flow.steps[at])) {
    if (const Complaint of = complaint(*expression); !of.expected.empty()) {
      return wrong(place_of(flow, at, std::string(field) + of.pointer), of.expected, of.found,
                   "mend the parameter");
    }
    const double low = least(*expression);
    if (times && low < 0 && std::isfinite(low)) {
      return wrong(place_of(flow, at, field), "a time of 0 or more", "one of " + decimals(low),
                   "time does not go back");
    }
  }
  return check_looks(flow, at);
}

Wrong check_units(const Flow& flow, std::size_t at, const std::string& name, std::uint32_t units) {
  const auto resource = std::ranges::find(flow.resources, name, &Resource::name);
  const double most =
      resource == flow.resources.end() ? most_units : most_capacity(flow, *resource);
  if (units >= 1 && units <= most) return {};
  return wrong(place_of(flow, at), "1 to " + decimals(most) + " units of " + name,
               std::to_string(units), "ask for no more than there ever are");
}

Wrong check_counts(const Flow& flow, std::size_t at) {
  const auto too_few = [&](const char* what) {
    return wrong(place_of(flow, at), what, "0", "leave the step out");
  };
  return std::visit(
      Overloaded{
          [&](const Seize& s) { return check_units(flow, at, s.resource, s.units); },
          [&](const Release& s) { return check_units(flow, at, s.resource, s.units); },
          [&](const Batch& s) -> Wrong {
            if (s.size == 0) return too_few("a size of 1 or more");
            return {};
          },
          [&](const Combine& s) -> Wrong {
            for (const Part& part : s.parts) {
              if (part.count == 0) return too_few("a count of 1 or more");
            }
            return {};
          },
          [&](const Split& s) -> Wrong {
            if (s.copies > 0 || (s.to.empty() && s.as.empty())) return {};
            return wrong(place_of(flow, at), "copies, which `to` and `as` are of", "0",
                         "give `copies`; members of a batch go on at the next step");
          },
          [&](const Arrive& s) { return check_arrive(flow, at, s); },
          [&](const Route& s) { return check_route(flow, at, s); },
          [](const auto&) { return Wrong(); },
      },
      flow.steps[at]);
}

}  // namespace

double most_capacity(const Flow& flow, const Resource& resource) {
  for (const Schedule& schedule : flow.schedules) {
    if (schedule.resource != resource.name) continue;
    double most = 0;
    for (const auto& piece : schedule.capacity.pieces) most = std::max(most, piece.value);
    return most;
  }
  return resource.capacity;
}

double mean(const Profile& profile) {
  const auto& pieces = profile.pieces;
  if (profile.period == 0) return pieces.back().value;
  double area = 0;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const double end = k + 1 < pieces.size() ? pieces[k + 1].from : profile.period;
    area += pieces[k].value * (end - pieces[k].from);
  }
  return area / profile.period;
}

Result<void> check_parameters(const Flow& flow) {
  for (const Resource& resource : flow.resources) {
    if (resource.capacity >= 1 && resource.capacity <= most_units) continue;
    return wrong("/resources/" + resource.name, "a capacity of 1 to 2147483647",
                 std::to_string(resource.capacity), "a resource that nobody has is none");
  }
  std::set<std::string> scheduled;
  for (std::size_t k = 0; k < flow.schedules.size(); ++k) {
    const std::string where = "/schedules/" + std::to_string(k);
    if (!scheduled.insert(flow.schedules[k].resource).second) {
      return wrong(where, "one schedule a resource", "a second of " + flow.schedules[k].resource,
                   "join them");
    }
    if (auto sound = check_profile(where, flow.schedules[k].capacity,
                                   "whole capacities, 0 to 2147483647", is_capacity);
        !sound) {
      return sound;
    }
  }
  constexpr std::size_t most_steps = 12'000;  // instructions are counted by 16 bits of a token
  if (flow.steps.empty() || flow.steps.size() > most_steps) {
    return wrong("/steps", "1 to 12000 steps", std::to_string(flow.steps.size()),
                 "begin with an arrive");
  }
  for (std::size_t at = 0; at < flow.steps.size(); ++at) {
    if (auto sound = check_expressions(flow, at); !sound) return sound;
    if (auto sound = check_counts(flow, at); !sound) return sound;
  }
  return {};
}

}  // namespace tyche::simulation::flows
