// CmdStan's CSV: one file a chain, as CmdStan's and ArviZ's readers expect it.
#pragma once
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "tyche/runtime/stream.hpp"

namespace tyche {

/// Writes FOLDER/chain_K.csv, K from 1, in a folder that holds no chains yet. Numbers have the 17
/// digits that give the same double back. A batch is on its way to the disk when `take` returns; a
/// failed write (a full disk, a folder taken away) is an Error that names the file, and every
/// earlier draw is in it.
class CsvSink : public Sink {
 public:
  explicit CsvSink(std::filesystem::path folder, bool save_warmup = false);

  Result<void> start(const RunInfo& info) override;
  Result<void> take(const DrawBatch& batch) override;
  Result<void> take(const Adapted& adapted) override;
  Result<void> take(const Finished& finished) override;
  /// Closes every file; the Error names all of which that failed.
  Result<void> finish() override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Chain {
    std::filesystem::path path = {};
    std::unique_ptr<std::FILE, Close> file = {};
    std::string adaptation = {};  // written before the first draw of the sampling phase
    double warmup_seconds = -1;   // of the run when the warm-up ended
    long long safe = 0;           // draws known to be written
  };

  Result<void> open(const RunInfo& info, int chain);
  Result<void> write(Chain& chain, const std::string& text);
  double seconds() const;

  std::filesystem::path folder_;
  bool save_warmup_;
  bool unit_metric_ = false;
  std::int64_t warmup_ = 0;
  std::size_t scalars_ = 0;
  std::chrono::steady_clock::time_point begun_;
  std::vector<Chain> chains_;
};

/// A run as its files hold it.
struct CsvRun {
  Draws draws;
  int max_depth = 10;
  /// In words: what a reader of the draws should know, such as a file that was cut short.
  std::vector<std::string> notes = {};
};

/// Reads the chains that CsvSink or CmdStan wrote: every *.csv of the folder, in the order of
/// names. Warm-up draws, if saved, are left out. A last line without its end, cut short by a crash,
/// is left out and noted; any other damage is an Error that names the line.
Result<CsvRun> read_csv(const std::filesystem::path& folder);

}  // namespace tyche
