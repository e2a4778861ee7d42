// tyche simulate FILE: runs a flow, once or in replications, and says what its queues were like.
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "tyche/base/decimals.hpp"
#include "tyche/cli/interrupt.hpp"
#include "tyche/cli/verb.hpp"
#include "tyche/plots/plots.hpp"
#include "tyche/simulation/flows/json.hpp"
#include "tyche/simulation/flows/run.hpp"
#include "tyche/simulation/studies/interval.hpp"
#include "tyche/simulation/studies/replications.hpp"
#include "tyche/simulation/studies/report.hpp"

namespace tyche::cli {
namespace {

namespace fs = std::filesystem;
using namespace simulation;

const std::map<std::string, Engine> engines = {{"sequential", Engine::sequential},
                                               {"conservative", Engine::conservative},
                                               {"time_warp", Engine::time_warp},
                                               {"check", Engine::check}};

struct Options {
  std::string file, folder, engine = "sequential";
  std::optional<double> asked_stop;
  double stop = 0, warmup = 0;
  std::optional<std::uint32_t> asked_replications;
  std::uint32_t replications = 1;
  int threads = 0;
  std::uint64_t seed = 1;
  bool json = false;
  double level = 0.95;
  bool antithetic = false;
  Precision until = {};

  bool replicated() const { return replications > 1 || !until.response.empty(); }
  RunSettings run() const {
    return {.stop = stop, .seed = seed, .engine = engines.at(engine), .threads = threads};
  }
};

/// How far a long run is: on stderr, from the first second on, once a second.
class Progress {
 public:
  explicit Progress(std::string unit) : unit_(std::move(unit)) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (told_ > 0 && isatty(STDERR_FILENO) == 1) std::fputc('\n', stderr);
  }

  /// From any thread.
  void tell(double done, double all) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun_;
    int second = told_;
    const int now = static_cast<int>(passed.count());
    if (now <= second || !told_.compare_exchange_strong(second, now)) return;
    const bool terminal = isatty(STDERR_FILENO) == 1;
    std::fprintf(stderr, "%s%s %s of %s, %d s%s", terminal ? "\r" : "", unit_.c_str(),
                 decimals(done).c_str(), decimals(all).c_str(), now, terminal ? "  " : "\n");
  }

 private:
  std::string unit_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::atomic<int> told_ = 0;
};

Result<void> write(const fs::path& folder, const char* name, const std::string& text) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  std::ofstream file(folder / name);
  file << text;
  if (file.flush()) return {};
  return std::unexpected(Error{(folder / name).string(), "a file that can be written", "none",
                               "check the rights to write there, and the room"});
}

/// Told before the run, whose result would be lost.
Result<void> check_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (fs::is_directory(folder, failed) && access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return std::unexpected(Error{"--out " + folder.string(), "a folder to write to", "none",
                               "name another, or give the rights to write there"});
}

/// As a CSV has it (RFC 4180, section 2).
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

/// A row a replication, a column a response.
std::string csv(const Study& study) {
  std::string text;
  const Draws& values = study.values;
  for (int k = 0; k < values.scalars(); ++k)
    text += (k > 0 ? "," : "") + field(values.names()[std::size_t(k)]);
  for (int n = 0; n < values.draws(); ++n) {
    text += "\n";
    const auto row = values.row(0, n);
    for (std::size_t k = 0; k < row.size(); ++k) text += (k > 0 ? "," : "") + decimals(row[k]);
  }
  return text + "\n";
}

/// What is no letter, digit, dot or dash is an underscore; too long a name is cut, and one that is
/// taken gets a number.
std::string file_name(std::string name, std::set<std::string>& taken) {
  constexpr std::size_t most = 200;
  name.resize(std::min(name.size(), most));
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  }
  std::string own = name;
  for (int k = 2; !taken.insert(own).second; ++k) own = name + "_" + std::to_string(k);
  return own;
}

/// A histogram a response, its mean and interval on it.
Result<void> draw(const fs::path& folder, const Study& study) {
  std::set<std::string> taken;
  for (const Estimate& one : estimates(study)) {
    const auto picture = plots::histogram_with_mean(
        study.values, one.response, {one.mean.low(), one.mean.mean, one.mean.high()});
    if (!picture) return std::unexpected(picture.error());
    const std::string name = file_name(one.response, taken) + ".svg";
    if (auto done = write(folder, name.c_str(), *picture); !done) return done;
  }
  return {};
}

/// Printed before files are written, so that a full disk does not take it along.
void print(const Options& options, const std::string& text, const std::string& json) {
  std::cout << (options.json ? json + "\n" : text) << std::flush;
}

Result<int> finish(const Options& options, const std::string& json, int signal) {
  if (!options.folder.empty()) {
    if (auto done = write(options.folder, "report.json", json + "\n"); !done) {
      return std::unexpected(done.error());
    }
  }
  if (signal == 0) return done;
  std::cerr << "stopped, as asked; the report is of what was run till then\n";
  return signalled + signal;
}

Result<int> run_once(const flows::Program& program, const Options& options) {
  Progress progress("time");
  const Interrupt interrupt;
  const auto report = flows::simulate(program, options.run(), [&](double time) {
    progress.tell(time, options.stop);
    return interrupt.signal() == 0;
  });
  if (!report) return std::unexpected(report.error());
  const std::string json = to_json(*report);
  print(options, to_text(*report), json);
  return finish(options, json, interrupt.signal());
}

