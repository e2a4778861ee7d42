// Tyche's part of the league: runs a model as a user who sets nothing would, and judges the draws
// of every engine by one estimator.
//   bench_league sample MODEL CHAINS [KERNEL]
//                                        a line "SEED DRAWS FILE" in, a JSON line about its run
//                                        out; with a kernel, parameters are centred as the model
//                                        says
//   bench_league judge MODEL FILE...     what the files say of the model's scalars, each a run of
//                                        one engine: JSON
// A file of draws: a line of JSON, {"names": [...], "chains": c, "draws": n}, then doubles
// [name][chain][draw].
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "tests/posteriors.hpp"
#include "tyche/diagnostics/diagnostics.hpp"
#include "tyche/runtime/memory.hpp"
#include "tyche/runtime/sample.hpp"

namespace {

using namespace tyche;
using Json = nlohmann::json;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<Model> model_named(const std::string& name) {
  for (const Known& known : known_posteriors()) {
    if (known.folder == name) return known.model();
  }
  // The same density, written as one would to simulate it: each day's volatility has a prior of its
  // own, whose centring is learnt.
  const std::string written = name == "sv" ? "sv, as a scan" : name;
  std::vector<Seventh> seven = seven_models();
  for (Seventh& seventh : seven) {
    if (seventh.name == written) return std::move(seventh.model);
  }
  return std::unexpected(Error{"bench_league", "a model of the league", name, "see its names"});
}

std::vector<std::string> scalars_of(const Posterior& posterior) {
  std::vector<std::string> all;
  for (const Variable& v : posterior.variables()) {
    for (const std::string& name : flat_names(v)) all.push_back(name);
  }
  return all;
}

std::shared_ptr<Posterior> compiled(const std::string& name, const CompileSettings& settings) {
  const auto model = model_named(name);
  if (!model) throw Failure(model.error());
  return compile(*model, settings);
}

void write(const Draws& draws, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  file << Json{{"names", draws.names()}, {"chains", draws.chains()}, {"draws", draws.draws()}}
       << "\n";
  for (int k = 0; k < draws.scalars(); ++k) {
    for (int c = 0; c < draws.chains(); ++c) {
      const auto values = draws.column(k).chain(c);
      file.write(reinterpret_cast<const char*>(values.data()),
                 std::streamsize(values.size_bytes()));
    }
  }
  if (!file.flush()) throw Failure(Error{path, "a file to write", "none", "make room"});
}

double total(const Column& column) {
  double sum = 0;
  for (int c = 0; c < column.chains; ++c) {
    for (const double x : column.chain(c)) sum += x;
  }
  return sum;
}

/// What follows the last draw, with the draws still to be taken over, counts as sampling.
Json sampled(const Posterior& posterior, const SampleSettings& settings, const std::string& path) {
  MemorySink memory;
  Sink* const sinks[] = {&memory};
  const double begin = now();
  const auto report = run("league", posterior, settings, sinks);
  const Draws draws = memory.take_draws();
  const double seconds = now() - begin;
  if (!report) throw Failure(report.error());
  write(draws, path);
  return {{"leapfrogs", report->leapfrogs},
          {"warmup_leapfrogs", report->warmup_leapfrogs},
          {"seconds", seconds},
          {"sampling_seconds", seconds - report->warmup_seconds},
          {"divergent", total(*draws.column("divergent__"))}};
}

/// A user's who sets nothing; one who names a kernel wants the model as it is written.
SampleSettings settings_of(std::span<char* const> arguments) {
  SampleSettings settings{.chains = std::atoi(arguments[0])};
  if (arguments.size() == 1) return settings;
  const auto found = std::ranges::find(all_kernels, std::string_view(arguments[1]),
                                       [](Kernel each) { return std::string_view(name(each)); });
  if (found == all_kernels.end()) {
    throw Failure(Error{"bench_league", "a kernel", arguments[1], "see tyche bench --help"});
  }
  settings.kernel = *found;
  settings.recentre = false;
  return settings;
}

void answer_requests(const std::string& name, SampleSettings settings) {
  const double begin = now();
  const auto posterior = compiled(name, {.lanes = 0});
  std::cout << Json{{"compile_seconds", now() - begin}} << std::endl;
  std::string path;
  while (std::cin >> settings.seed >> settings.draws >> path) {
    std::cout << sampled(*posterior, settings, path) << std::endl;
  }
}

/// The draws of one run.
struct Run {
  std::vector<std::string> names;
  int chains, draws;
  std::vector<double> values;

  Column of(const std::string& name) const {
    const auto at = std::size_t(std::ranges::find(names, name) - names.begin());
    if (at == names.size()) throw Failure(Error{"draws", name, "none", "record it"});
    const std::size_t each = std::size_t(chains) * std::size_t(draws);
    return as_column(std::span(values).subspan(at * each, each), chains);
  }
};

Run read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  const Json head = Json::parse(line);
  Run run{.names = head.at("names"),
          .chains = head.at("chains"),
          .draws = head.at("draws"),
          .values = {}};
  run.values.resize(run.names.size() * std::size_t(run.chains) * std::size_t(run.draws));
  const auto bytes = std::streamsize(run.values.size() * sizeof(double));
  file.read(reinterpret_cast<char*>(run.values.data()), bytes);
  if (file.gcount() != bytes) throw Failure(Error{path, "draws", "fewer", "write all of them"});
  return run;
}

/// Of one that never moved: none.
double ess_of(const Column& column) {
  const double ess = sd(column) > 0 ? ess_bulk(column) : 0;
  return std::isnan(ess) ? 0 : ess;
}

/// A scalar over all runs: their effective sizes and sds, and what their chains say together.
Json judged(const std::vector<Run>& runs, const std::string& name) {
  Json ess, sds;
  std::vector<double> all;
  int chains = 0;
  for (const Run& run : runs) {
    const Column column = run.of(name);
    ess.push_back(ess_of(column));
    sds.push_back(sd(column));
    for (int c = 0; c < run.chains; ++c) {
      all.insert(all.end(), column.chain(c).begin(), column.chain(c).end());
    }
    chains += run.chains;
  }
  const Column together = as_column(all, chains);
  return {{"ess", ess},
          {"sds", sds},
          {"rhat", rhat(together)},
          {"mean", mean(together)},
          {"mcse", mcse_mean(together)}};
}

void print_judgement(const std::string& model, std::span<char* const> paths) {
  std::vector<Run> runs;
  for (const char* path : paths) runs.push_back(read(path));
  Json all;
  for (const std::string& name : scalars_of(*compiled(model, {}))) all[name] = judged(runs, name);
  std::cout << all << "\n";
}

int act(std::span<char* const> arguments) {
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if (verb == "sample" && (arguments.size() == 3 || arguments.size() == 4)) {
    answer_requests(arguments[1], settings_of(arguments.subspan(2)));
  } else if (verb == "judge" && arguments.size() > 2) {
    print_judgement(arguments[1], arguments.subspan(2));
  } else {
    std::cerr << "bench_league sample MODEL CHAINS [KERNEL] | judge MODEL FILE...\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return act(std::span(argv, std::size_t(argc)).subspan(1));
  } catch (const std::exception& thrown) {
    std::cerr << thrown.what() << "\n";
    return 1;
  }
}
