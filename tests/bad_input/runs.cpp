// Densities that cannot be sampled, and places that draws cannot be written to.
#include "examples/models/eight_schools.hpp"
#include "tests/bad_input/cases.hpp"
#include "tests/bad_input/small_disk.hpp"
#include "tyche/sinks/csv.hpp"

namespace tyche::bad_input {

Cases cases_of_runs() {
  return {
      library("a density that is -inf everywhere",
              [] {
                Model m;
                const auto x = m.param("x", normal(0, 1));
                m.add(log(where(x < infinity, 0.0, 1.0)));
                return sampled(m);
              }),
      library("a density that is nowhere a number",
              [] {
                Model m;
                m.add(sqrt(-1 - square(m.param("x", normal(0, 1)))));
                return sampled(m);
              }),
      library("a density whose gradient is nowhere a number",
              [] {
                Model m;
                m.add(sqrt(0 * square(m.param("x", normal(0, 1)))));
                return sampled(m);
              }),
      library("a model without parameters", [] { return observed(normal(0, 1), Numbers{1}); }),
      library("a discrete parameter",
              [] {
                Model m;
                m.param("k", poisson(3));
                return sampled(m);
              }),
      library("no chains",
              [] { return whether(try_sample(models::eight_schools(), {.chains = 0})); }),
      program("an unknown demo", "demo nine_schools"),
      program("a folder that cannot be written",
              "demo kidiq --progress none --out /dev/null/draws"),
      program("a folder without draws", "summarize FOLDER"),
      program("a folder that is not there", "summarize FOLDER/none"),
      {"a disk that is full from the start",
       [](const fs::path& folder) {
         fs::create_symlink("/dev/full", folder / "chain_2.csv");
         CsvSink csv(folder);
         return told([&] { return sampled(models::eight_schools_noncentered(), &csv); });
       }},
      {"a disk that is full while sampling",
       [](const fs::path& folder) {
         CsvSink csv(folder);
         const SmallDisk disk(600000);
         return told([&] { return sampled(models::eight_schools_noncentered(), &csv); });
       }},
  };
}

}  // namespace tyche::bad_input
