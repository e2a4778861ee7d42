// How much of an output's variance came from not knowing the inputs: a study whose inputs are draws
// of a posterior, several replications to a draw, taken apart by analysis of variance.
//
//   auto study = replicate(model, {.replications = 400, .inputs = &posterior, .per_draw = 4});
//   auto share = input_share(*study, "queue.mean_wait");
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "tyche/base/error.hpp"
#include "tyche/simulation/studies/study.hpp"

namespace tyche::simulation {

/// The response is a mean + an effect of the inputs' draw + the luck of the replication (a random
/// effect in one way: Searle, Casella and McCulloch 1992, chapter 3; for simulations, Song, Nelson
/// and Pegden 2014, "Advanced tutorial: input uncertainty quantification"). Of antithetic pairs the
/// mean stands for one replication.
struct InputShare {
  std::string response;
  std::uint32_t draws = 0, per_draw = 0;
  /// Of the response's expectation over the draws: (MS between - MS within) / per_draw, unbiased,
  /// and so below 0 now and then where it is small.
  double input_variance = 0;
  double simulation_variance = 0;  // of one replication whose inputs are known: MS within
  double share = 0;                // input / (input + simulation) variance
  /// Of the share, by the F law of the ratio of mean squares: exact if both effects are normal. Cut
  /// to [0, 1], where a share lies.
  double low = 0, high = 0, level = 0;
  /// The same share in the variance of the study's mean were its inputs drawn once a replication
  /// of `per_draw` averaged: input / (input + simulation / per_draw).
  double share_of_draw_means = 0;
  double p_value = 0;  // of the inputs having no effect
};

/// An Error where the study has no such response, fewer than two replications to a draw, or fewer
/// than two draws.
Result<InputShare> input_share(const Study& study, std::string_view response);

}  // namespace tyche::simulation
