#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>

#include "tyche/sinks/csv.hpp"
#include "tyche/sinks/csv_files.hpp"

namespace tyche {
namespace {

namespace fs = std::filesystem;

/// What the comments say that changes how the draws are read.
struct Settings {
  std::int64_t warmup = 0, thin = 1, max_depth = 10;
  bool saved = false;

  /// A comment such as "#     num_warmup = 1000 (Default)".
  void read(std::string_view comment) {
    const auto value = [comment](std::string_view key) -> std::optional<std::string_view> {
      const std::size_t at = comment.find_first_not_of("# ");
      if (at == comment.npos || !comment.substr(at).starts_with(key)) return std::nullopt;
      const std::string_view rest = comment.substr(at + key.size());
      return rest.starts_with(" = ") ? std::optional(rest.substr(3)) : std::nullopt;
    };
    const auto whole = [&](std::string_view key, std::int64_t& to) {
      if (const auto text = value(key)) std::from_chars(text->begin(), text->end(), to);
    };
    whole("num_warmup", warmup);
    whole("thin", thin);
    whole("max_depth", max_depth);
    if (const auto text = value("save_warmup")) {
      saved = text->starts_with("1") || text->starts_with("true");
    }
  }

  /// CmdStan saves the first of every `thin` iterations.
  std::int64_t saved_warmup() const { return saved ? (warmup + thin - 1) / thin : 0; }
};

struct Table {
  std::vector<std::string> names;
  std::vector<double> values;  // [row][name]
  Settings settings;
  bool cut = false;  // in its last line

  std::size_t rows() const { return values.size() / names.size(); }
  /// The first row of the sampling phase.
  std::size_t first() const {
    return std::min(rows(), static_cast<std::size_t>(settings.saved_warmup()));
  }
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

Result<double> cell(const std::string& text, const std::string& where) {
  double x = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), x);
  if (end.ec == std::errc{} && end.ptr == text.data() + text.size()) return x;
  return std::unexpected(Error{where, "a number", "\"" + text + "\"",
                               "the file is damaged or not a CmdStan CSV; remove the line"});
}

Result<void> append_row(const std::string& line, const std::string& where, Table& table) {
  const std::vector<std::string> cells = split(line);
  if (cells.size() != table.names.size()) {
    return std::unexpected(Error{where, std::to_string(table.names.size()) + " columns",
                                 std::to_string(cells.size()), "the line is damaged; remove it"});
  }
  for (const std::string& text : cells) {
    const auto x = cell(text, where);
    if (!x) return std::unexpected(x.error());
    table.values.push_back(*x);
  }
  return {};
}

Result<void> check(const Table& table, const fs::path& path) {
  if (table.names.empty()) {
    return std::unexpected(Error{path.string(), "a header line with the names of the columns",
                                 "none", "is this a CmdStan CSV?"});
  }
  const Settings& s = table.settings;
  constexpr std::int64_t most = std::int64_t{1} << 31;
  const auto wrong = [&](const char* expected, std::int64_t found) {
    return std::unexpected(
        Error{path.string(), expected, std::to_string(found), "mend the comment"});
  };
  if (s.warmup < 0 || s.warmup > most) return wrong("num_warmup of 0 or more", s.warmup);
  if (s.thin < 1 || s.thin > most) return wrong("thin of 1 or more", s.thin);
  return {};
}

Result<Table> read_table(const fs::path& path) {
  errno = 0;
  std::ifstream file(path);
  const auto unreadable = [&] {
    return std::unexpected(Error{path.string(), "a file that can be read", std::strerror(errno),
                                 "check its permissions and the disk"});
  };
  if (!file) return unreadable();
  Table table;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (file.eof()) {  // no newline: cut short by a crash; what precedes it is used
      table.cut = true;
      break;
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    if (line[0] == '#') {
      table.settings.read(line);
    } else if (table.names.empty()) {
      table.names = split(line);
    } else {
      const std::string where = path.string() + ":" + std::to_string(number);
      if (auto done = append_row(line, where, table); !done) return std::unexpected(done.error());
    }
  }
  if (file.bad()) return unreadable();
  if (auto sound = check(table, path); !sound) return std::unexpected(sound.error());
  return table;
}

std::unexpected<Error> odd_column(const std::string& where, const std::string& name) {
  return std::unexpected(Error{where, "columns NAME, or NAME.1 to NAME.n in order",
                               "\"" + name + "\"", "is this a CmdStan CSV?"});
}

/// Indices of theta.2.1: 2 and 1. None where they are no numbers from 1 to `most`.
std::optional<std::vector<int>> indices_of(const std::string& name, std::size_t most) {
  std::vector<int> index;
  for (std::size_t at = name.find('.'); at != std::string::npos; at = name.find('.', at + 1)) {
    index.push_back(std::atoi(name.c_str() + at + 1));
    if (index.back() < 1 || std::size_t(index.back()) > most) return std::nullopt;
  }
  return index;
}

/// Variables from names of columns: theta.1, theta.2 -> theta[2]; L.1.1 ... L.2.2 -> L[2,2]. An
/// Error unless these variables have exactly these names, in order.
Result<std::vector<Variable>> variables_of(const std::vector<std::string>& names,
                                           const std::string& where) {
  std::vector<Variable> variables;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const std::string base = name.substr(0, name.find('.'));
    const auto index = indices_of(name, names.size());
    if (!index) return odd_column(where, name);
    if (variables.empty() || variables.back().name != base) {
      if (!seen.insert(base).second) return odd_column(where, name);
      variables.push_back({base, {}});
    }
    variables.back().dims = *index;  // names come in order, the last one holds the dims
  }
  std::size_t at = 0;
  for (const Variable& variable : variables) {
    double size = 1;
    for (int dim : variable.dims) size *= dim;
    if (size > double(names.size())) return odd_column(where, names[at]);
    for (const std::string& name : flat_names(variable)) {
      if (at == names.size() || csv_name(name) != names[at]) {
        return odd_column(where, names[std::min(at, names.size() - 1)]);
      }
      ++at;
    }
  }
  if (at != names.size()) return odd_column(where, names[at]);
  return variables;
}

