// Which part of a loop does what once it is distributed. Used by distribute alone.
#pragma once
#include <map>
#include <optional>
#include <set>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

/// How a carried value comes to an iteration.
enum class Carry : std::uint8_t {
  looped,   // a loop carries it
  shifted,  // what the iteration before yields, which needs no loop
  summed    // nothing reads it but what adds to it
};

/// What one iteration adds to, or takes from, a carried sum.
struct Summand {
  std::size_t carried;
  Value value;
  bool minus;
};

/// Parts run in order: even ones are plates, odd ones loops. The last is the only one that reads
/// shifted values. Instructions of the body are named by their place in it.
struct Distribution {
  std::int64_t count = 0;
  bool reversed = false;  // rows run from the last to the first
  Value row = {};         // of an iteration: the index, or count - 1 - index
  int parts = 0;
  bool shifts = false;                      // the last part reads shifted values
  std::vector<int> part;                    // of each instruction
  std::vector<Carry> carries;               // of each carried value
  std::vector<int> loops;                   // of each that is looped: its part
  std::vector<char> used;                   // whether anything reads the loop's result of it
  std::vector<Summand> summands;            // of all sums
  std::set<std::size_t> mapped;             // stores whose array a plate gives whole
  std::vector<std::set<std::size_t>> runs;  // of each part: what it must run
  std::set<std::size_t> arrays;             // what a part leaves to later ones in an array
  std::set<std::size_t> paths;              // looped values that later parts read
  std::map<std::size_t, std::set<std::size_t>> affine;  // looped values that go on as a x + b, and
                                                        // the instructions that say so
  std::vector<char> again;                              // by instruction: other parts form it again
  std::map<Value, std::size_t> places;                  // of what the body defines
  std::map<Value, std::size_t> carried;                 // of the body's arguments but the index

  /// The part of a summand.
  int part_of(const Summand& s) const {
    const auto at = places.find(s.value);
    if (at != places.end()) return part[at->second];
    const auto k = carried.find(s.value);
    if (k == carried.end()) return 0;
    return carries[k->second] == Carry::shifted ? parts - 1 : loops[k->second] + 1;
  }
};

/// What the analysis reads of the program around the loop.
struct Surroundings {
  const Program& program;
  const std::vector<char>& locals;
  const Constants& constants;
  const std::vector<int>& uses;     // as use_counts
  const std::vector<int>& writers;  // by id: instructions that write to the local
  const std::vector<char>& before;  // by id: whether something before the loop reads it
};

/// Nothing where the loop had better stay as it is.
std::optional<Distribution> plan_distribution(const Instruction& loop, std::int64_t count,
                                              const Surroundings& around);

}  // namespace tyche::passes
