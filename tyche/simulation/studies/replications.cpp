#include "tyche/simulation/studies/replications.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <exception>
#include <limits>

#include "tyche/base/decimals.hpp"
#include "tyche/base/thread_pool.hpp"

namespace tyche::simulation {
namespace {

/// Replications made at once, before their responses go into the table.
constexpr std::uint32_t most_at_once = 1024;

std::uint32_t block_of(const ReplicationSettings& settings) {
  return settings.per_draw * (settings.antithetic ? 2 : 1);
}

std::uint32_t most_replications(const ReplicationSettings& settings) {
  return settings.until ? settings.until->most : settings.replications;
}

std::unexpected<Error> wrong(const char* where, std::string expected, std::string found,
                             std::string remedy) {
  return std::unexpected(Error{where, std::move(expected), std::move(found), std::move(remedy)});
}

Result<void> check_counts(const ReplicationSettings& settings) {
  if (settings.replications == 0) {
    return wrong("replications", "1 or more", "0", "2 are the least that give an interval");
  }
  constexpr int most_threads = 1024;
  if (settings.threads < 0 || settings.threads > most_threads) {
    return wrong("threads", "0 to " + std::to_string(most_threads),
                 std::to_string(settings.threads), "0 takes a thread for each CPU");
  }
  if (settings.per_draw == 0) {
    return wrong("per_draw", "1 or more", "0", "it is the replications that share a draw");
  }
  const std::uint32_t block = block_of(settings);
  for (const auto& [name, count] : {std::pair{"replications", settings.replications},
                                    {"until.most", most_replications(settings)}}) {
    if (count % block != 0) {
      return wrong(name, "a multiple of " + std::to_string(block), std::to_string(count),
                   "replications come in whole pairs, and a whole number to a draw of the inputs");
    }
  }
  return {};
}

Result<void> check_inputs(const ReplicationSettings& settings) {
  if (settings.inputs == nullptr) {
    if (settings.per_draw == 1) return {};
    return wrong("per_draw", "1 without a table of inputs", std::to_string(settings.per_draw),
                 "give `inputs`");
  }
  const std::int64_t has = std::int64_t{settings.inputs->chains()} * settings.inputs->draws();
  const std::uint32_t needed = most_replications(settings) / block_of(settings);
  if (has >= needed) return {};
  return wrong("inputs",
               std::to_string(needed) + " draws or more, one for each " +
                   std::to_string(block_of(settings)) + " of the replications",
               std::to_string(has),
               "ask for fewer replications, more of them `per_draw`, or draw more");
}

Result<void> check_precision(const ReplicationSettings& settings) {
  if (!settings.until) return {};
  const Precision& until = *settings.until;
  if (!(until.half_width > 0 && std::isfinite(until.half_width))) {
    return wrong("until.half_width", "more than 0, and finite", decimals(until.half_width),
                 "give the half-width that is narrow enough");
  }
  if (until.most < settings.replications) {
    return wrong("until.most",
                 std::to_string(settings.replications) + " or more, as `replications` says",
                 std::to_string(until.most), "`replications` are those before the first look");
  }
  if (settings.replications < 2 * block_of(settings)) {
    return wrong("replications",
                 std::to_string(2 * block_of(settings)) + " or more before the first look",
                 std::to_string(settings.replications), "an interval needs two independent values");
  }
  return {};
}

Result<void> check(const ReplicationSettings& settings) {
  for (const auto& each : {check_counts, check_inputs, check_precision}) {
    if (auto sound = each(settings); !sound) return sound;
  }
  return check_level(settings.level);
}

/// 0 to count - 1 in the order of their bits reversed: the first few of them, however many, lie
/// evenly (van der Corput 1935).
std::vector<std::uint32_t> spread_order(std::size_t count, std::size_t needed) {
  const int bits = static_cast<int>(std::bit_width(count > 0 ? count - 1 : 0));
  std::vector<std::uint32_t> order;
  for (std::size_t k = 0; order.size() < needed; ++k) {
    std::size_t reversed = 0;
    for (int bit = 0; bit < bits; ++bit) reversed |= ((k >> bit) & 1) << (bits - 1 - bit);
    if (reversed < count) order.push_back(static_cast<std::uint32_t>(reversed));
  }
  return order;
}

Result<Responses> guarded_call(const Scenario& model, const Replication& replication) {
  try {
    return model(replication);
  } catch (const Failure& failure) {
    return std::unexpected(failure.error());
  } catch (const std::exception& exception) {
    return std::unexpected(Error{"model", "responses",
                                 std::string("an exception: ") + exception.what(),
                                 "let the model return an Error that says what is wrong"});
  } catch (...) {
    return std::unexpected(Error{"model", "responses", "an exception that is no std::exception",
                                 "let the model return an Error that says what is wrong"});
  }
}

/// A study in the making.
class Making {
 public:
  Making(const Scenario& model, const ReplicationSettings& settings)
      : model_(model),
        settings_(settings),
        pool_(settings.threads > 0 ? settings.threads : ThreadPool::default_threads()) {
    study_.seed = settings.seed;
    study_.level = settings.level;
    study_.antithetic = settings.antithetic;
    study_.block = block_of(settings);
    if (settings.inputs != nullptr) {
      const Draws& inputs = *settings.inputs;
      draws_ = spread_order(
          static_cast<std::size_t>(inputs.chains()) * static_cast<std::size_t>(inputs.draws()),
          most_replications(settings) / study_.block);
    }
  }

