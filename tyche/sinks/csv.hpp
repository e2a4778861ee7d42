// CmdStan's CSV: one file a chain, as CmdStan's and ArviZ's readers expect it.
#pragma once
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
  Result<void> finish() override;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Chain {
    std::filesystem::path path;
    std::unique_ptr<std::FILE, Close> file;
    std::string adaptation;  // written before the first draw of the sampling phase
    long long safe = 0;      // draws known to be written
  };

  Result<void> write(Chain& chain, const std::string& text);

  std::filesystem::path folder_;
  bool save_warmup_;
  std::size_t scalars_ = 0;
  std::vector<Chain> chains_;
};

/// Reads the chains that CsvSink or CmdStan wrote: every *.csv of the folder, in the order of
/// names. Warm-up draws, if saved, are left out.
Result<Draws> read_csv(const std::filesystem::path& folder);

}  // namespace tyche
