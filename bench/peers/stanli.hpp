// The workloads that bench/peers/prepare.py wrote for stanli.
#pragma once
#include "bench/peers/bridgestan.hpp"

namespace bench {

inline constexpr const char* stanli_workloads[] = {"eight_schools_centered",
                                                   "logistic",
                                                   "kidiq_momiq",
                                                   "earnings_interaction",
                                                   "nes1980",
                                                   "garch11",
                                                   "arK",
                                                   "low_dim_gauss_mix"};

tyche::Result<BridgeStan> open_stanli(const std::string& workload);

}  // namespace bench
