// The models that ship with the program: what `demo` shows and `bench` times.
#pragma once
#include <functional>
#include <span>
#include <string>

#include "tyche/base/error.hpp"
#include "tyche/model/model.hpp"

namespace tyche::cli {

struct Exhibit {
  std::string name;
  std::string about;
  bool of_seven = false;       // one of the seven models of the benchmarks
  std::int64_t draws = 10000;  // that a benchmark takes: many where a run is short
  std::function<Model()> model;
};

std::span<const Exhibit> gallery();

/// An Error that lists the names where there is none of this one.
Result<const Exhibit*> exhibit(const std::string& name);

}  // namespace tyche::cli
