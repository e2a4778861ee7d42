#include "tyche/sinks/csv.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace tyche {
namespace {

std::string number(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::general, 17);
  return {text, end.ptr};
}

/// theta[2,1] is theta.2.1 in CmdStan's header.
std::string dotted(std::string name) {
  std::string out;
  for (char c : name) {
    if (c == ']') continue;
    out += c == '[' || c == ',' ? '.' : c;
  }
  return out;
}

std::string header(const RunInfo& info, bool save_warmup) {
  const Started& s = info.started;
  std::string text = "# model = " + info.model + "\n# method = sample (Default)\n#   sample\n";
  text += "#     num_samples = " + std::to_string(s.draws) + "\n";
  text += "#     num_warmup = " + std::to_string(s.warmup) + "\n";
  text += "#     save_warmup = " + std::to_string(save_warmup) + "\n";
  text += "# random\n#   seed = " + std::to_string(s.seed) + "\n";
  text += "# tyche = " + info.arithmetic.level + "\n";
  std::string columns;
  for (const std::string& name : statistic_names()) columns += "," + name;
  for (const Variable& variable : info.variables) {
    for (const std::string& name : flat_names(variable)) columns += "," + dotted(name);
  }
  return text + columns.substr(1) + "\n";
}

}  // namespace

CsvSink::CsvSink(std::filesystem::path folder, bool save_warmup)
    : folder_(std::move(folder)), save_warmup_(save_warmup) {}

Result<void> CsvSink::start(const RunInfo& info) {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) {
    return std::unexpected(Error{folder_.string(), "a folder that can be written", failed.message(),
                                 "name another folder with --out"});
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() != ".csv" || !entry.is_regular_file()) continue;
    return std::unexpected(Error{folder_.string(), "a folder without CSV files",
                                 entry.path().filename().string() + " in it",
                                 "name another folder with --out, or move that run away"});
  }
  for (const Variable& variable : info.variables) scalars_ += std::size_t(variable.size());
  const std::string first = header(info, save_warmup_);
  for (int k = 0; k < info.started.chains; ++k) {
    Chain chain{.path = folder_ / ("chain_" + std::to_string(k + 1) + ".csv"),
                .file = {},
                .adaptation = {}};
    chain.file.reset(std::fopen(chain.path.c_str(), "w"));
    if (!chain.file) {
      return std::unexpected(Error{chain.path.string(), "a file that can be written",
                                   std::strerror(errno), "name another folder with --out"});
    }
    if (auto done = write(chain, first); !done) return done;
    chains_.push_back(std::move(chain));
  }
  return {};
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
  std::string text = "# Adaptation terminated\n# Step size = " + number(adapted.step_size) +
                     "\n# Diagonal elements of inverse mass matrix:\n";
  std::string elements;
  for (double x : adapted.inverse_mass) elements += ", " + number(x);
  if (!elements.empty()) text += "# " + elements.substr(2) + "\n";
  chains_[std::size_t(adapted.chain)].adaptation = text;
  return {};
}

Result<void> CsvSink::finish() {
  for (Chain& chain : chains_) {
    if (chain.file && std::fclose(chain.file.release()) != 0) {
      return std::unexpected(Error{chain.path.string(), "a file closed whole", std::strerror(errno),
                                   "check the disk"});
    }
  }
  return {};
}

}  // namespace tyche
