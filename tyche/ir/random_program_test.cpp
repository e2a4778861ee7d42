#include "tyche/ir/random_program.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "tyche/ir/parse.hpp"
#include "tyche/ir/print.hpp"
#include "tyche/ir/verify.hpp"

namespace tyche::ir {
namespace {

RandomProgramOptions options(std::uint64_t seed) {
  RandomProgramOptions out{.seed = seed};
  out.smooth = seed % 3 == 0;
  out.terms = seed % 2 == 0;
  out.rejections = seed % 5 == 0;
  out.choices = seed % 4 == 2;
  out.recursion = seed % 7 != 0;
  return out;
}

void collect(const Region& region, std::set<Op>& ops) {
  for (const Instruction& at : region.body) {
    ops.insert(at.op);
    for (const Region& inner : at.regions) collect(inner, ops);
  }
}

TEST(RandomProgram, IsWellFormedAndReadsBackFromPrint) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Program program = random_program(options(seed)).program;
    const auto verified = verify(program);
    ASSERT_TRUE(verified.has_value()) << seed << " " << to_string(verified.error());
    const std::string text = print(program);
    const auto read = parse(text);
    ASSERT_TRUE(read.has_value()) << seed << " " << to_string(read.error());
    ASSERT_EQ(print(*read), text) << seed;
    const auto again = verify(*read);
    ASSERT_TRUE(again.has_value()) << seed << " " << to_string(again.error());
  }
}

TEST(RandomProgram, IsAFunctionOfItsSeed) {
  EXPECT_EQ(print(random_program({.seed = 7}).program), print(random_program({.seed = 7}).program));
  EXPECT_NE(print(random_program({.seed = 7}).program), print(random_program({.seed = 8}).program));
}

TEST(RandomProgram, TogetherTheyHoldEveryOpButPrint) {
  std::set<Op> ops;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Program program = random_program(options(seed)).program;
    for (const Function& f : program.functions) collect(f.region, ops);
    for (const Region* entry : {&program.prelude, &program.density, &program.outputs}) {
      collect(*entry, ops);
    }
  }
  const std::set<Op> without{Op::print};
  for (const OpInfo& row : op_table()) {
    EXPECT_EQ(ops.contains(row.op), !without.contains(row.op)) << row.name;
  }
}

/// All instructions but yields, with the regions that hold them.
void list(Region& region, std::vector<std::pair<Region*, std::size_t>>& places) {
  for (std::size_t k = 0; k < region.body.size(); ++k) {
    if (region.body[k].op != Op::yield) places.push_back({&region, k});
    for (Region& inner : region.body[k].regions) list(inner, places);
  }
}

std::size_t uses(const Region& region, Value v) {
  std::size_t count = 0;
  for (const Instruction& at : region.body) {
    for (Value operand : at.operands) count += operand == v;
    for (const Region& inner : at.regions) count += uses(inner, v);
  }
  return count;
}

TEST(RandomProgram, VerifyRejectsEveryMutant) {
  int mutants = 0;
  const auto rejected = [&](const Program& mutant, const char* what, std::uint64_t seed) {
    ++mutants;
    EXPECT_FALSE(verify(mutant).has_value()) << what << " " << seed << "\n" << print(mutant);
  };
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Program original = random_program(options(seed)).program;
    for (std::uint64_t salt = 1; salt <= 3; ++salt) {
      Program mutant = original;
      std::vector<std::pair<Region*, std::size_t>> places;
      list(mutant.density, places);
      const auto [region, k] = places[(seed * 7919 + salt * 104729) % places.size()];
      const Instruction at = region->body[k];
      if (at.results.empty()) continue;
      const Value result = at.results[0];
      const Instruction kept = region->body[k];
      // The same value defined twice.
      region->body.insert(region->body.begin() + std::int64_t(k), at);
      rejected(mutant, "twice", seed);
      region->body.erase(region->body.begin() + std::int64_t(k));
      // A result of another type.
      mutant.values[result.id].type = Type::tuple({mutant.values[result.id].type});
      rejected(mutant, "type", seed);
      mutant.values[result.id].type = original.values[result.id].type;
      // An operand that is not defined yet.
      if (!at.operands.empty()) {
        region->body[k].operands[0] = result;
        rejected(mutant, "itself", seed);
        region->body[k] = kept;
        // One operand too many.
        region->body[k].operands.push_back(at.operands[0]);
        if (at.op != Op::load) rejected(mutant, "too many", seed);
        region->body[k] = kept;
      }
      if (uses(mutant.density, result) == 0) continue;
      region->body.erase(region->body.begin() + std::int64_t(k));
      rejected(mutant, "erased", seed);
    }
  }
  EXPECT_GT(mutants, 2000);
}

TEST(Parse, OfMutatedTextNeverCrashes) {
  int read = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::string text = print(random_program({.seed = seed, .statements = 15}).program);
    for (std::uint64_t salt = 0; salt < 30; ++salt) {
      std::string mutant = text;
      const std::size_t at = (seed * 7919 + salt * 104729) % text.size();
      if (salt % 3 == 0) mutant.erase(at, 1 + salt);
      if (salt % 3 == 1) mutant[at] = "%{}():=,?@\"#9a\n "[salt % 16];
      if (salt % 3 == 2) mutant.insert(at, text.substr(text.size() / 2, salt));
      const auto program = parse(mutant);
      if (program) read += verify(*program).has_value();
    }
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 3000);
}

}  // namespace
}  // namespace tyche::ir
