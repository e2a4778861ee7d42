// Bad input and what is said of it, word for word: bad_input.golden. With TYCHE_UPDATE_GOLDEN set,
// the file is written anew.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "examples/models/eight_schools.hpp"
#include "tests/bad_input/cases.hpp"
#include "tests/bad_input/small_disk.hpp"
#include "tyche/sinks/csv.hpp"

namespace tyche::bad_input {
namespace {

/// A folder of its own, gone afterwards.
struct Folder {
  Folder() {
    std::string name = fs::temp_directory_path() / "tyche_bad_input_XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

/// Places and counts that differ from machine to machine are left out.
std::string general(std::string text, const fs::path& folder) {
  const auto replace = [&](const std::string& pattern, const std::string& by) {
    text = std::regex_replace(text, std::regex(pattern), by);
  };
  replace(folder.string(), "FOLDER");
  replace("[^ (]*/([a-z_]+\\.[ch]pp):[0-9]+", "$1:LINE");
  replace("room for [0-9]+ bytes", "room for BYTES bytes");
  replace("[1-9][0-9]* draws of this chain", "DRAWS draws of this chain");
  return text;
}

TEST(BadInput, EachIsToldAsTheGoldenTableSays) {
  std::string all;
  for (const auto cases : {cases_of_data, cases_of_statements, cases_of_wholes, cases_of_names,
                           cases_of_runs, cases_of_settings, cases_of_rebinding, cases_of_flows}) {
    for (const auto& [what, act] : cases()) {
      const Folder folder;
      all += "## " + what + "\n" + general(act(folder.path), folder.path) + "\n\n";
    }
  }
  const std::string path = TYCHE_TEST_DATA "/bad_input/bad_input.golden";
  if (std::getenv("TYCHE_UPDATE_GOLDEN")) std::ofstream(path) << all;
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(all, golden.str());
  EXPECT_EQ(all.find("accepted"), std::string::npos);
}

TEST(BadInput, WhatAFullDiskHadTakenIsRead) {
  const Folder folder;
  CsvSink csv(folder.path);
  std::string message;
  {
    const SmallDisk disk(600000);
    message = told([&] { return sampled(models::eight_schools_noncentered(), &csv); });
  }
  std::smatch found;
  ASSERT_TRUE(
      std::regex_search(message, found, std::regex("chain_([12]).csv: (?:.|\n)*; ([0-9]+) draws")))
      << message;
  const int safe = std::stoi(found[2]);
  EXPECT_GT(safe, 0);
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read) << to_string(read.error());
  const Draws& draws = read->draws;
  EXPECT_GE(draws.draws(std::stoi(found[1]) - 1), safe);

  const auto whole =
      try_sample(models::eight_schools_noncentered(), {.chains = 2, .warmup = 100, .draws = 2000});
  ASSERT_TRUE(whole);
  for (int c = 0; c < 2; ++c) {
    for (int n = 0; n < draws.draws(c); ++n) {
      ASSERT_EQ(draws.row(c, n), whole->draws.row(c, n)) << "chain " << c << ", draw " << n;
    }
  }
}

}  // namespace
}  // namespace tyche::bad_input
