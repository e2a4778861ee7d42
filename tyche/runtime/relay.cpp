#include "tyche/runtime/relay.hpp"

#include <cstdio>
#include <optional>

#include "tyche/kernels/arithmetic.hpp"

namespace tyche {
namespace {

std::string finding(int number, const ChainReport& chain, const Explanation& explanation) {
  const std::string text = "Chain " + std::to_string(number + 1) + ", draw " +
                           std::to_string(chain.diverged_at + 1) + ": the trajectory diverged";
  const auto behind = explanation.largest_change(chain.before, chain.beyond);
  if (!behind) {
    const std::string flaw = explanation.flaw(chain.beyond);
    return text + (flaw.empty() ? " where the model runs other statements than a step before."
                                : " where the model rejects: " + flaw);
  }
  char change[96];
  std::snprintf(change, sizeof change, "; its log density went from %.4g to %.4g in one step.",
                behind->before, behind->value);
  return text + " at " + to_string(*behind) + change;
}

}  // namespace

Relay::Relay(std::string name, const Posterior& posterior, const SampleSettings& settings,
             std::span<Sink* const> sinks)
    : name_(std::move(name)), posterior_(posterior), settings_(settings), sinks_(sinks) {
  for (const Variable& variable : posterior.variables()) scalars_ += std::size_t(variable.size());
}

void Relay::go_on(std::span<const ChainState> from, std::vector<ChainReport> accounts) {
  from_ = from;
  accounts_ = std::move(accounts);
}

template <class Event>
Result<void> Relay::tell(const Event& event) {
  Result<void> first;
  for (Sink* sink : sinks_) {
    if (auto done = guarded([&] { return sink->take(event); }); !done && first) first = done;
  }
  return first;
}

Result<void> Relay::on(const Started& started) {
  started_ = started;
  chains_.resize(std::size_t(started.chains));
  for (std::size_t k = 0; k < chains_.size(); ++k) {
    chains_[k].evaluator = posterior_.quantities();
    if (k < accounts_.size()) chains_[k].account = std::move(accounts_[k]);
  }
  const RunInfo info{.model = name_,
                     .variables = posterior_.variables(),
                     .started = started,
                     .kernel = tyche::name(settings_.kernel),
                     .metric = tyche::name(settings_.metric),
                     .target_accept = accept_target(settings_),
                     .max_depth = settings_.max_depth,
                     .arithmetic = arithmetic()};
  for (Sink* sink : sinks_) {
    if (auto done = guarded([&] { return sink->start(info); }); !done) return done;
  }
  return tell_recovered();
}

Result<void> Relay::tell_recovered() {
  for (const ChainState& state : from_) {
    if (state.stopped) continue;
    const bool drew = state.iteration > started_.warmup;
    auto told = tell(Recovered{.epoch = state.epoch,
                               .chain = state.chain,
                               .phase = drew ? Phase::sampling : Phase::warmup,
                               .iteration = state.iteration - 1 - (drew ? started_.warmup : 0)});
    if (!told) return told;
  }
  return {};
}

Result<void> Relay::on(const Batch& batch) {
  Chain& chain = chains_[std::size_t(batch.chain)];
  const std::size_t rows = batch.transitions.size();
  const std::size_t width = rows == 0 ? 0 : batch.positions.size() / rows;
  chain.values.resize(rows * scalars_);
  const bool warmup = batch.phase == Phase::warmup;
  ChainReport& account = chain.account;
  for (std::size_t n = 0; n < rows; ++n) {
    const DrawId id{
        .seed = started_.seed,
        .chain = std::uint64_t(batch.chain),
        .iteration = std::uint64_t(batch.first) + n + std::uint64_t(warmup ? 0 : started_.warmup)};
    chain.evaluator->evaluate(id, batch.positions.subspan(n * width, width),
                              std::span(chain.values).subspan(n * scalars_, scalars_));
    (warmup ? account.warmup_leapfrogs : account.leapfrogs) += batch.transitions[n].leapfrogs;
  }
  return tell(DrawBatch{.epoch = batch.epoch,
                        .chain = batch.chain,
                        .phase = batch.phase,
                        .first = batch.first,
                        .values = chain.values,
                        .transitions = batch.transitions,
                        .position = batch.positions.last(width)});
}

Result<void> Relay::on(const Probation& probation) {
  ChainReport& account = chains_[std::size_t(probation.chain)].account;
  account.warmup_leapfrogs += probation.leapfrogs;
  account.failed_start = probation.flaw;
  if (!probation.flaw.empty()) return {};
  return tell(Recovered{.epoch = probation.epoch,
                        .chain = probation.chain,
                        .phase = Phase::warmup,
                        .iteration = started_.warmup - 1});
}

Result<void> Relay::on(const Diverged& diverged) {
  ChainReport& account = chains_[std::size_t(diverged.chain)].account;
  if (diverged.phase == Phase::sampling && account.beyond.empty()) {
    account.diverged_at = diverged.iteration;
    account.before.assign(diverged.before.begin(), diverged.before.end());
    account.beyond.assign(diverged.position.begin(), diverged.position.end());
  }
  return tell(diverged);
}

Result<void> Relay::on(const Failed& failed) {
  Failed told = failed;
  if (!failed.position.empty()) {
    if (const auto explanation = posterior_.explanation()) {
      const std::string flaw = explanation->flaw(failed.position, failed.gradient);
      if (!flaw.empty()) told.error.found += "; there " + flaw;
    }
  }
  const std::scoped_lock lock(mutex_);
  failures_.emplace_back(failed.error, told.error);
  return tell(told);
}

Result<void> Relay::on(const Finished& finished) {
  ChainReport& account = chains_[std::size_t(finished.chain)].account;
  account.draws = finished.draws;
  account.interrupted = finished.interrupted;
  return tell(finished);
}

Error Relay::explained(const Error& error) const {
  for (const auto& [plain, told] : failures_) {
    if (plain == error) return told;
  }
  return error;
}

RunReport Relay::report() const {
  RunReport all;
  for (const Chain& chain : chains_) {
    all.warmup_leapfrogs += chain.account.warmup_leapfrogs;
    all.leapfrogs += chain.account.leapfrogs;
    all.interrupted |= chain.account.interrupted;
    all.chains.push_back(chain.account);
  }
  all.findings = findings();
  return all;
}

Arithmetic Relay::arithmetic() const {
  return {.version = arithmetic_version,
          .level = tyche::name(cpu_level()),
          .mapping = tyche::name(mapping_of(posterior_, settings_).mapping)};
}

std::vector<std::string> Relay::findings() const {
  constexpr std::size_t few = 3;
  std::vector<std::string> found;
  std::optional<Result<Explanation>> explanation;
  for (std::size_t k = 0; k < chains_.size() && found.size() < few; ++k) {
    const ChainReport& account = chains_[k].account;
    if (account.beyond.empty()) continue;
    if (!explanation) explanation = posterior_.explanation();
    if (*explanation) found.push_back(finding(int(k), account, **explanation));
  }
  return found;
}

}  // namespace tyche
