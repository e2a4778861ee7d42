#include <algorithm>
#include <cmath>
#include <limits>

#include "tyche/base/decimals.hpp"
#include "tyche/base/text_table.hpp"
#include "tyche/simulation/flows/run.hpp"
#include "tyche/simulation/json_text.hpp"
#include "tyche/simulation/rounding.hpp"

namespace tyche::simulation::flows {
namespace {

ResourceReport resource_report(const std::string& name, const Station& station, double to) {
  const double capacity = station.units.mean(to), in_use = station.level.mean(to);
  return {.name = name,
          .capacity = capacity,
          .utilisation = in_use / capacity,
          .in_use = in_use,
          .queue = station.length.mean(to),
          .longest_queue = station.length.most(),
          .wait = station.wait};
}

ClassReport class_report(const Program& program, const std::vector<Place>& places,
                         std::uint32_t kind, double from, double to) {
  ClassReport report{.name = program.names().classes.all()[kind]};
  for (const std::string& exit : program.names().exits.all()) report.exits.push_back({exit, {}});
  for (const Place& place : places) {
    const Account& account = place.accounts()[kind];
    report.arrived += account.arrived;
    report.copied += account.copied;
    report.merged += account.merged;
    report.inside += account.inside.mean(to);
    report.inside_at_end += account.inside.value();
    for (std::uint32_t exit = 0; exit < report.exits.size(); ++exit) {
      report.exits[exit].time.merge(place.time_in_system(kind, exit));
    }
  }
  for (const ExitReport& exit : report.exits) report.time.merge(exit.time);
  std::erase_if(report.exits, [](const ExitReport& exit) { return exit.time.count() == 0; });
  report.throughput = double(report.time.count()) / (to - from);
  return report;
}

using Rows = std::vector<std::vector<std::string>>;

/// A name, and numbers with as many digits as they have; nothing for NaN.
void add_row(Rows& rows, const std::string& name, const std::vector<double>& numbers) {
  rows.push_back({name});
  for (const double x : numbers) {
    const bool count = std::floor(x) == x && std::abs(x) < 1e15;
    rows.back().push_back(std::isnan(x) ? "" : count ? decimals(x) : rounded_to(x, 0));
  }
}

double longest(const Tally& tally) {
  return tally.count() > 0 ? tally.most() : std::numeric_limits<double>::quiet_NaN();
}

void members(JsonText& json, const Tally& tally) {
  json.member("count", tally.count()).member("mean", tally.mean()).member("sd", tally.sd());
  json.member("most", longest(tally));
}

}  // namespace

FlowReport report_of(const Program& program, std::vector<Place> places, const RunReport& run,
                     double to) {
  FlowReport report{.from = program.warmup,
                    .to = to,
                    .run = run,
                    .parallel = {},
                    .resources = {},
                    .classes = {},
                    .warnings = program.checked.warnings};
  for (Place& place : places) place.begin_counting(to);
  for (std::uint32_t k = 0; k < program.flow.resources.size(); ++k) {
    report.resources.push_back(
        resource_report(program.flow.resources[k].name, places[k].station(), to));
  }
  for (std::uint32_t kind = 0; kind < program.names().classes.size(); ++kind) {
    report.classes.push_back(class_report(program, places, kind, program.warmup, to));
  }
  return report;
}

Responses responses(const FlowReport& report) {
  Responses all;
  for (const ResourceReport& r : report.resources) {
    const std::string name = r.name + ".";
    all.push_back({name + "utilisation", r.utilisation});
    all.push_back({name + "queue", r.queue});
    all.push_back({name + "longest_queue", r.longest_queue});
    all.push_back({name + "served", double(r.wait.count())});
    all.push_back({.name = name + "wait", .value = r.wait.mean(), .may_lack = true});
  }
  for (const ClassReport& c : report.classes) {
    const std::string name = c.name + ".";
    all.push_back({name + "arrived", double(c.arrived)});
    all.push_back({name + "departed", double(c.time.count())});
    all.push_back({name + "inside", c.inside});
    all.push_back({name + "throughput", c.throughput});
    all.push_back({.name = name + "time", .value = c.time.mean(), .may_lack = true});
  }
  return all;
}

std::string to_text(const FlowReport& report) {
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  Rows resources = {
      {"resource", "capacity", "utilisation", "queue", "longest", "served", "wait", "longest"}};
  for (const ResourceReport& r : report.resources) {
    add_row(resources, r.name,
            {r.capacity, r.utilisation, r.queue, r.longest_queue, double(r.wait.count()),
             r.wait.mean(), longest(r.wait)});
  }
  Rows classes = {
      {"class", "arrived", "inside", "departed", "a time unit", "time in system", "sd", "longest"}};
  const auto row = [&](const std::string& name, double arrived, double inside, const Tally& time) {
    add_row(
        classes, name,
        {arrived, inside, double(time.count()), double(time.count()) / (report.to - report.from),
         time.mean(), time.sd(), longest(time)});
  };
  for (const ClassReport& c : report.classes) {
    row(c.name, double(c.arrived), c.inside, c.time);
    if (c.exits.size() < 2) continue;
    for (const ExitReport& exit : c.exits) row("  " + exit.name, nothing, nothing, exit.time);
  }
  std::string text = "from time " + decimals(report.from) + " to " + decimals(report.to) + "\n\n";
  if (!report.resources.empty()) text += text_table(resources) + "\n";
  return text + text_table(classes);
}

std::string to_json(const FlowReport& report) {
  JsonText json;
  json.open('{').member("from", report.from).member("to", report.to);
  json.member("events", report.run.events).member("trace_hash", report.run.trace_hash);
  json.open('{', "resources");
  for (const ResourceReport& r : report.resources) {
    json.open('{', r.name).member("capacity", r.capacity).member("utilisation", r.utilisation);
    json.member("queue", r.queue).member("longest_queue", r.longest_queue).open('{', "wait");
    members(json, r.wait);
    json.close('}').close('}');
  }
  json.close('}').open('{', "classes");
  for (const ClassReport& c : report.classes) {
    json.open('{', c.name).member("arrived", c.arrived).member("copied", c.copied);
    json.member("merged", c.merged).member("inside", c.inside);
    json.member("throughput", c.throughput).open('{', "time");
    members(json, c.time);
    json.close('}').open('{', "exits");
    for (const ExitReport& exit : c.exits) {
      json.open('{', exit.name);
      members(json, exit.time);
      json.close('}');
    }
    json.close('}').close('}');
  }
  json.close('}').open('[', "warnings");
  for (const std::string& warning : report.warnings) json.element(warning);
  return std::move(json.close(']').close('}')).str();
}

}  // namespace tyche::simulation::flows
