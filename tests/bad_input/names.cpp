// Names that stand for nothing, twice, or for what lies elsewhere.
#include "examples/models/eight_schools.hpp"
#include "tests/bad_input/cases.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/model/json.hpp"

namespace tyche::bad_input {
namespace {

Result<void> read_program(std::string_view text) {
  const auto program = ir::parse(text);
  if (!program) return std::unexpected(program.error());
  return ir::verify(*program);
}

}  // namespace

Cases cases_of_names() {
  return {
      library("data that the file lacks",
              [] {
                reals(*parse_json(R"({"sigma": [1, 2]})", "schools.json"), "y");
                return Result<void>();
              }),
      library("data that the program lacks",
              [] {
                const Model m = models::eight_schools();
                return whether(Posterior::create(m.program(), ir::DataSet()));
              }),
      library("no file of data", [] { return whether(read_json("/nowhere/data.json")); }),
      library("a file that is not JSON",
              [] { return whether(parse_json(R"({"y": [1, )", "schools.json")); }),
      library("rows of other lengths",
              [] { return whether(parse_json(R"({"X": [[1, 2], [3]]})", "schools.json")); }),
      library("a name used twice",
              [] {
                Model m;
                m.param("mu", normal(0, 1));
                m.param("mu", normal(0, 1));
                return Result<void>();
              }),
      library("a name of data put in the place of what is not declared yet",
              [] {
                Model m;
                m.replace("y", Numbers{1});
                return Result<void>();
              }),
      library("a parameter of another model",
              [] {
                Model m, other;
                m.observe("y", normal(other.param("mu", normal(0, 1)), 1), Numbers{1});
                return Result<void>();
              }),
      library("a value used before it is declared, in a program's text",
              [] {
                return read_program(
                    "density (%u.0 : vector[1]) {\n  %1 : real = exp %2\n  yield %1\n}\n");
              }),
  };
}

}  // namespace tyche::bad_input
