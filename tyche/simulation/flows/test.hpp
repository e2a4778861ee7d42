// Flows that several tests run.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "tyche/simulation/flows/run.hpp"

namespace tyche::simulation::flows {

inline FlowReport run(const Flow& flow, const FlowSettings& settings) {
  auto report = simulate(flow, settings);
  EXPECT_TRUE(report) << to_string(report.error());
  return report ? std::move(*report) : FlowReport();
}

inline const ResourceReport& resource_of(const FlowReport& report, const std::string& name) {
  for (const ResourceReport& each : report.resources) {
    if (each.name == name) return each;
  }
  throw std::out_of_range(name);
}
inline const ClassReport& class_of(const FlowReport& report, const std::string& name) {
  for (const ClassReport& each : report.classes) {
    if (each.name == name) return each;
  }
  throw std::out_of_range(name);
}

/// Customers at one station.
inline Flow station(std::uint32_t servers, double every, const Expression& service) {
  Flow flow;
  flow.resource("server", servers);
  flow.arrive("customer", exponential(every)).seize("server").hold(service).release("server");
  flow.depart();
  return flow;
}

}  // namespace tyche::simulation::flows
