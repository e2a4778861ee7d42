#include "tyche/sinks/csv.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "tyche/sinks/csv_files.hpp"

namespace tyche {
namespace {

std::string number(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::general, 17);
  return {text, end.ptr};
}

/// The metric in CmdStan's words; another engine's in its own.
std::string metric_name(const std::string& metric) {
  return metric == "unit" ? "unit_e" : metric == "diagonal" ? "diag_e" : metric;
}

/// The settings as CmdStan prints them, those that there are, and a block of our own.
std::string settings(const RunInfo& info, int chain, bool save_warmup) {
  const Started& s = info.started;
  std::string text;
  const auto line = [&](int indent, const char* key, const std::string& value = {}) {
    text += "# " + std::string(std::size_t(indent), ' ') + key;
    text += value.empty() ? "\n" : " = " + value + "\n";
  };
  line(0, "model", info.model);
  line(0, "method", "sample");
  line(2, "sample");
  line(4, "num_samples", std::to_string(s.draws));
  line(4, "num_warmup", std::to_string(s.warmup));
  line(4, "save_warmup", std::to_string(save_warmup));
  line(4, "thin", "1");
  line(4, "adapt");
  line(6, "engaged", std::to_string(s.warmup > 0));
  line(6, "delta", number(info.target_accept));
  line(4, "algorithm", "hmc");
  line(6, "hmc");
  line(8, "engine", info.kernel);
  line(10, "nuts");
  line(12, "max_depth", std::to_string(info.max_depth));
  line(8, "metric", metric_name(info.metric));
  line(4, "num_chains", std::to_string(s.chains));
  line(0, "id", std::to_string(chain + 1));
  line(0, "random");
  line(2, "seed", std::to_string(s.seed));
  line(0, "tyche");
  line(2, "arithmetic_version", std::to_string(info.arithmetic.version));
  line(2, "level", info.arithmetic.level);
  line(2, "mapping", info.arithmetic.mapping);
  return text;
}

std::string columns(const RunInfo& info) {
  std::string text;
  for (const std::string& name : statistic_names()) text += "," + name;
  for (const Variable& variable : info.variables) {
    for (const std::string& name : flat_names(variable)) text += "," + csv_name(name);
  }
  return text.substr(1) + "\n";
}

}  // namespace

CsvSink::CsvSink(std::filesystem::path folder, bool save_warmup)
    : folder_(std::move(folder)), save_warmup_(save_warmup) {}

double CsvSink::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

Result<void> CsvSink::start(const RunInfo& info) {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) {
    return std::unexpected(Error{folder_.string(), "a folder that can be written", failed.message(),
                                 "name another folder with --out"});
  }
  const auto files = csv_files(folder_);
  if (!files) return std::unexpected(files.error());
  if (!files->empty()) {
    return std::unexpected(Error{folder_.string(), "a folder without CSV files",
                                 files->front().filename().string() + " in it",
                                 "name another folder with --out, or move that run away"});
  }
  begun_ = std::chrono::steady_clock::now();
  unit_metric_ = info.metric == "unit";
  warmup_ = info.started.warmup;
  scalars_ = 0;
  for (const Variable& variable : info.variables) scalars_ += std::size_t(variable.size());
  chains_.clear();
  for (int k = 0; k < info.started.chains; ++k) {
    if (auto opened = open(info, k); !opened) return opened;
  }
  return {};
}

Result<void> CsvSink::open(const RunInfo& info, int chain) {
  Chain& made = chains_.emplace_back();
  made.path = folder_ / ("chain_" + std::to_string(chain + 1) + ".csv");
  made.file.reset(std::fopen(made.path.c_str(), "w"));
  if (!made.file) {
    return std::unexpected(Error{made.path.string(), "a file that can be written",
                                 std::strerror(errno), "name another folder with --out"});
  }
  return write(made, settings(info, chain, save_warmup_) + columns(info));
}

Result<void> CsvSink::write(Chain& chain, const std::string& text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), chain.file.get());
  if (written == text.size() && std::fflush(chain.file.get()) == 0) return {};
  return std::unexpected(
      Error{chain.path.string(), "room for " + std::to_string(text.size()) + " bytes",
            std::string(std::strerror(errno)) + "; " + std::to_string(chain.safe) +
                " draws of this chain are safe in the file",
            "make room, or sample again with --out on another disk"});
}

Result<void> CsvSink::take(const DrawBatch& batch) {
  if (batch.phase == Phase::warmup && !save_warmup_) return {};
  Chain& chain = chains_[std::size_t(batch.chain)];
  std::string text;
  if (batch.phase == Phase::sampling) text = std::exchange(chain.adaptation, {});
  for (std::size_t n = 0; n < batch.transitions.size(); ++n) {
    std::string line;
    for (double x : statistics(batch.transitions[n])) line += "," + number(x);
    for (double x : batch.values.subspan(n * scalars_, scalars_)) line += "," + number(x);
    text += line.substr(1) + "\n";
  }
  auto done = write(chain, text);
  if (done) chain.safe += static_cast<long long>(batch.transitions.size());
  return done;
}

Result<void> CsvSink::take(const Adapted& adapted) {
  if (adapted.iteration != warmup_) return {};  // a window's end
  std::string text = "# Adaptation terminated\n# Step size = " + number(adapted.step_size) + "\n";
  if (unit_metric_) {
    text += "# No free parameters for unit metric\n";
  } else if (!adapted.inverse_mass.empty()) {
    std::string elements;
    for (double x : adapted.inverse_mass) elements += ", " + number(x);
    text += "# Diagonal elements of inverse mass matrix:\n# " + elements.substr(2) + "\n";
  }
  Chain& chain = chains_[std::size_t(adapted.chain)];
  chain.adaptation = text;
  chain.warmup_seconds = seconds();
  return {};
}

/// The times are those of the run until then: chains that advance together share theirs.
Result<void> CsvSink::take(const Finished& finished) {
  Chain& chain = chains_[std::size_t(finished.chain)];
  const double total = seconds();
  const double warmup = chain.warmup_seconds < 0 ? total : chain.warmup_seconds;
  char times[200];
  std::snprintf(times, sizeof times,
                "# \n#  Elapsed Time: %.6f seconds (Warm-up)\n#                %.6f seconds "
                "(Sampling)\n#                %.6f seconds (Total)\n# \n",
                warmup, total - warmup, total);
  return write(chain, std::exchange(chain.adaptation, {}) + times);
}

Result<void> CsvSink::finish() {
  Error failed{
      .where = {}, .expected = "a file closed whole", .found = {}, .remedy = "check the disk"};
  for (Chain& chain : chains_) {
    if (!chain.file || std::fclose(chain.file.release()) == 0) continue;
    const std::string why = std::strerror(errno);
    failed.where += (failed.where.empty() ? "" : ", ") + chain.path.string();
    if (failed.found.find(why) == std::string::npos) {
      failed.found += (failed.found.empty() ? "" : ", ") + why;
    }
  }
  if (failed.where.empty()) return {};
  return std::unexpected(failed);
}

}  // namespace tyche
