// What the writer and the reader of CmdStan's CSV agree on: the files and the names of columns.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tyche/base/error.hpp"

namespace tyche {

/// theta[2,1] is theta.2.1 in CmdStan's header.
std::string csv_name(const std::string& flat_name);

/// Every *.csv of a folder, chain_9 before chain_10. An Error where it cannot be read.
Result<std::vector<std::filesystem::path>> csv_files(const std::filesystem::path& folder);

}  // namespace tyche
