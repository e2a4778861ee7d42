#include "tyche/sinks/csv.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tyche/runtime/memory.hpp"
#include "tyche/sinks/sinks_test.hpp"

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

std::string contents(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
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
    EXPECT_TRUE(same_draws(read->draws, memory.take_draws()));
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

TEST(CsvSink, SaysWhichKernelMovedTheChains) {
  Folder folder;
  {
    CsvSink csv(folder.path);
    RunInfo info = two_chains();
    info.kernel = "mala";
    ASSERT_TRUE(csv.start(info));
    ASSERT_TRUE(csv.finish());
  }
  EXPECT_NE(contents(folder.path / "chain_1.csv").find("engine = mala\n"), std::string::npos);
}

TEST(ReadCsv, ATornLastLineIsLeftOut) {
  Folder folder;
  CsvSink csv(folder.path);
  feed(csv);
  const fs::path file = folder.path / "chain_1.csv";
  fs::resize_file(file, contents(file).find("\n# \n#  Elapsed"));
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->draws.draws(0), 3);
  EXPECT_EQ(read->draws.draws(1), 4);
  ASSERT_EQ(read->notes.size(), 1u);
  EXPECT_NE(read->notes[0].find("chain_1.csv: its last line has no end"), std::string::npos);
  EXPECT_NE(read->notes[0].find("the 3 draws before it are used"), std::string::npos);
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
  EXPECT_EQ(read->draws.row(0, 0), std::vector<double>{2});
}

/// What ArviZ and CmdStanPy read of these files is csv.json (make_csv_reference.py); with
/// TYCHE_UPDATE_GOLDEN set, the files are written anew. Times differ from run to run.
TEST(CsvSink, WritesTheFilesThatOthersWereSeenToRead) {
  const fs::path golden = TYCHE_TEST_DATA "/arviz/csv";
  Folder folder;
  CsvSink csv(folder.path, true);
  feed(csv, true);
  for (const char* name : {"chain_1.csv", "chain_2.csv"}) {
    const std::regex times("[0-9.]+ seconds");
    const std::string text = std::regex_replace(contents(folder.path / name), times, "0.5 seconds");
    if (std::getenv("TYCHE_UPDATE_GOLDEN")) std::ofstream(golden / name) << text;
    EXPECT_EQ(text, contents(golden / name)) << name;
  }
}

/// [chain][draw], as both readers gave it.
void expect_same(const Draws& draws, const std::string& name, const nlohmann::json& expected) {
  const int column = draws.find(name).value();
  ASSERT_EQ(std::size_t(draws.chains()), expected.size());
  for (int c = 0; c < draws.chains(); ++c) {
    const std::vector<double> wanted = expected[std::size_t(c)];
    EXPECT_TRUE(std::ranges::equal(draws.column(column, c), wanted)) << name << " of " << c;
  }
}

TEST(ReadCsv, ReadsWhatArviZAndCmdStanPyRead) {
  const auto read = read_csv(TYCHE_TEST_DATA "/arviz/csv");
  ASSERT_TRUE(read) << to_string(read.error());
  const auto seen = nlohmann::json::parse(contents(TYCHE_TEST_DATA "/arviz/csv.json"));
  for (const char* reader : {"arviz", "cmdstanpy"}) {
    ASSERT_EQ(seen[reader]["columns"].size(), 12u);
    for (const auto& [name, values] : seen[reader]["columns"].items()) {
      expect_same(read->draws, name, values);
    }
  }
  const auto& fit = seen["cmdstanpy"];
  EXPECT_EQ(fit["config"]["model"], "toy");
  EXPECT_EQ(fit["config"]["seed"], 7);
  EXPECT_EQ(fit["config"]["max_depth"], 10);
  EXPECT_EQ(fit["config"]["thin"], 1);
  EXPECT_EQ(fit["warmup_draws"], 3);
  EXPECT_EQ(fit["metric_type"], "diag_e");
  EXPECT_EQ(fit["step_size"], (std::vector<double>{0.7, 0.7}));
  EXPECT_EQ(fit["inverse_mass"][1], (std::vector<double>{1.1, 1.0 / 3, 2, 30, 1e-7}));
}

/// Takes an open file away from whoever has it: closing it will fail.
void take_away(const fs::path& path) {
  int found = -1;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (fs::read_symlink(entry.path(), gone) == path) found = std::stoi(entry.path().filename());
  }
  ASSERT_EQ(close(found), 0);
}

