// The workloads in Tyche's language, on the data that the peers are given.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/measure/contest.hpp"
#include "bench/workloads/workloads.hpp"
#include "tyche/contracts/density.hpp"
#include "tyche/kernels/mapping.hpp"
#include "tyche/model/model.hpp"

namespace bench {

inline constexpr const char* seven[] = {"simple", "medium",   "stress", "eight_schools",
                                        "funnel", "logistic", "sv"};
/// One of the seven models with its data, read from tests/. Throws tyche::Failure.
tyche::Model model_of_the_seven(const std::string& name);

/// Many rows and few, loops in them and none, groups, steps in turn: by name.
std::vector<std::pair<std::string, tyche::Model>> models_of_all_shapes();

using Density = std::shared_ptr<const tyche::Density>;

/// Each compiles a model; throws tyche::Failure.
Density compiled(const tyche::Model& model, tyche::Mapping mapping = tyche::Mapping::automatic,
                 int lanes = 1);
Density compiled(const Logistic& data);
Density compiled(const Volatility& data);
Density compiled(const Radon& data);
Density compiled_schools_centered();
Density compiled_schools_noncentered();
/// One of bench/peers/stanli.hpp's workloads, its data read from tests/.
Density compiled_workload(const std::string& name);

/// `lanes` positions alike, evaluated `rounds` times a call.
Contender gradients(const Density& density, int lanes, int rounds = 1);

}  // namespace bench