  std::uint32_t made() const { return made_; }
  int threads() const { return pool_.threads(); }
  const Study& study() const { return study_; }
  Study take() && { return std::move(study_); }
  void falls_short(Shortfall shortfall) { study_.shortfall = std::move(shortfall); }

  /// Goes on to replication `end`.
  void make_until(std::uint32_t end) {
    while (made_ < end && !study_.cancelled) make(std::min(end - made_, most_at_once));
  }

 private:
  void make(std::uint32_t count) {
    struct Made {
      bool done = false;
      Result<Responses> responses;
    };
    std::vector<Made> all(count);
    pool_.parallel_for(count, 1, [&](Chunk chunk) {
      if (settings_.cancel.requested()) return;
      const Replication replication = numbered(made_ + static_cast<std::uint32_t>(chunk.begin));
      all[chunk.begin] = {true, guarded_call(model_, replication)};
    });
    for (Made& one : all) {
      if (one.done) add(made_, std::move(one.responses));
      study_.cancelled |= !one.done;
      ++made_;
    }
  }

  Replication numbered(std::uint32_t number) const {
    const bool antithetic = settings_.antithetic && number % 2 == 1;
    const std::uint32_t luck = settings_.antithetic ? number / 2 : number;
    return {.streams = Streams(settings_.seed, luck, antithetic),
            .number = number,
            .seed = settings_.seed,
            .luck = luck,
            .antithetic = antithetic,
            .inputs = settings_.inputs,
            .draw = draw_of(number)};
  }
  std::int64_t draw_of(std::uint32_t number) const {
    return draws_.empty() ? -1 : std::int64_t{draws_[number / study_.block]};
  }

  void add(std::uint32_t number, Result<Responses> responses) {
    if (responses) {
      if (std::optional<Error> error = fault_in(*responses)) responses = std::unexpected(*error);
    }
    if (!responses) {
      Error error = std::move(responses.error());
      error.where = "replication " + std::to_string(number) + ": " + error.where;
      study_.failures.push_back({number, std::move(error)});
      return;
    }
    std::vector<double> values;
    for (const Response& response : *responses) values.push_back(response.value);
    study_.values.append(
        0, 1, values,
        std::vector<double>{static_cast<double>(number), static_cast<double>(draw_of(number))});
  }

  /// What is wrong with the responses; the first sound ones say what all shall be called.
  std::optional<Error> fault_in(const Responses& responses) {
    for (const Response& response : responses) {
      if (std::isfinite(response.value)) continue;
      if (response.may_lack && std::isnan(response.value)) continue;
      return Error{"response \"" + response.name + '"', "a finite number", decimals(response.value),
                   "a mean of no observations is NaN: run longer, or say that it `may_lack`"};
    }
    if (study_.values.chains() == 0) return take_names(responses);
    const std::vector<std::string>& names = study_.values.names();
    const auto same = [](const std::string& name, const Response& r) { return name == r.name; };
    const auto [name, found] = std::ranges::mismatch(names, responses, same);
    if (name == names.end() && found == responses.end()) return {};
    return Error{"responses",
                 name == names.end() ? "no more than the " + std::to_string(names.size()) +
                                           " responses of the first replication"
                                     : "response \"" + *name + "\", as in the first replication",
                 found == responses.end() ? "none" : '"' + found->name + '"',
                 "show the same responses in the same order, whatever happens"};
  }

