#include "tyche/runtime/event_records.hpp"

#include <algorithm>
#include <limits>

namespace tyche {
namespace {

using record::Record;

constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();

std::vector<double> copy(std::span<const double> x) { return {x.begin(), x.end()}; }

std::unexpected<Error> wrong(const char* where, const char* expected, std::string found) {
  return std::unexpected(Error{where, expected, std::move(found),
                               "it was not written by Tyche; what precedes it can be used"});
}

/// A record that says whose event it is.
template <class Made, class Event>
Made identified(std::uint64_t run, const Event& event) {
  Made made;
  made.run = run;
  made.epoch = std::uint32_t(event.epoch);
  made.chain = std::uint32_t(event.chain);
  return made;
}

template <class Event>
Result<Event> event_of(const char* where, const auto& record) {
  Event event;
  if (record.epoch > most || record.chain > most) {
    return wrong(where, "an epoch and a chain below 2^31",
                 std::to_string(record.epoch) + " and " + std::to_string(record.chain));
  }
  event.epoch = int(record.epoch);
  event.chain = int(record.chain);
  if constexpr (requires { event.phase; }) {
    if constexpr (requires { record.phase; }) {
      if (record.phase > 1) return wrong(where, "phase 0 or 1", std::to_string(record.phase));
      event.phase = Phase(record.phase);
    }
  }
  if constexpr (requires { event.iteration; }) event.iteration = record.iteration;
  return event;
}

/// A number of a statistic that counts.
bool counts(double x) { return x >= 0 && x <= double(most) && x == double(std::int32_t(x)); }

/// As `statistics` writes it.
Result<Transition> transition_of(std::span<const double> row) {
  for (std::size_t k = 3; k <= 5; ++k) {
    if (counts(row[k]) && (k != 5 || row[k] <= 1)) continue;
    return wrong("Batch", "a depth, leapfrogs and a divergence that count",
                 std::to_string(row[k]) + " as " + statistic_names()[k]);
  }
  return Transition{.log_density = row[0],
                    .accept_rate = row[1],
                    .step_size = row[2],
                    .energy = row[6],
                    .depth = std::int32_t(row[3]),
                    .leapfrogs = std::int32_t(row[4]),
                    .divergent = row[5] == 1};
}

Result<std::vector<Variable>> variables_of(const record::Started& record) {
  std::vector<Variable> variables;
  std::size_t at = 0;
  const auto odd = [] { return wrong("Started", "the dims of each variable", "others"); };
  const std::vector<std::int64_t>& shapes = record.shapes;
  for (const std::string& name : record.names) {
    if (at == shapes.size()) return odd();
    const std::int64_t rank = shapes[at++];
    if (rank < 0 || std::size_t(rank) > shapes.size() - at) return odd();
    Variable variable{name, {}};
    for (std::int64_t d = 0; d < rank; ++d) {
      if (shapes[at] < 0 || shapes[at] > most) return odd();
      variable.dims.push_back(int(shapes[at++]));
    }
    variables.push_back(std::move(variable));
  }
  if (at != shapes.size()) return odd();
  return variables;
}

}  // namespace

Record to_record(std::uint64_t run, const RunInfo& info) {
  record::Started made{.run = run,
                       .model = info.model,
                       .chains = std::uint32_t(info.started.chains),
                       .dimension = std::uint32_t(info.started.dimension),
                       .warmup = info.started.warmup,
                       .draws = info.started.draws,
                       .seed = info.started.seed,
                       .kernel = info.kernel,
                       .metric = info.metric,
                       .target_accept = info.target_accept,
                       .max_depth = std::uint32_t(info.max_depth),
                       .arithmetic_version = info.arithmetic.version,
                       .level = info.arithmetic.level,
                       .mapping = info.arithmetic.mapping};
  for (const Variable& variable : info.variables) {
    made.names.push_back(variable.name);
    made.shapes.push_back(std::int64_t(variable.dims.size()));
    made.shapes.insert(made.shapes.end(), variable.dims.begin(), variable.dims.end());
  }
  return made;
}

Record to_record(std::uint64_t run, const DrawBatch& batch) {
  auto made = identified<record::Batch>(run, batch);
  made.phase = std::uint8_t(batch.phase);
  made.previous = batch.first - 1;
  made.first = batch.first;
  made.values = copy(batch.values);
  for (const Transition& t : batch.transitions) {
    const auto row = statistics(t);
    made.statistics.insert(made.statistics.end(), row.begin(), row.end());
  }
  made.position = copy(batch.position);
  return made;
}

Record to_record(std::uint64_t run, const Adapted& adapted) {
  auto made = identified<record::Adapted>(run, adapted);
  made.iteration = adapted.iteration;
  made.step_size = adapted.step_size;
  made.inverse_mass = copy(adapted.inverse_mass);
  return made;
}

Record to_record(std::uint64_t run, const Diverged& diverged) {
  auto made = identified<record::Diverged>(run, diverged);
  made.phase = std::uint8_t(diverged.phase);
  made.iteration = diverged.iteration;
  made.before = copy(diverged.before);
  made.position = copy(diverged.position);
  return made;
}

Record to_record(std::uint64_t run, const Recovered& recovered) {
  auto made = identified<record::Recovered>(run, recovered);
  made.phase = std::uint8_t(recovered.phase);
  made.iteration = recovered.iteration;
  return made;
}

Record to_record(std::uint64_t run, const Checkpointed& checkpointed) {
  auto made = identified<record::Checkpointed>(run, checkpointed);
  made.phase = std::uint8_t(checkpointed.phase);
  made.iteration = checkpointed.iteration;
  made.state = {checkpointed.state.begin(), checkpointed.state.end()};
  return made;
}

Record to_record(std::uint64_t run, const Finished& finished) {
  auto made = identified<record::Finished>(run, finished);
  made.draws = finished.draws;
  made.interrupted = finished.interrupted;
  return made;
}

Record to_record(std::uint64_t run, const Failed& failed) {
  auto made = identified<record::Failed>(run, failed);
  made.where = failed.error.where;
  made.expected = failed.error.expected;
  made.found = failed.error.found;
  made.remedy = failed.error.remedy;
  return made;
}

Result<RunInfo> from_record(const record::Started& record) {
  if (record.chains > most || record.dimension > most || record.max_depth > most) {
    return wrong("Started", "chains, dimension and depth below 2^31", "more");
  }
  auto variables = variables_of(record);
  if (!variables) return std::unexpected(variables.error());
  return RunInfo{
      .model = record.model,
      .variables = std::move(*variables),
      .started = {.chains = int(record.chains),
                  .dimension = int(record.dimension),
                  .warmup = record.warmup,
                  .draws = record.draws,
                  .seed = record.seed},
      .kernel = record.kernel,
      .metric = record.metric,
      .target_accept = record.target_accept,
      .max_depth = int(record.max_depth),
      .arithmetic = {record.arithmetic_version, record.level, record.mapping},
  };
}

Result<DrawBatch> from_record(const record::Batch& record, std::vector<Transition>& transitions) {
  auto batch = event_of<DrawBatch>("Batch", record);
  if (!batch) return batch;
  if (record.first < 0 || record.first > most || record.previous < -1 ||
      record.previous >= record.first) {
    return wrong("Batch", "a first draw after the previous one",
                 std::to_string(record.first) + " after " + std::to_string(record.previous));
  }
  const std::size_t width = statistic_names().size();
  const std::size_t rows = record.statistics.size() / width;
  if (rows * width != record.statistics.size() ||
      record.values.size() % std::max<std::size_t>(rows, 1)) {
    return wrong("Batch", "as many rows of values as of statistics", "others");
  }
  transitions.clear();
  for (std::size_t n = 0; n < rows; ++n) {
    auto transition = transition_of(std::span(record.statistics).subspan(n * width, width));
    if (!transition) return std::unexpected(transition.error());
    transitions.push_back(*transition);
  }
  batch->first = record.first;
  batch->values = record.values;
  batch->transitions = transitions;
  batch->position = record.position;
  return batch;
}

Result<Adapted> from_record(const record::Adapted& record) {
  auto event = event_of<Adapted>("Adapted", record);
  if (event) event->step_size = record.step_size, event->inverse_mass = record.inverse_mass;
  return event;
}

Result<Diverged> from_record(const record::Diverged& record) {
  auto event = event_of<Diverged>("Diverged", record);
  if (event) event->before = record.before, event->position = record.position;
  return event;
}

Result<Recovered> from_record(const record::Recovered& record) {
  return event_of<Recovered>("Recovered", record);
}

Result<Checkpointed> from_record(const record::Checkpointed& record) {
  auto event = event_of<Checkpointed>("Checkpointed", record);
  if (event) event->state = record.state;
  return event;
}

Result<Finished> from_record(const record::Finished& record) {
  auto event = event_of<Finished>("Finished", record);
  if (event) event->draws = record.draws, event->interrupted = record.interrupted != 0;
  return event;
}

Result<Failed> from_record(const record::Failed& record) {
  auto event = event_of<Failed>("Failed", record);
  if (event) event->error = {record.where, record.expected, record.found, record.remedy};
  return event;
}

}  // namespace tyche