Result<int> run_replications(const flows::Program& program, const Options& options) {
  Progress progress("replications");
  const Interrupt interrupt;
  std::atomic<std::uint32_t> made = 0;
  const std::uint32_t most =
      options.until.response.empty() ? options.replications : options.until.most;
  const bool alone = options.engine == "sequential" || options.engine == "check";
  const auto study = replicate(
      [&](const Replication& replication) -> Result<Responses> {
        RunSettings settings = replication.run_until(options.stop);
        settings.engine = engines.at(options.engine);
        settings.threads = options.threads;
        const auto report = flows::simulate(program, settings);
        if (!report) return std::unexpected(report.error());
        progress.tell(++made, most);
        return responses(*report);
      },
      {.replications = options.replications,
       .threads = alone ? options.threads : 1,
       .seed = options.seed,
       .level = options.level,
       .antithetic = options.antithetic,
       .until = options.until.response.empty() ? std::nullopt : std::optional(options.until),
       .cancel = interrupt.token()});
  if (!study) return std::unexpected(study.error());
  const std::string json = to_json(*study);
  print(options, to_text(*study), json);
  if (!options.folder.empty()) {
    if (auto done = write(options.folder, "replications.csv", csv(*study)); !done) {
      return std::unexpected(done.error());
    }
    if (auto done = draw(options.folder, *study); !done) return std::unexpected(done.error());
  }
  return finish(options, json, interrupt.signal());
}

/// What a run by itself would ignore, and what would be noticed too late.
Result<void> check_options(const Options& options) {
  if (auto sound = check_level(options.level); !sound) return sound;
  if (options.until.half_width != 0 && options.until.response.empty()) {
    return std::unexpected(Error{"--of", "the name of a number, such as barber.wait", "none",
                                 "say whose interval is to be narrow"});
  }
  if (options.antithetic && !options.replicated()) {
    return std::unexpected(Error{"--antithetic", "replications, in pairs", "one run",
                                 "give an even number of --replications"});
  }
  if (options.folder.empty()) return {};
  return check_folder(options.folder);
}

Result<int> simulate(Options options) {
  options.replications =
      options.asked_replications.value_or(options.until.response.empty() ? 1 : 20);
  if (auto sound = check_options(options); !sound) return std::unexpected(sound.error());
  const auto flow = flows::read_flow(options.file);
  if (!flow) return std::unexpected(flow.error());
  options.stop = options.asked_stop.value_or(flow->stop);
  if (!options.asked_stop && flow->stop == 0) {
    return std::unexpected(Error{options.file, "a time at which a run ends", "none",
                                 "give --stop, or \"stop\" in the file"});
  }
  auto program = flows::compile(*flow, options.seed, options.warmup);
  if (!program) {
    Error error = program.error();
    if (error.where.starts_with('/')) error.where = options.file + ": " + error.where;
    return std::unexpected(std::move(error));
  }
  for (const std::string& warning : program->checked.warnings) {
    std::cerr << "warning: " << warning << "\n";
  }
  return options.replicated() ? run_replications(*program, options) : run_once(*program, options);
}

/// How exact the means over replications are.
void add_precision(CLI::App& verb, Options& options) {
  verb.add_option("--level", options.level, "confidence of the intervals")->capture_default_str();
  verb.add_flag("--antithetic", options.antithetic,
                "replications in pairs, the second with each u turned into 1 - u");
  auto* width = verb.add_option("--half-width", options.until.half_width,
                                "replications go on until the interval of --of is so narrow");
  auto* of = verb.add_option("--of", options.until.response,
                             "the number whose interval is to be narrow, such as barber.wait");
  width->needs(of);
  of->needs(width);
  verb.add_flag("--relative", options.until.relative, "--half-width is a share of the mean")
      ->needs(width);
  verb.add_option("--most", options.until.most, "replications made for it")
      ->needs(width)
      ->capture_default_str();
}

}  // namespace

void add_simulate(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("simulate", "run a flow: queues, utilisations, times");
  verb->add_option("FILE", options->file, "the flow, as JSON")->required();
  verb->add_option("--stop", options->asked_stop,
                   "the time at which a run ends, unless that of the file");
  verb->add_option("--warmup", options->warmup, "what is counted before this time is forgotten")
      ->capture_default_str();
  verb->add_option("--replications", options->asked_replications,
                   "more than one: means over them, with intervals; with --half-width, those "
                   "before the first look; 1, or 20 with --half-width")
      ->check(CLI::Range(1u, 4294967295u));
  verb->add_option("--engine", options->engine,
                   "sequential, conservative, time_warp or check: all give the same")
      ->check(CLI::IsMember(engines))
      ->capture_default_str();
  verb->add_option("--threads", options->threads,
                   "shared by replications, or of a parallel engine; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "of all randomness")
      ->check(whole_number)
      ->capture_default_str();
  verb->add_flag("--json", options->json, "print JSON, numbers in full");
  verb->add_option("--out", options->folder,
                   "folder for report.json, and of replications a CSV and a picture a number");
  add_precision(*verb, *options);
  verb->callback([options, &chosen] { chosen = [options] { return simulate(*options); }; });
}

}  // namespace tyche::cli
