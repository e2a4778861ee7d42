// The byte form of a run's events: one frame an event, checked when read.
// Generated from records.json by tools/generate_records.py; do not edit.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tyche/base/bytes.hpp"

namespace tyche::record {

inline constexpr std::uint32_t version = 2;

/// Said once, before any draw; of each variable `shapes` holds its number of dims, then the dims.
struct Started {
  static constexpr std::uint32_t kind = 1;
  std::uint64_t run = {};
  std::string model = {};
  std::vector<std::string> names = {};
  std::vector<std::int64_t> shapes = {};
  std::uint32_t chains = {};
  std::uint32_t dimension = {};
  std::int64_t warmup = {};
  std::int64_t draws = {};
  std::uint64_t seed = {};
  std::string kernel = {};
  std::string metric = {};
  double target_accept = {};
  std::uint32_t max_depth = {};
  std::uint32_t arithmetic_version = {};
  std::string level = {};
  std::string mapping = {};
  friend bool operator==(const Started&, const Started&) = default;
};

/// Consecutive draws of one chain, of the warm-up (phase 0) or the sampling (phase 1); `previous`
/// is the iteration expected before `first`, -1 at the start of a phase; `values` is
/// [draw][scalar], `statistics` [draw][statistic], `position` the last draw, unconstrained.
struct Batch {
  static constexpr std::uint32_t kind = 2;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::uint8_t phase = {};
  std::int64_t previous = {};
  std::int64_t first = {};
  std::vector<double> values = {};
  std::vector<double> statistics = {};
  std::vector<double> position = {};
  friend bool operator==(const Batch&, const Batch&) = default;
};

/// The end of a warm-up window, or, at iteration `warmup`, of the warm-up.
struct Adapted {
  static constexpr std::uint32_t kind = 3;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::int64_t iteration = {};
  double step_size = {};
  std::vector<double> inverse_mass = {};
  friend bool operator==(const Adapted&, const Adapted&) = default;
};

/// A trajectory left the energy bound between `before` and `position`, both unconstrained.
struct Diverged {
  static constexpr std::uint32_t kind = 4;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::uint8_t phase = {};
  std::int64_t iteration = {};
  std::vector<double> before = {};
  std::vector<double> position = {};
  friend bool operator==(const Diverged&, const Diverged&) = default;
};

/// A chain was taken over, which began its `epoch`; it goes on after the iteration, -1 before the
/// first of the phase.
struct Recovered {
  static constexpr std::uint32_t kind = 5;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::uint8_t phase = {};
  std::int64_t iteration = {};
  friend bool operator==(const Recovered&, const Recovered&) = default;
};

/// The state of a chain from which it can be resumed after the iteration, in the byte form of its
/// sampler.
struct Checkpointed {
  static constexpr std::uint32_t kind = 6;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::uint8_t phase = {};
  std::int64_t iteration = {};
  Bytes state = {};
  friend bool operator==(const Checkpointed&, const Checkpointed&) = default;
};

/// A chain is done, or stopped at the draw in hand.
struct Finished {
  static constexpr std::uint32_t kind = 7;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::int64_t draws = {};
  std::uint8_t interrupted = {};
  friend bool operator==(const Finished&, const Finished&) = default;
};

/// A chain cannot go on; the fields of its Error.
struct Failed {
  static constexpr std::uint32_t kind = 8;
  std::uint64_t run = {};
  std::uint32_t epoch = {};
  std::uint32_t chain = {};
  std::string where = {};
  std::string expected = {};
  std::string found = {};
  std::string remedy = {};
  friend bool operator==(const Failed&, const Failed&) = default;
};

using Record =
    std::variant<Started, Batch, Adapted, Diverged, Recovered, Checkpointed, Finished, Failed>;

/// A frame of base/bytes.hpp.
Bytes encode(const Record& record);

/// Reads the record at the front of `bytes` and moves `bytes` past it. One that was cut
/// short, altered, of another version or unknown kind is an Error, and `bytes` stays.
Result<Record> decode(ByteView& bytes);

}  // namespace tyche::record
