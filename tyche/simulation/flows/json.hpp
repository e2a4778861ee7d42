// Flows as JSON, for files. One object a step, whose first key is the verb:
//
//   {
//     "about": "a barber's shop",
//     "stop": 480,
//     "resources": {"barber": 1},
//     "schedules": [{"schedule": "barber", "capacity": [[0, 1], [8, 0]], "period": 24}],
//     "steps": [
//       {"arrive": "customer", "every": {"exponential": 18}, "limit": 1000},
//       {"seize": "barber", "units": 1, "priority": 0},
//       {"hold": {"exponential": 16}, "name": "cut"},
//       {"release": "barber"},
//       {"depart": "out"}
//     ]
//   }
//
// The other verbs: {"arrive": "call", "rate": [[0, 2], [8, 5]], "period": 24}, {"arrive": "call",
// "at": [0.5, 2]}, {"route": {"again": 0.1, "out": 0.9}}, {"route": "again"}, {"decide": {"less":
// [{"queue": "barber"}, 5]}, "to": "in", "otherwise": "out"}, {"batch": 4, "temporary": true},
// {"split": "members"}, {"split": 2, "to": "lab", "as": "sample"}, {"combine": "copies"},
// {"combine": {"frame": 1, "wheel": 4}}, {"assign": "size", "value": {"uniform": [1, 3]}},
// {"transport": "store", "time": 2, "vehicles": "truck", "back": 1}, {"label": "again"}.
// Expressions are those of expression.hpp. What may be left out has the value of the struct.
#pragma once
#include <string>
#include <string_view>

#include "tyche/base/error.hpp"
#include "tyche/simulation/flows/flow.hpp"

namespace tyche::simulation::flows {

/// Reads back as the same flow.
std::string to_json(const Flow& flow);

/// `where` stands for the file in errors. Errors: text that is not JSON, with line and column; a
/// key that is unknown, missing or there twice, or a value of another kind, with a JSON pointer.
/// Whether the flow means something is for check() to say.
Result<Flow> parse_flow(std::string_view text, const std::string& where);
Result<Flow> read_flow(const std::string& path);

}  // namespace tyche::simulation::flows
