#include "tyche/interpret/recorder.hpp"

#include <algorithm>
#include <utility>

#include "tyche/interpret/cell.hpp"
#include "tyche/ir/builder.hpp"

namespace tyche::interpret {

bool Recorder::record(const std::string& name, const std::vector<LoopIndex>& loops,
                      ir::Array value) {
  Entries& entries = entries_[name];
  if (entries.values.empty()) entries.dims.assign(loops.size(), 0);
  const bool fits = entries.dims.size() == loops.size() &&
                    (entries.values.empty() || entries.values.begin()->second.type == value.type);
  if (!fits) return false;
  std::vector<std::int64_t> indices;
  for (std::size_t k = 0; k < loops.size(); ++k) {
    entries.dims[k] = std::max(entries.dims[k], loops[k].count);
    indices.push_back(loops[k].index);
  }
  return entries.values.emplace(std::move(indices), std::move(value)).second;
}

ir::DataSet Recorder::arrays() const {
  ir::DataSet out;
  for (const auto& [name, entries] : entries_) {
    ir::Type type = entries.values.begin()->second.type;
    for (std::size_t k = entries.dims.size(); k-- > 0;) {
      type = ir::stacked(type, entries.dims[k]);
    }
    ir::Array whole = filled(type, true);
    for (const auto& [indices, value] : entries.values) {
      store(whole, locate(type, indices), to_cell(value));
    }
    out[name] = std::move(whole);
  }
  return out;
}

}  // namespace tyche::interpret
