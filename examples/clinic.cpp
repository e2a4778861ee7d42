// A clinic as a flow: patients are seen by a nurse, some by a doctor, and those of the doctor have
// two samples taken while they rest; and what a second doctor from noon on would change.
#include <iostream>

#include "tyche/simulation/flows/run.hpp"
#include "tyche/simulation/engines/sequential.hpp"

using namespace tyche::simulation;
using namespace tyche::simulation::flows;

Flow clinic(std::uint32_t doctors) {
  Flow flow;
  flow.resource("nurse", 2).resource("doctor", doctors).resource("lab", 1);
  flow.arrive_by("patient", {{{0, 0.15}, {120, 0.3}, {240, 0.1}}, 480});  // minutes
  flow.seize("nurse").hold(lognormal(1.5, 0.5)).release("nurse");
  flow.route({{"doctor", 0.4}, {"home", 0.6}});
  flow.label("doctor").seize("doctor").hold(gamma(4, 4)).release("doctor");
  flow.split(2, "sample", "sample").hold(15).combine().go("home");
  flow.label("sample").seize("lab").hold(exponential(3)).release("lab").combine();
  flow.label("home").depart();
  return flow;
}

int main() {
  constexpr double noon = 5 * 480 + 240, end = 10 * 480;
  const auto as_it_is = compile(clinic(2), 1), what_if = compile(clinic(3), 1);
  for (const std::string& warning : as_it_is->checked.warnings) std::cout << warning << "\n\n";
  auto run = Sequential<Place>::start(places(*as_it_is), {.stop = end});
  (void)run->run(noon);
  auto branch = Sequential<Place>::resume(run->save(), places(*what_if));
  for (auto* each : {&*run, &*branch}) {
    (void)each->run(end);
    const RunReport report = each->report();
    const Program& program = each == &*run ? *as_it_is : *what_if;
    std::cout << to_text(report_of(program, std::move(*each).entities(), report, end)) << "\n";
  }
}
