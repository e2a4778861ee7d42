// Adds at indices that data pick: one sum an element where there are many, and always the
// interpreter's bits.
#include "tyche/compile/equality_test.hpp"
#include "tyche/passes/models_test.hpp"
#include "tyche/passes/pipeline.hpp"

namespace tyche {
namespace {

using Groups = std::function<std::int64_t(std::int64_t row)>;

/// The gradient of a regression whose row i is of group `group(i)`.
void check_groups(std::int64_t rows, std::int64_t groups, bool in_turn, const Groups& group,
                  std::optional<ir::Op> link = {}) {
  SCOPED_TRACE(std::to_string(rows) + " rows, " + std::to_string(groups) + " groups");
  passes::Model m = passes::radon(rows, groups, link);
  for (std::int64_t i = 0; i < rows; ++i) m.data.at("g").integers[std::size_t(i)] = group(i);
  passes::Trace trace{.verify = true};
  const auto prepared = passes::prepare(m.program, {}, m.data, &trace);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  EXPECT_EQ(ir::print(prepared->gradient).contains("add_to in_turn"), in_turn);
  check_equality(prepared->gradient, m.data, eight_points(std::size_t(groups) + 4));
}

TEST(AddsInTurn, RowsOfAVectorMeetInAGroup) {
  check_groups(100, 50, true, [](std::int64_t i) { return i / 3; });
  check_groups(67, 40, true, [](std::int64_t) { return 39; });
}

TEST(AddsInTurn, OneGroup) {
  check_groups(16, 1, true, [](std::int64_t) { return 0; });
}

TEST(AddsInTurn, GroupsWithoutRows) {
  check_groups(90, 61, true, [](std::int64_t i) { return i * i % 30 * 2; });
}

/// More rows than are kept at once: none left over, one, and a part of a vector.
TEST(AddsInTurn, ManyRows) {
  for (const std::int64_t rows : {511, 512, 513, 1024, 1531}) {
    check_groups(rows, 230, true, [](std::int64_t i) { return i * 37 % 211; });
  }
}

/// Rows with much to do advance several vectors at a time, which must still fill what is kept.
TEST(AddsInTurn, ManyLongRows) {
  for (const std::int64_t rows : {512, 1000, 1560}) {
    check_groups(rows, 230, true, [](std::int64_t i) { return i * 37 % 211; }, ir::Op::tanh);
  }
}

TEST(AddsInTurn, FewGroupsKeepEightSums) {
  check_groups(100, 8, false, [](std::int64_t i) { return i * i % 7; });
}

/// Rows are added in their order: of 1e17, 1, -1e17 in one element nothing is left, whichever way
/// the lanes go.
TEST(AddsInTurn, OneRowAfterTheOther) {
  ir::Program program;
  program.data = {{"g", ir::Type::array(ir::Type::integer(), {24})}};
  program.density.arguments = {program.new_value(ir::Type::vector(3))};
  ir::Builder b(program, program.density);
  const ir::Value u = program.density.arguments[0], sums = b.local(ir::Type::vector(3));
  for (int k = 0; k < 3; ++k) b.store(sums, {b.integer(k)}, b.real(0));
  const ir::Value group = b.data("g");
  b.plate(24, 0, [&](ir::Builder& in, ir::Value i) -> std::vector<ir::Value> {
    const ir::Value g = in.load(group, {i});
    in.add_to(sums, {in.integer(0)}, in.load(u, {g}));
    in.region().body.back().integer = 1;
    return {};
  });
  b.region().body.back().order = ir::Order::lanes;
  b.yield({b.real(0), sums});
  ir::Array groups{.type = ir::Type::array(ir::Type::integer(), {24})};
  for (std::int64_t i = 0; i < 24; ++i) groups.integers.push_back(i % 3);
  const ir::DataSet data{{"g", groups}};
  const std::vector<double> u_at{1e17, 1, -1e17};
  check_equality(program, data, std::vector<std::vector<double>>(8, u_at));
  const auto made = interpret::Interpreter::create(program, data);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->density(u_at).yields[1].reals[0], 0);
}

}  // namespace
}  // namespace tyche
