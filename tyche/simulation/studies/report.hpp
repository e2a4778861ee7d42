// What was found, as a table in text and as JSON.
//
// JSON is in full precision, and null where a number does not exist. A study:
//   {"replications":100,"seed":1,"level":0.95,"antithetic":false,"block":1,"inputs":false,
//    "cancelled":false,
//    "failures":[{"replication":3,"where":"..","expected":"..","found":"..","remedy":".."}],
//    "shortfall":null or {"response":"..","half_width":..,"wanted":..,"made":..,"enough":..},
//    "responses":{"queue.mean_wait":{"mean":..,"half_width":..,"low":..,"high":..,"sd":..,
//      "count":..,"least":..,"most":..,"lacking":..},...}}
// A response of antithetic pairs has "antithetic_gain" too, and one with several replications to a
// draw of the inputs an "input_share":{..} as below, without its response.
// The other forms name their members as the structs do.
#pragma once
#include <string>

#include "tyche/simulation/studies/comparison.hpp"
#include "tyche/simulation/studies/input_uncertainty.hpp"
#include "tyche/simulation/studies/output_analysis.hpp"
#include "tyche/simulation/studies/study.hpp"
#include "tyche/simulation/studies/validation.hpp"

namespace tyche::simulation {

std::string to_text(const Study& study);
std::string to_json(const Study& study);

std::string to_text(const Comparison& comparison);
std::string to_json(const Comparison& comparison);

std::string to_text(const InputShare& share);
std::string to_json(const InputShare& share);

std::string to_text(const SteadyState& steady);
std::string to_json(const SteadyState& steady);

std::string to_text(const KolmogorovSmirnov& test);
std::string to_json(const KolmogorovSmirnov& test);

}  // namespace tyche::simulation
