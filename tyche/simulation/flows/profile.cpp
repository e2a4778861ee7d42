#include "tyche/simulation/flows/profile.hpp"

#include <cmath>
#include <limits>

namespace tyche::simulation::flows {
namespace {

std::uint64_t piece_at(const Profile& profile, double time) {
  const std::uint64_t count = profile.pieces.size();
  const double cycle = profile.period > 0 ? std::floor(time / profile.period) : 0;
  std::uint64_t k = static_cast<std::uint64_t>(cycle) * count;
  while (has_piece(profile, k + 1) && begin_of_piece(profile, k + 1) <= time) ++k;
  return k;
}

}  // namespace

bool has_piece(const Profile& profile, std::uint64_t k) {
  return profile.period > 0 || k < profile.pieces.size();
}

double begin_of_piece(const Profile& profile, std::uint64_t k) {
  const std::uint64_t count = profile.pieces.size();
  const double cycle = static_cast<double>(k / count) * profile.period;
  return cycle + profile.pieces[k % count].from;
}

double value_of_piece(const Profile& profile, std::uint64_t k) {
  return profile.pieces[k % profile.pieces.size()].value;
}

double time_of_area(const Profile& profile, double time, double area) {
  for (std::uint64_t k = piece_at(profile, time); has_piece(profile, k); ++k) {
    const double rate = value_of_piece(profile, k);
    if (!has_piece(profile, k + 1)) return rate > 0 ? time + area / rate : HUGE_VAL;
    const double end = begin_of_piece(profile, k + 1);
    const double here = rate * (end - time);
    if (area < here) return time + area / rate;
    area -= here;
    time = end;
  }
  return HUGE_VAL;
}

}  // namespace tyche::simulation::flows
