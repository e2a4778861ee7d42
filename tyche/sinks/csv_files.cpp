#include "tyche/sinks/csv_files.hpp"

#include <algorithm>

namespace tyche {

namespace fs = std::filesystem;

std::string csv_name(const std::string& flat_name) {
  std::string out;
  for (char c : flat_name) {
    if (c != ']') out += c == '[' || c == ',' ? '.' : c;
  }
  return out;
}

Result<std::vector<fs::path>> csv_files(const fs::path& folder) {
  std::error_code failed, unknown;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->path().extension() == ".csv" && at->is_regular_file(unknown)) {
      files.push_back(at->path());
    }
  }
  if (failed) {
    return std::unexpected(Error{folder.string(), "a folder that can be read", failed.message(),
                                 "name one model's folder in --out, or CmdStan's output folder"});
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    const auto x = a.string(), y = b.string();
    return x.size() != y.size() ? x.size() < y.size() : x < y;
  });
  return files;
}

}  // namespace tyche