TEST(CsvSink, EveryFileIsClosedAndEveryFailureTold) {
  Folder folder;
  const fs::path first = folder.path / "chain_1.csv", second = folder.path / "chain_2.csv";
  CsvSink csv(folder.path);
  ASSERT_TRUE(csv.start(two_chains()));
  take_away(first);
  take_away(second);
  const auto done = csv.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().where, first.string() + ", " + second.string());
  EXPECT_EQ(done.error().found, "Bad file descriptor");
  EXPECT_TRUE(csv.finish());  // none is left open
}

TEST(CsvSink, TakesAnotherRunWhenTheFirstIsMovedAway) {
  Folder folder;
  CsvSink csv(folder.path);
  feed(csv);
  const std::string before = contents(folder.path / "chain_2.csv");
  fs::rename(folder.path / "chain_1.csv", folder.path / "one");
  fs::rename(folder.path / "chain_2.csv", folder.path / "two");
  feed(csv);
  const auto until_times = [](const std::string& text) {
    return text.substr(0, text.find("# \n"));
  };
  EXPECT_EQ(until_times(contents(folder.path / "chain_2.csv")), until_times(before));
}

TEST(CsvSink, ARunStoppedInItsWarmUpClaimsNoAdaptation) {
  Folder folder;
  CsvSink csv(folder.path, true);
  ASSERT_TRUE(csv.start(two_chains()));
  ASSERT_TRUE(csv.take(Adapted{.chain = 0, .iteration = 2, .step_size = 1}));
  const std::vector<Transition> t(2);
  const std::vector<double> x(10);
  ASSERT_TRUE(csv.take(DrawBatch{.phase = Phase::warmup, .values = x, .transitions = t}));
  ASSERT_TRUE(csv.take(Finished{.chain = 0, .interrupted = true}));
  ASSERT_TRUE(csv.finish());
  EXPECT_EQ(contents(folder.path / "chain_1.csv").find("Adaptation"), std::string::npos);
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->draws.draws(0), 0);
  ASSERT_EQ(read->notes.size(), 2u);
  EXPECT_NE(read->notes[0].find("ends in the warm-up"), std::string::npos);
}

/// As CmdStan writes a thinned run with a dense metric: of 5 warm-up iterations every second is
/// saved, which is 3.
TEST(ReadCsv, ThinnedWarmUpAndDenseMetricOfCmdStan) {
  Folder folder;
  std::ofstream(folder.path / "a.csv")
      << "# stan_version_major = 2\n# method = sample (Default)\n#     num_samples = 4\n"
         "#     num_warmup = 5\n#     save_warmup = true\n#     thin = 2\n"
         "#         max_depth = 12\nlp__,mu,tau\n-1,1,1\n-1,2,1\n-1,3,1\n"
         "# Adaptation terminated\n# Step size = 0.9\n# Elements of inverse mass matrix:\n"
         "# 1, 0.5\n# 0.5, 1\n-1,4,nan\n-1,5,-inf\n# \n#  Elapsed Time: 0.1 seconds (Warm-up)\n"
         "#                0.2 seconds (Sampling)\n# \n";
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->draws.draws(0), 2);
  EXPECT_EQ(read->draws.row(0, 0)[0], 4);
  EXPECT_EQ(read->draws.row(0, 1), (std::vector<double>{5, -INFINITY}));
  EXPECT_EQ(read->max_depth, 12);
  EXPECT_TRUE(read->notes.empty());
}

TEST(ReadCsv, ALineThatLacksColumnsIsToldWithItsNumber) {
  Folder folder;
  std::ofstream(folder.path / "a.csv") << "lp__,mu\n1,2\n1\n1,3\n";
  const auto read = read_csv(folder.path);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, (folder.path / "a.csv:3").string());
  EXPECT_EQ(read.error().expected, "2 columns");
}

TEST(ReadCsv, ChainsOfOtherColumnsAreRefused) {
  Folder folder;
  std::ofstream(folder.path / "a.csv") << "lp__,mu\n1,2\n";
  std::ofstream(folder.path / "b.csv") << "lp__,tau\n1,2\n";
  const auto read = read_csv(folder.path);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, (folder.path / "b.csv").string());
}

TEST(ReadCsv, CommentsThatCannotBeAreRefused) {
  for (const char* comment : {"# num_warmup = -1", "# thin = 0", "# num_warmup = 99999999999"}) {
    Folder folder;
    std::ofstream(folder.path / "a.csv") << comment << "\nlp__,mu\n1,2\n";
    EXPECT_FALSE(read_csv(folder.path)) << comment;
  }
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

}  // namespace
}  // namespace tyche
