#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "tyche/runtime/memory.hpp"
#include "tyche/sinks/csv.hpp"
#include "tyche/sinks/progress.hpp"

namespace tyche {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "tyche_sinks_XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

RunInfo two_chains() {
  return {.model = "toy",
          .variables = {{"mu", {}}, {"L", {2, 2}}},
          .started = {.chains = 2, .dimension = 5, .warmup = 3, .draws = 4, .seed = 7},
          .metric = "diagonal",
          .target_accept = 0.8,
          .max_depth = 10,
          .arithmetic = {.version = 1, .level = "avx2", .mapping = "chains"}};
}

/// Four draws of awkward numbers, told apart by chain and row.
std::vector<double> values(int chain) {
  std::vector<double> x;
  for (int k = 0; k < 20; ++k) x.push_back((1 + chain) * std::pow(-1.0 / 3, k) * 1e5);
  return x;
}

void feed(Sink& sink, bool warmup = false) {
  ASSERT_TRUE(sink.start(two_chains()));
  for (int c = 0; c < 2; ++c) {
    const std::vector<double> x = values(c);
    const std::vector<Transition> t(4, {.log_density = -1.5, .leapfrogs = 7, .divergent = c == 1});
    if (warmup) {
      ASSERT_TRUE(sink.take(DrawBatch{.chain = c,
                                      .phase = Phase::warmup,
                                      .values = std::span(x).first(15),
                                      .transitions = std::span(t).first(3)}));
    }
    ASSERT_TRUE(sink.take(Adapted{.chain = c, .step_size = 0.5}));
    ASSERT_TRUE(sink.take(DrawBatch{.chain = c, .values = x, .transitions = t}));
  }
  ASSERT_TRUE(sink.finish());
}

TEST(CsvSink, GivesTheSameDrawsBackBitForBit) {
  for (bool save_warmup : {false, true}) {
    Folder folder;
    MemorySink memory;
    CsvSink csv(folder.path, save_warmup);
    feed(memory, true);
    feed(csv, true);
    const auto read = read_csv(folder.path);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_TRUE(same_draws(*read, memory.take_draws()));
  }
}

TEST(CsvSink, AFullDiskIsTold) {
  Folder folder;
  fs::create_symlink("/dev/full", folder.path / "chain_2.csv");
  CsvSink csv(folder.path);
  const auto done = csv.start(two_chains());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().where, (folder.path / "chain_2.csv").string());
  EXPECT_NE(done.error().found.find("No space left"), std::string::npos);
  EXPECT_NE(done.error().found.find("0 draws of this chain are safe"), std::string::npos);
}

TEST(CsvSink, AFolderThatCannotBeMadeIsTold) {
  CsvSink csv("/dev/null/out");
  const auto done = csv.start(two_chains());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().where, "/dev/null/out");
}

TEST(ReadCsv, ATornLastLineIsLeftOut) {
  Folder folder;
  CsvSink csv(folder.path);
  feed(csv);
  const fs::path file = folder.path / "chain_1.csv";
  fs::resize_file(file, fs::file_size(file) - 3);
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->draws(0), 3);
  EXPECT_EQ(read->draws(1), 4);
}

TEST(ReadCsv, DamageIsToldWithItsLine) {
  Folder folder;
  std::ofstream(folder.path / "a.csv") << "lp__,mu\n1,2\n1,oops\n";
  const auto read = read_csv(folder.path);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, (folder.path / "a.csv:3").string());
  EXPECT_EQ(read.error().found, "\"oops\"");
}

TEST(ReadCsv, HeadersThatNameNoVariablesAreRefused) {
  for (const char* header : {"x.999999999", "x.2,x.1", "x.1,y,x.2", "x.0", "x.-3", "x.a", "a,a",
                             "x.1.1,x.2", "x.1,x.3"}) {
    Folder folder;
    std::ofstream file(folder.path / "a.csv");
    file << header << "\n1" << (std::string(header).find(',') == std::string::npos ? "" : ",1");
    if (std::string(header) == "x.1,y,x.2") file << ",1";
    file << "\n";
    file.close();
    EXPECT_FALSE(read_csv(folder.path)) << header;
  }
}

TEST(ReadCsv, LinesMayEndInCarriageReturns) {
  Folder folder;
  std::ofstream(folder.path / "a.csv") << "lp__,mu\r\n1,2\r\n";
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->row(0, 0), std::vector<double>{2});
}

TEST(CsvSink, AFolderThatHoldsARunIsRefused) {
  Folder folder;
  CsvSink first(folder.path);
  feed(first);
  CsvSink second(folder.path);
  const auto done = second.start(two_chains());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().where, folder.path.string());
}

TEST(Progress, ALineFitsItsWidth) {
  const Started run{.chains = 4, .warmup = 1000, .draws = 1000};
  const ChainProgress at{
      .warmup = 1000, .draws = 250, .divergent = 3, .leapfrogs = 8750, .step_size = 0.4375};
  EXPECT_EQ(progress_line(run, 0, at, 10, 100),
            "chain 1 [=============         ] 1250/2000 draws, 3 divergent, step 0.44, 7.0 "
            "grad/draw, 6.0 s left");
  for (int width : {20, 60, 80}) {
    EXPECT_LT(progress_line(run, 0, at, 10, width).size(), std::size_t(width));
  }
}

TEST(Progress, JsonStyleIsOneObjectATenth) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  {
    ProgressSink sink(ProgressStyle::json, out);
    feed(sink, true);
  }
  std::fclose(out);
  const std::string printed(text, size);
  std::free(text);
  EXPECT_EQ(std::ranges::count(printed, '\n'), 4);  // after warm-up and at the end, twice
  EXPECT_NE(printed.find("{\"chain\":2,\"iteration\":7,\"iterations\":7,\"phase\":\"sampling\","
                         "\"divergent\":4,"),
            std::string::npos);
}

}  // namespace
}  // namespace tyche