Result<std::vector<Table>> read_tables(const std::vector<fs::path>& files) {
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
  return tables;
}

bool is_statistic(const std::string& name) { return name.ends_with("__"); }

void append(const Table& table, int chain, Draws& draws) {
  const std::size_t width = table.names.size();
  std::vector<double> values, stats;
  for (std::size_t row = table.first(); row < table.rows(); ++row) {
    for (std::size_t k = 0; k < width; ++k) {
      (is_statistic(table.names[k]) ? stats : values).push_back(table.values[row * width + k]);
    }
  }
  draws.append(chain, int(table.rows() - table.first()), values, stats);
}

std::vector<std::string> notes_of(const Table& table, const fs::path& path) {
  std::vector<std::string> notes;
  const std::string file = path.filename().string();
  const std::string kept = std::to_string(table.rows() - table.first()) + " draws before it";
  if (table.cut) {
    notes.push_back(file +
                    ": its last line has no end and was left out, as a file cut short by a "
                    "crash or a full disk has; the " +
                    kept + " are used.");
  }
  if (table.rows() < std::size_t(table.settings.saved_warmup())) {
    notes.push_back(file + ": it ends in the warm-up, of which no draw is used.");
  }
  return notes;
}

}  // namespace

Result<CsvRun> read_csv(const fs::path& folder) {
  const auto files = csv_files(folder);
  if (!files || files->empty()) {
    return std::unexpected(Error{folder.string(), "a folder with one CSV a chain",
                                 files ? "no *.csv in it" : files.error().found,
                                 "name one model's folder in --out, or CmdStan's output folder"});
  }
  const auto tables = read_tables(*files);
  if (!tables) return std::unexpected(tables.error());
  std::vector<std::string> statistics, scalars;
  for (const std::string& name : tables->front().names) {
    (is_statistic(name) ? statistics : scalars).push_back(name);
  }
  auto variables = variables_of(scalars, files->front().string());
  if (!variables) return std::unexpected(variables.error());
  CsvRun run{.draws = Draws(std::move(*variables), statistics, int(tables->size())),
             .max_depth = int(tables->front().settings.max_depth)};
  for (std::size_t c = 0; c < tables->size(); ++c) {
    append((*tables)[c], int(c), run.draws);
    for (std::string& note : notes_of((*tables)[c], (*files)[c])) {
      run.notes.push_back(std::move(note));
    }
  }
  return run;
}

}  // namespace tyche
