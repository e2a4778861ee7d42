#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tyche/simulation/flow_run.hpp"

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

/// A row of a table: a name and numbers under their heads.
void add_row(std::string& text, const std::string& name, const std::vector<double>& numbers) {
  char cell[40];
  std::snprintf(cell, sizeof cell, "%-24s", name.c_str());
  text += cell;
  for (const double number : numbers) {
    std::snprintf(cell, sizeof cell, " %11.5g", number);
    text += cell;
  }
  text += "\n";
}
void add_head(std::string& text, const char* name, const std::vector<const char*>& heads) {
  char cell[40];
  std::snprintf(cell, sizeof cell, "%-24s", name);
  text += cell;
  for (const char* head : heads) {
    std::snprintf(cell, sizeof cell, " %11s", head);
    text += cell;
  }
  text += "\n";
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

std::vector<Figure> figures(const FlowReport& report) {
  std::vector<Figure> all;
  for (const ResourceReport& r : report.resources) {
    const std::string name = "resource." + r.name + ".";
    all.push_back({name + "utilisation", r.utilisation});
    all.push_back({name + "queue", r.queue});
    all.push_back({name + "longest_queue", r.longest_queue});
    all.push_back({name + "wait", r.wait.mean()});
    all.push_back({name + "served", double(r.wait.count())});
  }
  for (const ClassReport& c : report.classes) {
    const std::string name = "class." + c.name + ".";
    all.push_back({name + "arrived", double(c.arrived)});
    all.push_back({name + "departed", double(c.time.count())});
    all.push_back({name + "inside", c.inside});
    all.push_back({name + "time", c.time.mean()});
    all.push_back({name + "throughput", c.throughput});
  }
  return all;
}

std::string to_text(const FlowReport& report) {
  std::string text;
  add_head(text, "resource",
           {"capacity", "utilisation", "queue", "longest", "served", "mean wait", "longest wait"});
  for (const ResourceReport& r : report.resources) {
    const double most = r.wait.count() > 0 ? r.wait.most() : r.wait.mean();
    add_row(text, r.name,
            {r.capacity, r.utilisation, r.queue, r.longest_queue, double(r.wait.count()),
             r.wait.mean(), most});
  }
  text += "\n";
  add_head(text, "class and exit",
           {"arrived", "departed", "a time unit", "mean time", "sd", "longest", "inside"});
  const auto row = [&](const std::string& name, double arrived, const Tally& time, double inside) {
    const double most = time.count() > 0 ? time.most() : time.mean();
    add_row(text, name,
            {arrived, double(time.count()), double(time.count()) / (report.to - report.from),
             time.mean(), time.sd(), most, inside});
  };
  for (const ClassReport& c : report.classes) {
    row(c.name, double(c.arrived), c.time, c.inside);
    if (c.exits.size() < 2) continue;
    for (const ExitReport& exit : c.exits) row("  " + exit.name, NAN, exit.time, NAN);
  }
  return text;
}

}  // namespace tyche::simulation::flows
