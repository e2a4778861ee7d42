// Writes a distribution into a program as a choice.
#pragma once
#include "tyche/model/distribution.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

/// Shape of what a distribution with these parameters gives: one value for each element of its
/// batched parameters, then the shape of one value.
struct Shape {
  std::vector<std::int64_t> batch;
  std::vector<std::int64_t> event;
};

/// Fails (Recorder::fail) where parameters have shapes that do not fit each other or `given`, the
/// batch that the statement asks for (empty: none).
Shape shape_of(Recorder& recorder, const Distribution& distribution,
               const std::vector<std::int64_t>& given);

/// Fails if the distribution is empty.
void check_made(const Recorder& recorder, const Distribution& d);

/// Fails if a log density is a condition; `what` names it.
void check_density(const Recorder& recorder, const Expression& e, const std::string& what);

/// A choice named `name` in body `frame`, for the element `at` of the batch. Returns its value.
ir::Value record_choice(Recorder& recorder, const std::string& name, const Distribution& d,
                        std::span<const ir::Value> at, int frame);

}  // namespace tyche
