// A program prepared for running: values resolved to slots of flat frames, sums to their places.
#pragma once
#include <cstdint>
#include <vector>

#include "tyche/ir/program.hpp"

namespace tyche::interpret {

using Slot = std::uint32_t;
constexpr Slot no_slot = UINT32_MAX;

/// A number to be summed: by fma(a, b, sum) where a `mul` of the same region defines it.
struct Summand {
  Slot value = no_slot;
  Slot a = no_slot;
  Slot b = no_slot;
};

/// What a plate does with a local of outside that its body adds to: sums by itself, in
/// `accumulator`, and at its end adds to `parent`, or to the local itself.
struct ArraySum {
  Slot local;
  int accumulator;
  int parent = -1;
};

struct Node;

struct Block {
  std::vector<Slot> arguments;
  std::vector<Node> body;
  std::vector<Summand> yields;
  bool yielding = false;  // ends in a yield; else in return, break or continue, or is absent
};

struct Node {
  const ir::Instruction* at;
  std::vector<Slot> in = {};
  std::vector<Slot> out = {};
  std::vector<Block> blocks = {};
  ir::Kind kind = ir::Kind::none;   // of operand 0, else of result 0
  Summand summand = {};             // term, add_to
  int accumulator = -1;             // add_to: where, or -1: the local itself
  std::vector<ArraySum> sums = {};  // plate
  int callee = -1;                  // call, function: number of the function
  bool tail = false;                // call of the function it is in, whose result is returned
};

/// A function, or the three entries together, which share one frame.
struct Frame {
  Slot slots = 0;
  int accumulators = 0;
};

struct Lowered {
  Frame entries;
  Block prelude;
  Block density;
  Block outputs;
  std::vector<Frame> function_frames;
  std::vector<Block> functions;
};

/// Nodes point into `program`, which must stay where it is and have passed ir::verify.
Lowered lower(const ir::Program& program);

}  // namespace tyche::interpret
