// BENCH_PEERS is the folder that prepare.py fills.
#include "bench/peers/stanli.hpp"

#include <fstream>
#include <iterator>

namespace bench {
namespace {

// Empty where there is no such file.
std::string read(const std::string& name) {
  std::ifstream file(std::string(BENCH_PEERS) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

tyche::Result<BridgeStan> open_stanli(const std::string& workload) {
  std::string library = read("library");
  const std::string data = read(workload + ".json");
  if (library.empty() || data.empty())
    return std::unexpected(tyche::Error{.where = "stanli, " + workload,
                                        .expected = std::string("its files in ") + BENCH_PEERS,
                                        .found = "none",
                                        .remedy = "run python3 bench/peers/prepare.py"});
  library.pop_back();  // the end of the line
  return BridgeStan::open(library, data);
}

}  // namespace bench