  std::optional<Error> take_names(const Responses& responses) {
    std::vector<Variable> variables;
    for (const Response& response : responses) {
      const bool twice = std::ranges::any_of(
          variables, [&](const Variable& seen) { return seen.name == response.name; });
      if (twice || response.name.empty()) {
        return Error{"responses", "a name for each, all different", '"' + response.name + '"',
                     "name each response once"};
      }
      variables.push_back({response.name, {}});
    }
    if (variables.empty()) {
      return Error{"responses", "one or more", "none", "let the model show something"};
    }
    study_.values = Draws(std::move(variables), {"replication__", "input__"}, 1,
                          static_cast<int>(std::min(settings_.replications, most_at_once)));
    return {};
  }

  const Scenario& model_;
  const ReplicationSettings& settings_;
  ThreadPool pool_;
  std::vector<std::uint32_t> draws_;  // of the table, a block each
  Study study_;
  std::uint32_t made_ = 0;
};

/// Half-width now and wanted, and about how many replications would do.
Result<Shortfall> look(const Study& study, const Precision& until, std::uint32_t made) {
  const Result<Estimate> now = estimate(study, until.response);
  if (!now) return std::unexpected(now.error());
  const double wanted =
      until.relative ? until.half_width * std::abs(now->mean.mean) : until.half_width;
  const double times = now->mean.half_width / wanted;
  return Shortfall{until.response, now->mean.half_width, wanted, made,
                   std::ceil(made * (times * times))};
}

/// How many replications to have at the next look: as many as seem to be needed, but at least a
/// tenth more, and at most twice as many, as the guess is a guess.
std::uint32_t next_look(const Shortfall& short_of, std::uint32_t block, std::uint32_t most) {
  const double made = short_of.made;
  const double next = std::min(std::max(short_of.enough, made + made / 10), 2 * made);
  const double blocks = std::ceil((std::isfinite(next) ? next : 2 * made) / block);
  return static_cast<std::uint32_t>(std::min(blocks * block, static_cast<double>(most)));
}

Result<void> make_until_precise(Making& making, const Precision& until) {
  for (;;) {
    Result<Shortfall> now = look(making.study(), until, making.made());
    if (!now) return std::unexpected(now.error());
    if (now->half_width <= now->wanted) return {};
    if (making.made() >= until.most || making.study().cancelled) {
      making.falls_short(*std::move(now));
      return {};
    }
    making.make_until(next_look(*now, making.study().block, until.most));
  }
}

}  // namespace

double Replication::input(std::string_view name) const {
  if (inputs == nullptr) {
    throw Failure({"input \"" + std::string(name) + '"', "a table of inputs", "none",
                   "give `inputs` in the settings"});
  }
  const std::optional<int> column = inputs->find(name);
  if (!column) throw Failure(inputs->column(name).error());
  const int chain = static_cast<int>(draw / inputs->draws());
  return inputs->column(*column, chain)[static_cast<std::size_t>(draw % inputs->draws())];
}

RunSettings Replication::run_until(double stop) const {
  return {.stop = stop, .seed = seed, .replication = luck, .antithetic = antithetic};
}

Result<Study> replicate(const Scenario& model, const ReplicationSettings& settings) {
  if (auto sound = check(settings); !sound) return std::unexpected(sound.error());
  Making making(model, settings);
  if (settings.until) {  // an unknown name is told before the work is done
    making.make_until(
        std::min(settings.replications, static_cast<std::uint32_t>(making.threads())));
    if (making.study().replications() > 0) {
      const Result<int> known = find_response(making.study(), settings.until->response);
      if (!known) return std::unexpected(known.error());
    }
  }
  making.make_until(settings.replications);
  if (making.study().replications() == 0) {
    if (making.study().failures.empty()) {
      return wrong("replications", "one or more", "none, as the run was cancelled", "run again");
    }
    return std::unexpected(making.study().failures.front().error);
  }
  if (settings.until) {
    if (auto sound = make_until_precise(making, *settings.until); !sound) {
      return std::unexpected(sound.error());
    }
  }
  return std::move(making).take();
}

}  // namespace tyche::simulation
