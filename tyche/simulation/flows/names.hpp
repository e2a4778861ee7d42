// The names of a flow, each with its number, and the parameters that are wrong in themselves.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/simulation/flows/flow.hpp"

namespace tyche::simulation::flows {

/// As many as fit in a token; a flow that assigns more is an Error.
inline constexpr std::size_t most_attributes = 6;

/// Names of one kind in the order of their first use, from 0.
class NameTable {
 public:
  /// The number of a name, which is entered if it is new.
  std::uint32_t add(const std::string& name);
  bool has(const std::string& name) const { return numbers_.contains(name); }
  /// The name must be there.
  std::uint32_t operator[](const std::string& name) const { return numbers_.at(name); }
  const std::vector<std::string>& all() const { return names_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(names_.size()); }

 private:
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;
};

struct Names {
  NameTable resources, classes, attributes, exits;
  std::map<std::string, std::size_t> labels;  // their steps
};

/// Errors: a name given twice, one that stands for nothing, more attributes than fit.
Result<Names> names_of(const Flow& flow);

/// Errors: numbers out of their range; lists, profiles and expressions that mean nothing.
Result<void> check_parameters(const Flow& flow);

/// The most units that a resource ever has.
double most_capacity(const Flow& flow, const Resource& resource);
/// The value of a profile averaged over its period, or that of its last piece if it has none.
double mean(const Profile& profile);

}  // namespace tyche::simulation::flows
