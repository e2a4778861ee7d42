// Flows that mean nothing: in their text, their names, their numbers, or their paths.
#include <fstream>

#include "tests/bad_input/cases.hpp"
#include "tyche/simulation/flows/json.hpp"
#include "tyche/simulation/flows/run.hpp"

namespace tyche::bad_input {
namespace {

namespace flows = simulation::flows;
using flows::attribute;
using flows::Flow;
using flows::FlowSettings;

Case text(std::string what, std::string json) {
  return library("flow, " + what, [json = std::move(json)]() -> Result<void> {
    const auto flow = flows::parse_flow(json, "flow.json");
    if (!flow) return std::unexpected(flow.error());
    return whether(flows::check(*flow));
  });
}

/// The steps of a file with one resource, a barber.
Case steps(std::string what, const std::string& list) {
  return text(std::move(what), R"({"resources": {"barber": 1}, "steps": [)" + list + "]}");
}

/// Customers to whom these steps happen.
Case customers(std::string what, const std::string& list) {
  return steps(std::move(what), R"({"arrive": "customer", "every": {"exponential": 18}}, )" + list);
}

Case running(std::string what, const Flow& flow, FlowSettings settings) {
  return library("flow, " + what,
                 [flow, settings] { return whether(flows::simulate(flow, settings)); });
}

Flow held_for(const flows::Expression& time) {
  Flow flow;
  flow.arrive("customer", 1).assign("left", 3 - flows::time_now()).hold(time, "shave").depart();
  return flow;
}

/// The program, with a flow in its folder.
Case file(std::string what, const std::string& json, const std::string& words) {
  Case run = program(std::move(what), "simulate FOLDER/flow.json " + words);
  return {run.what, [json, act = run.act](const fs::path& folder) {
            std::ofstream(folder / "flow.json") << json;
            return act(folder);
          }};
}

Cases texts() {
  return {
      text("a comma too many", "{\n  \"resources\": {\"barber\": 1,},\n  \"steps\": []\n}"),
      text("cut short", "{\"steps\": [{\"arrive\": \"cust"),
      text("bytes that are no text", "{\"about\": \"\xff\"}"),
      text("a key there twice", R"({"resources": {"barber": 1, "barber": 2}, "steps": []})"),
      text("too deep", std::string(100, '[') + std::string(100, ']')),
      text("a list", "[]"),
      customers("a number that no double holds", R"({"hold": 1e999})"),
      text("without steps", R"({"resources": {"barber": 1}})"),
      text("an unknown key of the whole", R"({"resource": {"barber": 1}, "steps": []})"),
      text("a capacity that is no number", R"({"resources": {"barber": "one"}, "steps": []})"),
      text("a capacity below 0", R"({"resources": {"barber": -1}, "steps": []})"),
      text("a schedule that is a name", R"({"schedules": ["barber"], "steps": []})"),
      steps("an unknown verb", R"({"arive": "customer", "every": 1})"),
      steps("a verb that is not first", R"({"every": 1, "arrive": "customer"})"),
      customers("an unknown key of a step", R"({"seize": "barber", "unit": 1}, {"depart": "out"})"),
      customers("a key that is missing", R"({"decide": {"less": [1, 2]}}, {"depart": "out"})"),
      customers("a unit and a half", R"({"seize": "barber", "units": 1.5})"),
      customers("a name that is a number", R"({"seize": 1})"),
      customers("an unknown operation", R"({"hold": {"exponentail": 16}})"),
      customers("operands that are too few", R"({"hold": {"uniform": [1]}})"),
      customers("two operations in one", R"({"hold": {"exponential": 1, "poisson": 2}})"),
      customers("a piece without a value", R"({"hold": {"add": [1, {"gamma": [true, 2]}]}})"),
      steps("a rate that is no list of pairs", R"({"arrive": "call", "rate": [[0, 1, 2]]})"),
      customers("probabilities in a list", R"({"route": [0.5, 0.5]})"),
  };
}

Cases names() {
  return {
      customers("an unknown resource", R"({"seize": "barbar"}, {"depart": "out"})"),
      customers("an unknown resource in a look",
                R"({"decide": {"less": [{"queue": "till"}, 1]}, "to": "x"}, {"label": "x"},
                {"depart": "out"})"),
      customers("an unknown label", R"({"route": "home"})"),
      customers("a label for two", R"({"label": "a"}, {"label": "a"}, {"depart": "out"})"),
      customers("a source for two", R"({"depart": "out"}, {"arrive": "customer", "every": 1},
                {"depart": "out"})"),
      customers("a name for two steps",
                R"({"hold": 1, "name": "cut"}, {"hold": 2, "name": "cut"}, {"depart": "out"})"),
      customers("an unknown class", R"({"combine": {"customer": 1, "wheel": 4}})"),
      customers("seven attributes",
                R"({"assign": "a", "value": 1}, {"assign": "b", "value": 1},
                {"assign": "c", "value": 1}, {"assign": "d", "value": 1},
                {"assign": "e", "value": 1}, {"assign": "f", "value": 1},
                {"assign": "g", "value": 1}, {"depart": "out"})"),
      text("a schedule of nothing", R"({"schedules": [{"schedule": "nurse", "capacity": [[0, 1]]}],
           "steps": [{"arrive": "a", "every": 1}, {"depart": "out"}]})"),
  };
}

Cases numbers() {
  const auto scheduled = [](const std::string& schedule) {
    return R"({"resources": {"nurse": 1}, "schedules": [{"schedule": "nurse", )" + schedule +
           R"(}], "steps": [{"arrive": "a", "every": 1}, {"depart": "out"}]})";
  };
  const double nan = nan_value;
  Flow not_a_number;
  not_a_number.arrive("customer", flows::exponential(nan)).depart();
  return {
      text("capacity 0", R"({"resources": {"barber": 0}, "steps": [{"depart": "out"}]})"),
      text("no steps", R"({"steps": []})"),
      running("a mean that is NaN", not_a_number, {.run = {.stop = 1}}),
      customers("a negative mean", R"({"hold": {"multiply": [2, {"exponential": -16}]}})"),
      customers("a low end above the high one", R"({"hold": {"uniform": [3, 1]}})"),
      customers("half a stage", R"({"hold": {"erlang": [2.5, 1]}})"),
      customers("a negative time", R"({"hold": -1})"),
      customers("a time that may be negative", R"({"hold": {"uniform": [-1, 2]}})"),
      customers("more than there is", R"({"seize": "barber", "units": 2}, {"depart": "out"})"),
      customers("nothing seized", R"({"seize": "barber", "units": 0}, {"depart": "out"})"),
      customers("a batch of none", R"({"batch": 0}, {"depart": "out"})"),
      customers("probabilities below 1", R"({"route": {"a": 0.5, "b": 0.4}})"),
      customers("a probability above 1", R"({"route": {"a": 1.5, "b": -0.5}})"),
      customers("members at a label", R"({"split": "members", "to": "x"})"),
      customers("a look at two resources",
                R"({"decide": {"less": [{"queue": "barber"}, {"free": "till"}]}, "to": "x"})"),
      customers("a look in a hold", R"({"hold": {"queue": "barber"}})"),
      steps("arrivals twice over", R"({"arrive": "a", "every": 1, "at": [2]}, {"depart": "out"})"),
      steps("arrivals never", R"({"arrive": "a"}, {"depart": "out"})"),
      steps("arrivals without end at once", R"({"arrive": "a", "every": 0}, {"depart": "out"})"),
      steps("a gap by an attribute", R"({"arrive": "a", "every": "size"}, {"depart": "out"})"),
      steps("a limit of 0", R"({"arrive": "a", "every": 1, "limit": 0}, {"depart": "out"})"),
      steps("times out of order", R"({"arrive": "a", "at": [2, 1]}, {"depart": "out"})"),
      steps("a rate of 0", R"({"arrive": "a", "rate": [[0, 0]]}, {"depart": "out"})"),
      steps("a rate that begins late", R"({"arrive": "a", "rate": [[1, 2]]}, {"depart": "out"})"),
      text("half a nurse", scheduled(R"("capacity": [[0, 0.5]])")),
      text("shifts out of order", scheduled(R"("capacity": [[0, 1], [8, 2], [4, 1]])")),
      text("shifts beyond their period", scheduled(R"("capacity": [[0, 1], [8, 2]], "period": 8)")),
  };
}

Cases paths() {
  return {
      customers("release without seize", R"({"release": "barber"}, {"depart": "out"})"),
      customers("release without seize on one way",
                R"({"decide": {"less": [{"queue": "barber"}, 1]}, "to": "on"},
                {"seize": "barber"}, {"hold": 1}, {"label": "on"}, {"release": "barber"},
                {"depart": "out"})"),
      customers("departing with a barber", R"({"seize": "barber"}, {"depart": "out"})"),
      customers("one barber twice",
                R"({"seize": "barber"}, {"seize": "barber"}, {"depart": "out"})"),
      customers("without an end", R"({"seize": "barber"}, {"release": "barber"})"),
      customers("into another's arrival",
                R"({"hold": 1}, {"arrive": "other", "every": 1}, {"depart": "out"})"),
      customers("a step after the end", R"({"depart": "out"}, {"hold": 1}, {"depart": "out"})"),
      customers("a label that nothing leads to",
                R"({"depart": "out"}, {"label": "attic"}, {"depart": "out"})"),
      customers("an attribute that is never assigned", R"({"hold": "size"}, {"depart": "out"})"),
      customers("an attribute not assigned on one way",
                R"({"route": {"a": 0.5, "b": 0.5}}, {"label": "a"}, {"assign": "size", "value": 1},
                {"label": "b"}, {"hold": "size"}, {"depart": "out"})"),
      customers("a split of what is no batch", R"({"split": "members"}, {"depart": "out"})"),
      customers("a batch that departs",
                R"({"batch": 2, "temporary": true}, {"hold": 1}, {"depart": "out"})"),
      customers("a batch of those who hold", R"({"seize": "barber"}, {"batch": 2})"),
      customers("batches and others at one label",
                R"({"route": {"a": 0.5, "b": 0.5}}, {"label": "a"},
                {"batch": 2, "temporary": true}, {"label": "b"}, {"hold": 1}, {"depart": "out"})"),
      customers("copies that nobody made", R"({"combine": "copies"}, {"depart": "out"})"),
  };
}

Cases runs() {
  const std::string good = R"({"steps": [{"arrive": "a", "every": 1}, {"depart": "out"}]})";
  Flow strangers;
  strangers.arrive("wheel", 1).go("line").arrive("frame", 2).go("line").arrive("dog", 3).go("line");
  strangers.label("line").combine({{"frame", 1}, {"wheel", 4}}).depart();
  return {
      running("a time below 0 in a run", held_for(attribute("left")), {.run = {.stop = 100}}),
      running("a mean below 0 in a run", held_for(flows::exponential(attribute("left"))),
              {.run = {.stop = 100}}),
      running("a part that nobody needs", strangers, {.run = {.stop = 100}}),
      running("a warm-up below 0", held_for(1), {.run = {.stop = 1}, .warmup = -1}),
      running("a warm-up until the end", held_for(1), {.run = {.stop = 1}, .warmup = 1}),
      running("an end that is NaN", held_for(1), {.run = {.stop = nan_value}}),
      program("simulate: no file", "simulate /nowhere/flow.json --stop 1"),
      file("simulate: a flow that means nothing",
           R"({"steps": [{"arrive": "a", "every": 1}, {"route": "b"}]})", "--stop 1"),
      file("simulate: text that is not JSON", "{\n  steps", "--stop 1"),
      file("simulate: an end before the beginning", good, "--stop -1"),
      file("simulate: an unknown engine", good, "--stop 1 --engine warp"),
      file("simulate: no replications", good, "--stop 1 --replications 0"),
      file("simulate: a folder that is a file", good, "--stop 1 --out FOLDER/flow.json"),
  };
}

}  // namespace

Cases cases_of_flows() {
  Cases all;
  for (const auto cases : {texts, names, numbers, paths, runs}) {
    for (Case& each : cases()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace tyche::bad_input
