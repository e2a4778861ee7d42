// A Stan program as a program that samples on request, by Stan's own services at their defaults.
// Linked with what stanc made of the model. driver DATA CHAIN_WARMUP; then a line "SEED DRAWS FILE"
// in, a JSON line about the run out. The phases are timed apart.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stan/callbacks/writer.hpp>
#include <stan/io/empty_var_context.hpp>
#include <stan/io/json/json_data.hpp>
#include <stan/model/model_base.hpp>
#include <stan/services/sample/hmc_nuts_diag_e_adapt.hpp>

stan::model::model_base& new_model(stan::io::var_context& data, unsigned int seed,
                                   std::ostream* messages);

namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// Keeps every row that the sampler writes, and when the first and the last came.
class Rows : public stan::callbacks::writer {
 public:
  using stan::callbacks::writer::operator();
  void operator()(const std::vector<std::string>& names) override { names_ = names; }
  void operator()(const std::vector<double>& row) override {
    last_ = Clock::now();
    if (values_.empty()) first_ = last_;
    values_.insert(values_.end(), row.begin(), row.end());
  }

  std::size_t count() const { return values_.size() / names_.size(); }
  double at(std::size_t row, std::size_t column) const {
    return values_[row * names_.size() + column];
  }
  const std::vector<std::string>& names() const { return names_; }

  // The first draw was under way before the first row came.
  double sampling_seconds() const {
    const double n = static_cast<double>(count());
    return seconds(first_, last_) * n / (n - 1);
  }

  double total(const std::string& name) const {
    double sum = 0;
    for (std::size_t k = 0; k < names_.size(); ++k)
      for (std::size_t row = 0; names_[k] == name && row < count(); ++row) sum += at(row, k);
    return sum;
  }

 private:
  std::vector<std::string> names_;
  std::vector<double> values_;
  Clock::time_point first_, last_;
};

// theta.1 as theta[1].
std::string with_brackets(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return name;
  std::string indices = name.substr(dot + 1);
  for (char& c : indices)
    if (c == '.') c = ',';
  return name.substr(0, dot) + "[" + indices + "]";
}

void write(const Rows& rows, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  std::string names;
  std::vector<std::size_t> columns;
  for (std::size_t k = 0; k < rows.names().size(); ++k) {
    const std::string& name = rows.names()[k];
    if (name.size() > 2 && name.substr(name.size() - 2) == "__") continue;
    names += (columns.empty() ? "\"" : ", \"") + with_brackets(name) + "\"";
    columns.push_back(k);
  }
  file << "{\"names\": [" << names << "], \"chains\": 1, \"draws\": " << rows.count() << "}\n";
  for (const std::size_t k : columns) {
    for (std::size_t row = 0; row < rows.count(); ++row) {
      const double x = rows.at(row, k);
      file.write(reinterpret_cast<const char*>(&x), sizeof x);
    }
  }
}

int run(stan::model::model_base& model, unsigned seed, int warmup, int draws,
        const std::string& path) {
  stan::io::empty_var_context start;
  stan::callbacks::writer silent;
  stan::callbacks::logger unheard;
  stan::callbacks::interrupt never;
  Rows rows;
  const Clock::time_point begin = Clock::now();
  const int code = stan::services::sample::hmc_nuts_diag_e_adapt(
      model, start, seed, 1, 2.0, warmup, draws, 1, false, 0, 1.0, 0.0, 10, 0.8, 0.05, 0.75, 10.0,
      75, 50, 25, never, unheard, silent, rows, silent);
  if (code != 0) return code;
  const double all = seconds(begin, Clock::now());
  write(rows, path);
  std::printf(
      "{\"leapfrogs\": %.0f, \"seconds\": %.9f, \"sampling_seconds\": %.9f, \"divergent\": %.0f}\n",
      rows.total("n_leapfrog__"), all, rows.sampling_seconds(), rows.total("divergent__"));
  std::fflush(stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream file(argv[1]);
  stan::json::json_data data(file);
  stan::model::model_base& model = new_model(data, 1, &std::cerr);
  std::printf("{}\n");
  std::fflush(stdout);
  unsigned seed;
  int draws;
  std::string path;
  while (std::cin >> seed >> draws >> path)
    if (const int code = run(model, seed, std::atoi(argv[2]), draws, path)) return code;
}
