// What the SIMD lanes of a run carry.
#pragma once
#include <cstdint>

namespace tyche {

/// `chains`: four or eight chains together. `rows`: one chain, whose rows of data fill the lanes of
/// its density and whose parameters fill those of its sampler. `automatic`: what is cheaper. Draws
/// are the same bits under each.
enum class Mapping : std::uint8_t { automatic, chains, rows };

constexpr const char* name(Mapping mapping) {
  return mapping == Mapping::chains ? "chains" : mapping == Mapping::rows ? "rows" : "automatic";
}

}  // namespace tyche
