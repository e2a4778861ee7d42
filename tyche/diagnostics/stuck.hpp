// Chains that are far from their peers: in what their draws cost, or in their log density.
#pragma once
#include <string>
#include <vector>

#include "tyche/draws/draws.hpp"

namespace tyche {

struct StuckChain {
  int chain = 0;
  std::string why;  // in words
};

/// Each chain against its peers, of which there must be two: its mean of n_leapfrog__ is more than
/// four times their median or less than a quarter, or its median of lp__ lies more than three times
/// the spread of a peer's draws away from theirs; in both, beyond what the peers differ by. If half
/// of the chains are so, none is the odd one (R-hat tells that they do not agree), and none is
/// named. A chain of fewer than ten draws is no one's peer, one without draws is not looked at.
std::vector<StuckChain> stuck_chains(const Draws& draws);

}  // namespace tyche
