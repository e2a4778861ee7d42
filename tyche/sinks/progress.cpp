#include "tyche/sinks/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace tyche {
namespace {

bool is_terminal(std::FILE* out) {
  const char* term = std::getenv("TERM");
  return isatty(fileno(out)) && term && std::strcmp(term, "dumb") != 0;
}

int columns(std::FILE* out) {
  winsize size = {};
  if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string formatted(const char* format, double x) {
  char text[64];
  std::snprintf(text, sizeof text, format, x);
  return text;
}

/// Seconds as a person says them: 0.3 s, 12 s, 4 min, 3.2 h.
std::string duration(double s) {
  if (s < 9.95) return formatted("%.1f s", s);
  if (s < 99.5) return formatted("%.0f s", s);
  if (s < 5400) return formatted("%.0f min", s / 60);
  return formatted("%.1f h", s / 3600);
}

}  // namespace

Result<ProgressStyle> progress_style(const std::string& word) {
  if (word == "auto") return ProgressStyle::automatic;
  if (word == "bar") return ProgressStyle::bar;
  if (word == "plain") return ProgressStyle::plain;
  if (word == "json") return ProgressStyle::json;
  if (word == "none") return ProgressStyle::none;
  return std::unexpected(
      Error{"--progress", "auto, bar, plain, json or none", "\"" + word + "\"", "choose one"});
}

std::string progress_line(const Started& run, int chain, const ChainProgress& at, double seconds,
                          int width) {
  const std::int64_t total = run.warmup + run.draws, done = at.iterations();
  const std::int64_t here = done - at.before, all = total - at.before;
  const double shown = total > 0 ? double(done) / double(total) : 1,
               part = all > 0 ? double(here) / double(all) : 1;
  std::string tail = " " + std::to_string(done) + "/" + std::to_string(total);
  tail += done < run.warmup ? " warm-up" : at.finished ? " done" : " draws";
  tail +=
      ", " + std::to_string(at.divergent) + " divergent, step " + formatted("%.2g", at.step_size);
  if (here > 0)
    tail += ", " + formatted("%.1f", double(at.leapfrogs) / double(here)) + " grad/draw";
  if (!at.failure.empty()) {
    tail = " failed: " + at.failure;
  } else if (!at.finished && here > 0) {
    tail += ", " + duration(seconds * (1 - part) / part) + " left";
  }
  const std::string head = "chain " + std::to_string(chain + 1) + " ";
  const int room = std::clamp(width - int(head.size() + tail.size()) - 3, 0, 30);
  std::string bar;
  if (room >= 5) {
    const int full = int(std::floor(shown * room));
    bar = "[" + std::string(std::size_t(full), '=') + std::string(std::size_t(room - full), ' ') +
          "]";
  }
  return (head + bar + tail).substr(0, std::size_t(std::max(width - 1, 1)));
}

std::string progress_json(const Started& run, int chain, const ChainProgress& at, double seconds) {
  std::string text = "{\"chain\":" + std::to_string(chain + 1);
  text += ",\"iteration\":" + std::to_string(at.iterations());
  text += ",\"iterations\":" + std::to_string(run.warmup + run.draws);
  text += std::string(",\"phase\":\"") + (at.iterations() < run.warmup ? "warmup" : "sampling");
  text += "\",\"divergent\":" + std::to_string(at.divergent);
  text += ",\"step_size\":" + formatted("%.6g", at.step_size);
  text += ",\"leapfrogs\":" + std::to_string(at.leapfrogs);
  return text + ",\"seconds\":" + formatted("%.3f", seconds) + "}";
}

ProgressSink::ProgressSink(ProgressStyle style, std::FILE* out) : style_(style), out_(out) {
  if (style_ == ProgressStyle::automatic) {
    style_ = is_terminal(out) ? ProgressStyle::bar : ProgressStyle::plain;
  }
}

ProgressSink::~ProgressSink() { (void)finish(); }

double ProgressSink::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

Result<void> ProgressSink::start(const RunInfo& info) {
  run_ = info.started;
  begun_ = std::chrono::steady_clock::now();
  chains_.assign(std::size_t(run_.chains), {});
  if (style_ != ProgressStyle::bar) return {};
  painter_ = std::thread([this] {
    std::unique_lock held(mutex_);
    while (!over_.wait_for(held, std::chrono::milliseconds(100), [this] { return finished_; })) {
      redraw(held);
    }
    redraw(held);
  });
  return {};
}

void ProgressSink::redraw(std::unique_lock<std::mutex>& held) {
  std::string text;
  if (drawn_) text += "\x1b[" + std::to_string(chains_.size()) + "A";
  drawn_ = true;
  const int width = columns(out_);
  for (std::size_t c = 0; c < chains_.size(); ++c) {
    text += "\r\x1b[2K" + progress_line(run_, int(c), chains_[c], seconds(), width) + "\n";
  }
  held.unlock();
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
  held.lock();
}

void ProgressSink::print_line(int chain) {
  const ChainProgress& at = chains_[std::size_t(chain)];
  const std::string line = style_ == ProgressStyle::json
                               ? progress_json(run_, chain, at, seconds())
                               : progress_line(run_, chain, at, seconds(), 120);
  std::fprintf(out_, "%s\n", line.c_str());
  std::fflush(out_);
}

void ProgressSink::print_tenths(int chain, std::int64_t before) {
  if (style_ != ProgressStyle::plain && style_ != ProgressStyle::json) return;
  ChainProgress& at = chains_[std::size_t(chain)];
  const std::int64_t total = std::max<std::int64_t>(run_.warmup + run_.draws, 1);
  if (before * 10 / total == at.iterations() * 10 / total) return;
  if (style_ == ProgressStyle::plain && at.iterations() < total) {
    if (seconds() < at.printed + 1) return;
    at.printed = seconds();
  }
  print_line(chain);
}

Result<void> ProgressSink::take(const DrawBatch& batch) {
  const std::scoped_lock lock(mutex_);
  ChainProgress& at = chains_[std::size_t(batch.chain)];
  const std::int64_t before = at.iterations();
  const auto count = std::int64_t(batch.transitions.size());
  (batch.phase == Phase::warmup ? at.warmup : at.draws) += count;
  for (const Transition& t : batch.transitions) {
    at.leapfrogs += t.leapfrogs;
    at.divergent += batch.phase == Phase::sampling && t.divergent;
  }
  if (count > 0) at.step_size = batch.transitions.back().step_size;
  print_tenths(batch.chain, before);
  return {};
}

Result<void> ProgressSink::take(const Adapted& adapted) {
  const std::scoped_lock lock(mutex_);
  chains_[std::size_t(adapted.chain)].step_size = adapted.step_size;
  return {};
}

Result<void> ProgressSink::take(const Recovered& recovered) {
  const std::scoped_lock lock(mutex_);
  ChainProgress& at = chains_[std::size_t(recovered.chain)];
  const bool warmup = recovered.phase == Phase::warmup;
  at.warmup = warmup ? recovered.iteration + 1 : run_.warmup;
  at.draws = warmup ? 0 : recovered.iteration + 1;
  at.before = at.iterations();
  return {};
}

Result<void> ProgressSink::take(const Finished& finished) {
  const std::scoped_lock lock(mutex_);
  ChainProgress& at = chains_[std::size_t(finished.chain)];
  at.finished = true;
  const bool prints = style_ == ProgressStyle::plain || style_ == ProgressStyle::json;
  if (prints && at.iterations() < run_.warmup + run_.draws) print_line(finished.chain);
  return {};
}

Result<void> ProgressSink::take(const Failed& failed) {
  const std::scoped_lock lock(mutex_);
  chains_[std::size_t(failed.chain)].failure = failed.error.where + ": " + failed.error.found;
  return {};
}

Result<void> ProgressSink::finish() {
  if (!painter_.joinable()) return {};
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  over_.notify_all();
  painter_.join();
  return {};
}

}  // namespace tyche
