// Advice in words: what the diagnostics of a run mean and what to do about it.
#pragma once
#include <string>
#include <vector>

#include "tyche/diagnostics/stuck.hpp"
#include "tyche/diagnostics/summary.hpp"
#include "tyche/draws/draws.hpp"

namespace tyche {

/// What the sampler's statistics say of a run, over the draws of all chains.
struct SamplerReport {
  long draws = 0;
  long divergent = 0;     // divergent__ above zero
  long at_max_depth = 0;  // treedepth__ at the limit
  int max_depth = 0;
  std::vector<double> e_bfmi = {};     // a chain; empty without energy__
  std::vector<StuckChain> stuck = {};  // of all draws of each chain
};

/// Counts whatever of divergent__, treedepth__ and energy__ is among the statistics.
SamplerReport sampler_report(const Draws& draws, int max_depth = 10);

/// One finding a string, each with its remedy; a single one that says so if all is well. R-hat from
/// 1.01 up and effective sizes below 400 are findings (Vehtari et al. 2021, §4), as are
/// divergences, chains far from their peers, trajectories cut at the limit, E-BFMI below 0.3, draws
/// that are not finite, and draws left out.
std::vector<std::string> advice(const Summary& summary, const SamplerReport& report);

}  // namespace tyche
