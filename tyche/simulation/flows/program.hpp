// A checked flow as instructions, each with the place where it happens, for places (place.hpp)
// to carry out.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/event.hpp"
#include "tyche/simulation/flows/check.hpp"
#include "tyche/simulation/flows/flow.hpp"

namespace tyche::simulation::flows {

inline constexpr EntityId anywhere = UINT32_MAX;

/// Where a place keeps the tokens of a batch, or of a split that is to be combined.
struct Handle {
  EntityId place = anywhere;
  std::uint32_t slot = 0;
  friend bool operator==(const Handle&, const Handle&) = default;
};

/// What goes through a flow, and the message between its places.
struct Token {
  std::uint32_t number = 0;  // of its origin's tokens, from 0
  std::uint32_t laps = 0;    // how often it went back
  std::uint16_t origin = 0;  // its source or split
  std::uint16_t kind = 0;    // its class
  std::uint16_t step = 0;    // the instruction that it comes to
  std::uint16_t copy = 0;    // 1 for a copy of its family's split
  double born = 0;
  Handle batch = {}, family = {};
  std::array<double, most_attributes> attributes = {};
  friend bool operator==(const Token&, const Token&) = default;
};

enum class Code : std::uint8_t {
  birth,
  seize,
  hold,
  release,
  unload,   // sends the vehicle back
  recover,  // a vehicle is back
  jump,
  route,
  decide,
  batch,
  gather,  // a temporary batch
  members,
  copies,
  join,
  assemble,
  assign,
  depart,
  shift,  // a capacity changes
};

struct Instruction {
  Code code = Code::jump;
  EntityId place = anywhere;     // `anywhere`: where the token is, or what it carries
  std::uint16_t step = 0;        // of the flow
  std::uint16_t stream = 0;      // its row of keys
  std::uint16_t to = 0;          // where else it leads
  std::uint16_t otherwise = 0;   // of decide
  std::uint32_t expression = 0;  // a node
  std::uint32_t count = 0;       // units, size or copies
  std::uint32_t what = 0;        // attribute, exit, origin, or a list below
  std::uint32_t kind = 0;        // of copies: their class, or keep_kind
  std::uint32_t slot = 0;        // of what a place keeps for it
  bool joined = false;           // of copies: whether a combine waits for them
};
inline constexpr std::uint32_t keep_kind = UINT32_MAX;

/// An expression's part; operands are nodes.
struct Node {
  Op op = Op::constant;
  double value = 0;
  std::uint32_t attribute = 0;
  std::array<std::uint32_t, 3> operands = {};
  bool settled = false;  // a draw all of whose parameters are constants: these
  std::array<double, 3> parameters = {};
};

/// Where a token's random numbers begin in its stream: a step draws fewer than 2^20 in one go.
inline constexpr int numbers_a_lap = 20;

struct Program {
  struct Chance {
    double up_to = 0;  // the sum of probabilities so far
    std::uint16_t to = 0;
  };
  struct Need {
    std::uint32_t kind = 0, count = 0;
  };
  struct PlacePlan {
    std::string name;
    std::uint32_t resource = anywhere;       // its number
    std::vector<std::uint16_t> births = {};  // instructions
    std::uint16_t shift = 0;                 // an instruction, if `schedule` is a number
    std::uint32_t schedule = anywhere;       // its number in the flow
    std::uint32_t lists = 0;                 // of tokens that batches and parts keep
  };

  Flow flow;
  Checked checked;
  std::vector<Instruction> code;
  std::vector<Node> nodes;
  std::vector<std::vector<Chance>> chances;  // of routes
  std::vector<std::vector<Need>> needs;      // of combines
  std::vector<PlacePlan> places;
  std::vector<std::string> origins;
  std::vector<std::uint64_t> keys;  // a row a stream, a column an origin
  double warmup = 0;
  std::uint64_t shape = 0;  // what must agree for a run to go on with another program
  double lookahead = 0;     // what lookahead_of() gives

  const Names& names() const { return checked.names; }
  std::uint64_t key(std::uint16_t stream, std::uint16_t origin) const {
    return keys[stream * origins.size() + origin];
  }
};

/// The least time that a token takes from one place to another: 0 unless between any two that
/// tokens go between lies a transport or a hold of some least time.
double lookahead_of(const Program& program);

/// Checks the flow. The seed is that of the runs: the program holds the keys of its streams.
Result<Program> compile(const Flow& flow, std::uint64_t seed, double warmup = 0);

}  // namespace tyche::simulation::flows
