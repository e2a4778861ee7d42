// What numbers known while recording (literals and data) may be as parameters of a distribution,
// and what they leave for the values observed of it.
#pragma once
#include <optional>

#include "tyche/model/distribution.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

/// A distribution in a statement, with the plates and loops around it.
struct Stated {
  std::string name;
  Distribution distribution;
  std::vector<std::int64_t> batch;
  std::optional<Expression> observed = {};
  std::vector<ir::Value> indices = {};
  std::vector<std::int64_t> counts = {};
};

/// Fails (Recorder::fail) where a parameter, as far as it is known, is outside what the
/// distribution takes, or an observed value outside what the parameters leave.
void check_known(const Recorder& recorder, const Stated& stated);

/// Stan's rule: such names can be columns of a file, and names of other programs.
bool is_name(const std::string& name);
std::string quoted(const std::string& name);

/// Fails where one of the values is NaN or outside `domain`.
void check_values(const Recorder& recorder, const std::string& name, const ir::Array& values,
                  const distributions::Domain& domain);

}  // namespace tyche
