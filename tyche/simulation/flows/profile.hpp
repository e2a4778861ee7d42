// Times of a profile: when a rate has given so many arrivals, when a capacity changes.
#pragma once
#include <cstdint>

#include "tyche/simulation/flows/flow.hpp"

namespace tyche::simulation::flows {

/// When the integral of the profile from `time` on is `area`: the next arrival of a Poisson process
/// of this rate, if the area is an exponential of mean 1 (Cinlar 1975, chapter 4, theorem 7.4).
/// Infinity if that is never.
double time_of_area(const Profile& profile, double time, double area);

/// When the piece number k begins, counted on through the periods.
double begin_of_piece(const Profile& profile, std::uint64_t k);
/// Whether there is such a piece.
bool has_piece(const Profile& profile, std::uint64_t k);
double value_of_piece(const Profile& profile, std::uint64_t k);

}  // namespace tyche::simulation::flows
