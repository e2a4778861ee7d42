#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

#include "tyche/sinks/csv.hpp"

namespace tyche {
namespace {

namespace fs = std::filesystem;

struct Table {
  std::vector<std::string> names;
  std::vector<double> values;  // [row][name]
  long long skip = 0;          // saved warm-up draws
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  for (std::size_t end; (end = line.find(',', begin)) != std::string::npos; begin = end + 1) {
    cells.push_back(line.substr(begin, end - begin));
  }
  cells.push_back(line.substr(begin));
  return cells;
}

/// The number after `key = ` in a comment such as "#     num_warmup = 1000 (Default)".
bool setting(const std::string& line, const std::string& key, long long& value) {
  const std::size_t at = line.find(key + " = ");
  if (at == std::string::npos) return false;
  const char* begin = line.data() + at + key.size() + 3;
  return std::from_chars(begin, line.data() + line.size(), value).ec == std::errc{};
}

Result<double> cell(const std::string& text, const std::string& where) {
  double x = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), x);
  if (end.ec == std::errc{} && end.ptr == text.data() + text.size()) return x;
  return std::unexpected(Error{where, "a number", "\"" + text + "\"",
                               "the file is damaged or not a CmdStan CSV; remove the line"});
}

Result<Table> read_table(const fs::path& path) {
  std::ifstream file(path);
  Table table;
  std::string line;
  long long warmup = 0, saved = 0;
  for (int number = 1; std::getline(file, line); ++number) {
    if (file.eof()) break;  // no newline: cut short by a crash; what precedes it is used
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    if (line[0] == '#') {
      setting(line, "num_warmup", warmup);
      setting(line, "save_warmup", saved);
      if (line.find("save_warmup = true") != std::string::npos) saved = 1;
      continue;
    }
    const std::vector<std::string> cells = split(line);
    if (table.names.empty()) {
      table.names = cells;
      continue;
    }
    const std::string where = path.string() + ":" + std::to_string(number);
    if (cells.size() != table.names.size()) {
      return std::unexpected(Error{where, std::to_string(table.names.size()) + " columns",
                                   std::to_string(cells.size()), "the line is damaged; remove it"});
    }
    for (const std::string& text : cells) {
      auto x = cell(text, where);
      if (!x) return std::unexpected(x.error());
      table.values.push_back(*x);
    }
  }
  if (table.names.empty()) {
    return std::unexpected(Error{path.string(), "a header line with the names of the columns",
                                 "none", "is this a CmdStan CSV?"});
  }
  if (warmup < 0) {
    return std::unexpected(Error{path.string(), "num_warmup of 0 or more", std::to_string(warmup),
                                 "mend the comment"});
  }
  table.skip = saved ? warmup : 0;
  return table;
}

/// theta[2,1] as CmdStan's header has it: theta.2.1.
std::string dotted(const std::string& name) {
  std::string out;
  for (char c : name) {
    if (c != ']') out += c == '[' || c == ',' ? '.' : c;
  }
  return out;
}

/// Variables from flat names: theta.1, theta.2 -> theta[2]; L.1.1 ... L.2.2 -> L[2,2]. An Error
/// unless these variables have exactly these names, in order.
Result<std::vector<Variable>> variables_of(const std::vector<std::string>& names,
                                           const std::string& where) {
  const auto odd = [&](const std::string& name) {
    return std::unexpected(Error{where, "columns NAME, or NAME.1 to NAME.n in order",
                                 "\"" + name + "\"", "is this a CmdStan CSV?"});
  };
  std::vector<Variable> variables;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const std::size_t dot = name.find('.');
    const std::string base = name.substr(0, dot);
    std::vector<int> index;
    for (std::size_t at = dot; at != std::string::npos; at = name.find('.', at + 1)) {
      index.push_back(std::atoi(name.c_str() + at + 1));
      if (index.back() < 1 || std::size_t(index.back()) > names.size()) return odd(name);
    }
    if (variables.empty() || variables.back().name != base) {
      if (!seen.insert(base).second) return odd(name);
      variables.push_back({base, index});
    }
    variables.back().dims = index;  // names come in order, the last one holds the dims
  }
  std::size_t at = 0;
  for (const Variable& variable : variables) {
    double size = 1;
    for (int dim : variable.dims) size *= dim;
    if (size > double(names.size())) return odd(names[at]);
    for (const std::string& name : flat_names(variable)) {
      if (at == names.size() || dotted(name) != names[at])
        return odd(names[std::min(at, names.size() - 1)]);
      ++at;
    }
  }
  return at == names.size() ? Result<std::vector<Variable>>(variables) : odd(names[at]);
}

}  // namespace

Result<Draws> read_csv(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  }
  if (failed || files.empty()) {
    return std::unexpected(Error{folder.string(), "a folder with one CSV a chain",
                                 failed ? failed.message() : "no *.csv in it",
                                 "name the folder given to --out, or CmdStan's output folder"});
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    const auto x = a.string(), y = b.string();
    return x.size() != y.size() ? x.size() < y.size() : x < y;  // chain_10 after chain_9
  });
  std::vector<Table> tables;
  for (const fs::path& path : files) {
    auto table = read_table(path);
    if (!table) return std::unexpected(table.error());
    if (!tables.empty() && table->names != tables[0].names) {
      return std::unexpected(Error{path.string(), "the columns of " + files[0].string(),
                                   "other names", "summarize one run at a time"});
    }
    tables.push_back(std::move(*table));
  }
  std::vector<std::string> statistics, scalars;
  for (const std::string& name : tables[0].names) {
    (name.ends_with("__") ? statistics : scalars).push_back(name);
  }
  auto variables = variables_of(scalars, files[0].string());
  if (!variables) return std::unexpected(variables.error());
  Draws draws(std::move(*variables), statistics, int(tables.size()));
  for (std::size_t c = 0; c < tables.size(); ++c) {
    const Table& t = tables[c];
    const std::size_t width = t.names.size();
    std::vector<double> values, stats;
    const std::size_t rows = t.values.size() / width;
    for (std::size_t row = std::size_t(t.skip); row < rows; ++row) {
      for (std::size_t k = 0; k < width; ++k) {
        (t.names[k].ends_with("__") ? stats : values).push_back(t.values[row * width + k]);
      }
    }
    const std::size_t kept = rows - std::min(rows, std::size_t(t.skip));
    draws.append(int(c), int(kept), values, stats);
  }
  return draws;
}

}  // namespace tyche
