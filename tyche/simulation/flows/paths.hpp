// What is known of a token at each step before anything runs: what it holds, whether it is a batch,
// which split it comes from. It must be the same whichever way the token came, as types at a label
// of a machine program must be.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/flows/flow.hpp"
#include "tyche/simulation/flows/names.hpp"

namespace tyche::simulation::flows {

struct Standing {
  /// Of the last split: its step, and who may come here.
  struct Family {
    std::size_t split = 0;
    bool original = false, copy = false;
    friend bool operator==(const Family&, const Family&) = default;
  };
  std::vector<std::uint32_t> held = {};   // units of each resource
  std::vector<std::size_t> batches = {};  // steps of the temporary batches that it carries
  std::optional<Family> family = {};
  std::uint64_t assigned = 0;  // a bit an attribute: whichever way it came
  friend bool operator==(const Standing&, const Standing&) = default;
};

struct Paths {
  std::vector<Standing> at;  // each step
  /// Steps that may follow a step, and whether those are copies.
  struct Way {
    std::size_t to = 0;
    bool copies = false;
  };
  std::vector<std::vector<Way>> ways;
  std::vector<bool> joined;  // splits that some combine waits for
};

/// Errors: release of what is not held, more held than there is, held or batched at the end, an
/// attribute before it is assigned, a step that nothing leads to, an end without depart.
Result<Paths> paths_of(const Flow& flow, const Names& names);

}  // namespace tyche::simulation::flows
