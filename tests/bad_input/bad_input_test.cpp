// Bad input and what is said of it, word for word: tests/bad_input.golden. With TYCHE_UPDATE_GOLDEN
// set, the file is written anew.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>

#include "examples/models/eight_schools.hpp"
#include "tyche/ir/parse.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/model/json.hpp"
#include "tyche/runtime/sample.hpp"
#include "tyche/sinks/csv.hpp"

namespace tyche {
namespace {

namespace fs = std::filesystem;
using Numbers = std::vector<double>;

const double nan_value = std::numeric_limits<double>::quiet_NaN();

/// A folder of its own, gone afterwards.
struct Folder {
  Folder() {
    std::string name = fs::temp_directory_path() / "tyche_bad_input_XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

/// No file of this process may grow beyond `bytes`: as a full disk, but anywhere.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

/// An Error says all: where, what was expected, what was found, and what to do.
std::string whole(const Error& error) {
  EXPECT_FALSE(error.where.empty()) << to_string(error);
  EXPECT_FALSE(error.expected.empty()) << to_string(error);
  EXPECT_FALSE(error.found.empty()) << to_string(error);
  EXPECT_FALSE(error.remedy.empty()) << to_string(error);
  return to_string(error);
}

/// What the act says, as an Error or thrown; "accepted" if nothing.
std::string told(const std::function<Result<void>()>& act) {
  try {
    const auto done = act();
    return done ? "accepted" : whole(done.error());
  } catch (const Failure& failure) {
    return whole(failure.error());
  }
}

/// Output and exit code of the program `tyche`.
std::string said_by_program(const std::string& words) {
  const std::string command = std::string(TYCHE_PROGRAM) + " " + words + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += char(c);
  const int status = pclose(pipe);
  return text + "exit code " + std::to_string(WEXITSTATUS(status));
}

/// Places and counts that differ from machine to machine are left out.
std::string general(std::string text, const fs::path& folder) {
  const auto replace = [&](const std::string& pattern, const std::string& by) {
    text = std::regex_replace(text, std::regex(pattern), by);
  };
  replace(folder.string(), "FOLDER");
  replace("[^ (]*/([a-z_]+\\.[ch]pp):[0-9]+", "$1:LINE");
  replace("room for [0-9]+ bytes", "room for BYTES bytes");
  replace("[1-9][0-9]* draws of this chain", "DRAWS draws of this chain");
  return text;
}

/// On one thread, so that the chain that fails first is the same each time.
Result<void> sampled(const Model& model, Sink* sink = nullptr) {
  const std::vector<Sink*> sinks(sink ? 1 : 0, sink);
  const auto fit =
      try_sample(model, {.chains = 2, .warmup = 100, .draws = 2000, .threads = 1}, sinks);
  if (!fit) return std::unexpected(fit.error());
  return fit->ended_by ? std::unexpected(*fit->ended_by) : Result<void>();
}

Result<void> observed(const Distribution& d, const Expression& y) {
  Model m;
  m.observe("y", d, y);
  return sampled(m);
}

Result<void> read_program(std::string_view text) {
  const auto program = ir::parse(text);
  if (!program) return std::unexpected(program.error());
  return ir::verify(*program);
}

struct Case {
  std::string what;
  std::function<std::string(const fs::path&)> act;
};

Case library(std::string what, std::function<Result<void>()> act) {
  return {std::move(what), [act = std::move(act)](const fs::path&) { return told(act); }};
}

Case program(std::string what, const std::string& words) {
  return {
      std::move(what), [words](const fs::path& folder) {
        return said_by_program(std::regex_replace(words, std::regex("FOLDER"), folder.string()));
      }};
}

const std::vector<Case>& cases_of_data() {
  static const std::vector<Case> cases = {
      library("NaN observed", [] { return observed(normal(0, 1), Numbers{1, nan_value}); }),
      library("infinity observed", [] { return observed(normal(0, 1), Numbers{infinity, 1}); }),
      library("zero where the support is positive",
              [] { return observed(lognormal(0, 1), Numbers{1, 2, 0}); }),
      library("a count below zero", [] { return observed(poisson(2), std::vector<int>{1, -1}); }),
      library("a count that is not whole", [] { return observed(poisson(2), Numbers{1, 2.5}); }),
      library("NaN among the numbers that statements read",
              [] {
                Model m;
                m.data("x", Numbers{1, 2, nan_value});
                return Result<void>();
              }),
      library("infinity put in the place of data",
              [] {
                Model m;
                m.data("x", Numbers{1, 2});
                m.replace("x", Numbers{1, -infinity});
                return Result<void>();
              }),
      library("a distribution and data of other lengths",
              [] {
                Model m;
                const auto mu = m.param("mu", normal(0, 1), 3);
                m.observe("y", normal(mu, 1), Numbers{1, 2});
                return Result<void>();
              }),
      library("operands of other lengths",
              [] {
                Model m;
                const auto a = m.data("a", Numbers{1, 2}), b = m.data("b", Numbers{1, 2, 3});
                m.let("c", a + b);
                return Result<void>();
              }),
      library("other data of another length",
              [] {
                Model m;
                m.data("x", Numbers{1, 2});
                m.replace("x", Numbers{1});
                return Result<void>();
              }),
      library("no data at all", [] { return observed(normal(0, 1), Numbers{}); }),
      library("data of no columns",
              [] {
                Model m;
                m.data("X", Matrix{.rows = 3, .cols = 0});
                return Result<void>();
              }),
  };
  return cases;
}

/// What the language refuses as it is recorded.
const std::vector<Case>& cases_of_statements() {
  static const auto refused = [](std::string what, std::function<void(Model&)> act) {
    return library(std::move(what), [act = std::move(act)] {
      Model m;
      act(m);
      return sampled(m);
    });
  };
  static const std::vector<Case> cases = {
      refused("successes above the trials",
              [](Model& m) {
                const auto n = m.data("n", std::vector<int>{10, 20});
                const auto p = m.param("p", beta(1, 1));
                m.observe("y", binomial(n, p), std::vector<int>{10, 21});
              }),
      refused("trials below zero",
              [](Model& m) {
                const auto n = m.data("n", std::vector<int>{10, -1});
                m.observe("y", binomial(n, m.param("p", beta(1, 1))), std::vector<int>{0, 0});
              }),
      refused("a scale that is not positive", [](Model& m) { m.param("mu", normal(0, -1)); }),
      refused("a scale of zero among data",
              [](Model& m) {
                const auto sigma = m.data("sigma", Numbers{1, 0});
                m.observe("y", normal(m.param("mu", normal(0, 1)), sigma), Numbers{1, 2});
              }),
      refused("a value outside a uniform",
              [](Model& m) { m.observe("y", uniform(0, 1), Numbers{0.5, 1.5}); }),
      refused("ends of an interval in the wrong order",
              [](Model& m) { m.param("x", flat(interval(1, 0))); }),
      refused("a value below a truncation",
              [](Model& m) {
                m.observe("y", truncated(normal(m.param("mu", normal(0, 1)), 1), lower(0)),
                          Numbers{1, -1});
              }),
      refused("a category that is none",
              [](Model& m) { m.observe("y", categorical({0.5, 0.5}), std::vector<int>{0, 2}); }),
      refused("a name with a comma", [](Model& m) { m.param("a,b", normal(0, 1)); }),
      refused("a name that is an element", [](Model& m) { m.param("a[1]", normal(0, 1)); }),
      refused("a name on two lines", [](Model& m) { m.data("a\nb", Numbers{1}); }),
      refused("a name of the sampler's", [](Model& m) { m.let("lp__", 1.0); }),
      refused("an empty name", [](Model& m) { m.param("", normal(0, 1)); }),
      refused("a model that was moved from",
              [](Model& m) {
                const Model taken = std::move(m);
                m.param("x", normal(0, 1));
              }),
      refused("a parameter of a model that is gone",
              [](Model& m) {
                const auto mu = Model().param("mu", normal(0, 1));
                m.param("x", normal(mu, 1));
              }),
      refused("a formula that gives a density for each element",
              [](Model& m) {
                m.param("x",
                        custom(ordered(3), [](const Expression& x) { return -0.5 * square(x); }));
              }),
      refused("NaN among the numbers of a formula",
              [](Model& m) { m.let("z", m.param("x", normal(0, 1)) * Numbers{1, nan_value}); }),
      refused("a matrix with too few values",
              [](Model& m) { m.data("X", Matrix{.rows = 2, .cols = 2, .values = {1, 2, 3}}); }),
      refused("a body that returns too little",
              [](Model& m) {
                const auto x = m.param("x", normal(0, 1));
                m.loop(3, {x, x}, [](const Index&, const std::vector<Expression>& carried) {
                  return std::vector{carried[0]};
                });
              }),
      refused("an empty distribution", [](Model& m) { m.param("x", Distribution()); }),
      refused("an empty support", [](Model& m) { m.param("x", flat(Support())); }),
      refused("an index beyond the end",
              [](Model& m) { m.let("z", m.param("x", normal(0, 1), 3)[3]); }),
      refused("data as an index beyond the end",
              [](Model& m) {
                const auto g = m.data("g", std::vector<int>{0, 2, 3});
                const auto a = m.param("a", normal(0, 1), 3);
                m.observe("y", normal(a[g], 1), Numbers{1, 2, 3});
              }),
      refused("data as an index below zero, in a plate",
              [](Model& m) {
                const auto g = m.data("g", std::vector<int>{1, 0, 3});
                const auto y = m.data("y", Numbers{1, 2, 3});
                const auto a = m.param("a", normal(0, 1), 3);
                m.plate(3, [&](const Index& n) { m.observe("y", normal(a[g[n] - 1], 1), y[n]); });
              }),
      refused("a plate longer than what it reads",
              [](Model& m) {
                const auto a = m.param("a", normal(0, 1), 3);
                m.plate(4, [&](const Index& n) { m.add(-square(a[n])); });
              }),
      refused("an index put in the place of others",
              [](Model& m) {
                const auto g = m.data("g", std::vector<int>{0, 2, 1});
                const auto a = m.param("a", normal(0, 1), 3);
                m.observe("y", normal(a[g], 1), Numbers{1, 2, 3});
                m.replace("g", std::vector<int>{0, 2, 5});
              }),
      refused("a parameter of more elements than fit",
              [](Model& m) { m.param("x", normal(0, 1), 2000000000); }),
      refused("a parameter with rows and columns of more elements than fit",
              [](Model& m) { m.param("x", normal(0, 1), 2000000000, 2000000000); }),
      refused("a simplex of more elements than fit",
              [](Model& m) { m.param("x", flat(simplex(2000000000))); }),
      refused("a plate of more iterations than fit",
              [](Model& m) {
                const auto x = m.param("x", normal(0, 1));
                m.plate(2000000000, [&](const Index&) { m.add(-square(x)); });
              }),
      refused("parameters in plates of more iterations than fit",
              [](Model& m) {
                m.plate(100000, [&](const Index&) {
                  m.plate(1000, [&](const Index&) { m.param("x", normal(0, 1)); });
                });
              }),
      refused("a loop of more iterations than fit",
              [](Model& m) {
                const auto x = m.param("x", normal(0, 1));
                m.loop(2000000000, x, [](const Index&, const Expression& s) { return s + 1; });
              }),
      refused("a matrix product of other lengths",
              [](Model& m) {
                const auto X = m.data("X", Matrix{.rows = 2, .cols = 1, .values = {1, 2}});
                m.let("z", X * m.param("b", normal(0, 1), 3));
              }),
      refused("a value of a plate outside it",
              [](Model& m) {
                Expression kept = 0.0;
                m.plate(2, [&](const Index&) { kept = m.param("x", normal(0, 1)); });
                m.let("z", kept);
              }),
      refused("a number where a condition is asked for",
              [](Model& m) { m.let("z", where(m.param("x", normal(0, 1)), 1.0, 0.0)); }),
  };
  return cases;
}

/// Vectors and matrices that are wrong as a whole.
const std::vector<Case>& cases_of_wholes() {
  static const auto refused = [](std::string what, std::function<void(Model&)> act) {
    return library(std::move(what), [act = std::move(act)] {
      Model m;
      act(m);
      return sampled(m);
    });
  };
  static const auto seen = [](std::string what, std::function<Distribution()> d, Expression y) {
    return refused(std::move(what), [=](Model& m) {
      m.param("mu", normal(0, 1));
      m.observe("y", d(), y);
    });
  };
  static const std::vector<Case> cases = {
      refused("weights of a mixture that do not sum to 1",
              [](Model& m) {
                const auto mu = m.param("mu", normal(0, 1));
                m.observe("y", mixture({0.5, 0.6}, {normal(mu, 1), normal(0, 2)}), Numbers{1, 2});
              }),
      refused("probabilities that do not sum to 1",
              [](Model& m) {
                const auto p = m.data("p", Numbers{0.2, 0.2, 0.2});
                m.param("mu", normal(0, 1));
                m.observe("y", categorical(p), std::vector<int>{0, 1});
              }),
      refused("a row of probabilities that does not sum to 1",
              [](Model& m) {
                const auto p =
                    m.data("P", Matrix{.rows = 2, .cols = 2, .values = {0.5, 0.1, 0.5, 0.8}});
                m.param("mu", normal(0, 1));
                m.observe("y", categorical(p), std::vector<int>{0, 1});
              }),
      refused("probabilities put in the place of others",
              [](Model& m) {
                m.param("mu", normal(0, 1));
                m.observe("y", categorical(m.data("p", Numbers{0.5, 0.5})), std::vector<int>{0, 1});
                m.replace("p", Numbers{0.5, 0.6});
              }),
      seen(
          "a dirichlet's value that is no simplex", [] { return dirichlet({1, 1, 1}); },
          Numbers{0.2, 0.3, 0.4}),
      seen(
          "a value that is not ordered", [] { return flat(ordered(3)); }, Numbers{1, 3, 2}),
      seen(
          "a value that is not positive", [] { return flat(positive_ordered(2)); }, Numbers{-1, 2}),
      seen(
          "a value below zero in a simplex", [] { return flat(simplex(2)); }, Numbers{-0.5, 1.5}),
      seen(
          "a factor with a negative diagonal", [] { return flat(cholesky_covariance(2)); },
          Matrix{.rows = 2, .cols = 2, .values = {1, 0.5, 0, -1}}),
      seen(
          "a factor of no correlations", [] { return flat(cholesky_correlation(2)); },
          Matrix{.rows = 2, .cols = 2, .values = {1, 0.5, 0, 0.5}}),
      refused("a factor of a covariance that is not triangular",
              [](Model& m) {
                const auto L =
                    m.data("L", Matrix{.rows = 2, .cols = 2, .values = {1, 0.5, 0.5, 1}});
                m.param("x", multi_normal_cholesky({0, 0}, L));
              }),
      refused("a condition as a density",
              [](Model& m) {
                m.param("x", custom(real_line(), [](const Expression& x) { return x > 0; }));
              }),
      refused("a condition that is added", [](Model& m) { m.add(m.param("x", normal(0, 1)) > 0); }),
      refused("a truncation to a support that has no bounds",
              [](Model& m) { m.param("x", truncated(normal(0, 1), positive())); }),
      refused("a mixture of nothing",
              [](Model& m) { m.param("x", mixture(Numbers{}, std::vector<Distribution>{})); }),
      refused("a simplex of one", [](Model& m) { m.param("x", flat(simplex(1))); }),
  };
  return cases;
}

const std::vector<Case>& cases_of_names() {
  static const std::vector<Case> cases = {
      library("data that the file lacks",
              [] {
                reals(*parse_json(R"({"sigma": [1, 2]})", "schools.json"), "y");
                return Result<void>();
              }),
      library("data that the program lacks",
              [] {
                const Model m = models::eight_schools();
                const auto compiled = Posterior::create(m.program(), ir::DataSet());
                return compiled ? Result<void>() : std::unexpected(compiled.error());
              }),
      library("no file of data",
              [] {
                const auto data = read_json("/nowhere/data.json");
                return data ? Result<void>() : std::unexpected(data.error());
              }),
      library("a file that is not JSON",
              [] {
                const auto data = parse_json(R"({"y": [1, )", "schools.json");
                return data ? Result<void>() : std::unexpected(data.error());
              }),
      library("rows of other lengths",
              [] {
                const auto data = parse_json(R"({"X": [[1, 2], [3]]})", "schools.json");
                return data ? Result<void>() : std::unexpected(data.error());
              }),
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
  return cases;
}

const std::vector<Case>& cases_of_runs() {
  static const std::vector<Case> cases = {
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
              [] {
                const auto fit = try_sample(models::eight_schools(), {.chains = 0});
                return fit ? Result<void>() : std::unexpected(fit.error());
              }),
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
  return cases;
}

Case setting(std::string what, SampleSettings settings) {
  return library("setting: " + what, [settings]() -> Result<void> {
    const auto fit = try_sample(models::eight_schools(), settings);
    return fit ? Result<void>() : std::unexpected(fit.error());
  });
}

/// The environment asks for a level that there is not, during the act.
Case of_unknown_level(std::string what, std::function<Result<void>()> act) {
  return library(std::move(what), [act = std::move(act)] {
    const char* before = std::getenv("TYCHE_CPU");
    const std::optional<std::string> kept =
        before ? std::optional<std::string>(before) : std::nullopt;
    setenv("TYCHE_CPU", "avx9", 1);
    auto told = act();
    kept ? setenv("TYCHE_CPU", kept->c_str(), 1) : unsetenv("TYCHE_CPU");
    return told;
  });
}

Result<void> compiled(const CompileSettings& settings) {
  const auto posterior = try_compile(models::eight_schools(), settings);
  return posterior ? Result<void>() : std::unexpected(posterior.error());
}

/// One wrong number among the variances of eight schools.
Numbers ten(double wrong) {
  Numbers variances(10, 1);
  variances[6] = wrong;
  return variances;
}
/// A matrix of ones on the diagonal, with one pair beside it.
Numbers ten_by_ten(double below, double above) {
  Numbers m(100);
  for (std::size_t i = 0; i < 10; ++i) m[i * 11] = 1;
  m[1 * 10 + 0] = below;
  m[0 * 10 + 1] = above;
  return m;
}

/// Eight schools, from a fit of another model.
Case started_from(std::string what, Model (*earlier)(), SampleSettings settings) {
  return library("warm start: " + what, [earlier, settings]() -> Result<void> {
    const Fit fit = sample(earlier(), {.chains = 2, .warmup = 100, .draws = 10});
    SampleSettings warm = settings;
    warm.warm_start = &fit.state;
    const auto more = try_sample(models::eight_schools(), warm);
    return more ? Result<void>() : std::unexpected(more.error());
  });
}

Model eight_schools() { return models::eight_schools(); }

Model other_schools() {
  Model m;
  const auto mu = m.param("mu", normal(0, 5));
  const auto tau = m.param("tau", half_cauchy(5));
  const auto theta = m.param("theta", normal(mu, tau), 3);
  m.observe("y", normal(theta, 1), Numbers{1, 2, 3});
  m.param("nu", normal(0, 1));
  return m;
}

Result<void> extended(std::int64_t draws, bool early) {
  CancelSource cancel;
  if (early) cancel.request();
  auto fit = try_sample(models::eight_schools(), {.chains = 2, .warmup = 100, .draws = 10}, {},
                        cancel.token());
  if (!fit) return std::unexpected(fit.error());
  const auto more = try_extend(std::move(*fit), draws);
  return more ? Result<void>() : std::unexpected(more.error());
}

/// What a run says that cannot become good enough: a quantity is never a number.
std::string never_enough(const fs::path&) {
  Model m;
  const auto x = m.param("x", normal(0, 1));
  m.let("root", sqrt(-1 - square(x)));
  const Fit fit =
      sample(m, {.warmup = 200, .until = {.ess = 5, .rhat = 1.5}, .max_draws = 200, .seed = 1});
  return advice(fit).front();
}

const std::vector<Case>& cases_of_settings() {
  static const std::vector<Case> cases = {
      setting("warmup below zero", {.warmup = -1}),
      setting("draws below zero", {.draws = -5}),
      setting("target acceptance of one", {.target_accept = 1}),
      setting("target acceptance that is no number", {.target_accept = nan_value}),
      setting("no depth", {.max_depth = 0}),
      setting("depth beyond the sampler's memory", {.max_depth = 11}),
      setting("a trajectory without length", {.trajectory_length = 0}),
      setting("a trajectory without end", {.trajectory_length = 1e7}),
      setting("a bound on the energy error of zero", {.max_step_error = 0}),
      setting("halvings below zero", {.max_halvings = -1}),
      setting("halvings beyond counting", {.max_halvings = 21}),
      setting("threads below zero", {.threads = -1}),
      setting("an effective size below zero to go on until", {.until = {.ess = -1}}),
      setting("an R-hat of one to go on until", {.until = {.rhat = 1}}),
      setting("an R-hat of one chain", {.chains = 1, .until = {.rhat = 1.01}}),
      setting("time below zero", {.until = {.time = std::chrono::seconds(-1)}}),
      setting("most draws below zero", {.until = {.ess = 400}, .max_draws = -1}),
      setting("most draws without anything to go on until", {.max_draws = 100}),
      {"what can never be met to go on until", never_enough},
      setting("a metric of another size", {.inverse_metric = {1, 2, 3}}),
      setting("a variance that is not positive", {.inverse_metric = ten(0)}),
      setting("a variance that is no number", {.inverse_metric = ten(nan_value)}),
      setting("a metric that is not symmetric",
              {.metric = Metric::dense, .inverse_metric = ten_by_ten(0.5, 0.25)}),
      setting("a metric that is not positive definite",
              {.metric = Metric::dense, .inverse_metric = ten_by_ten(2, 2)}),
      setting("a matrix for a diagonal metric",
              {.metric = Metric::diagonal, .inverse_metric = ten_by_ten(0.5, 0.5)}),
      setting("variances for a unit metric", {.metric = Metric::unit, .inverse_metric = ten(1)}),
      setting("tokens for other chains", {.stop_chain = std::vector<CancelToken>(3)}),
      started_from("another model", other_schools, {}),
      started_from("another metric", eight_schools, {.metric = Metric::dense}),
      started_from("no warm-up to fall back on", eight_schools, {.warmup = 10}),
      library("extend: draws below zero", [] { return extended(-1, false); }),
      library("extend: more draws than can be counted", [] { return extended(2147483647, false); }),
      library("extend: a chain that was stopped in its warm-up", [] { return extended(10, true); }),
      library("setting: lanes that no code has", [] { return compiled({.lanes = 3}); }),
      library("setting: an evaluator of lanes that no code has",
              [] {
                compile(models::eight_schools())->evaluator(4);
                return Result<void>();
              }),
      of_unknown_level("setting: TYCHE_CPU that names no level, compiling",
                       [] { return compiled({}); }),
      of_unknown_level("setting: TYCHE_CPU that names no level, sampling",
                       [] { return sampled(models::eight_schools()); }),
      program("setting: a kernel that there is not", "demo kidiq --kernel gibbs"),
      program("setting: a mapping that there is not", "demo kidiq --mapping sideways"),
  };
  return cases;
}

Result<void> rebound(const std::string& name, Numbers values) {
  Model m;
  const auto x = m.data("x", Numbers{1, 2});
  m.observe("y", lognormal(m.param("mu", normal(0, 1)) * x, 1), Numbers{1, 2});
  const auto n = std::int64_t(values.size());
  return compile(m)->rebind(name, {.type = ir::Type::vector(n), .reals = std::move(values)});
}

const std::vector<Case>& cases_of_rebinding() {
  static const std::vector<Case> cases = {
      library("rebind: data that there are not", [] { return rebound("z", {1, 2}); }),
      library("rebind: another shape", [] { return rebound("x", {1, 2, 3}); }),
      library("rebind: a number that is not finite", [] { return rebound("x", {1, nan_value}); }),
      library("rebind: a number outside the support", [] { return rebound("y", {-1, 1}); }),
  };
  return cases;
}

TEST(BadInput, EachIsToldAsTheGoldenTableSays) {
  std::string all;
  for (const auto* cases :
       {&cases_of_data(), &cases_of_statements(), &cases_of_wholes(), &cases_of_names(),
        &cases_of_runs(), &cases_of_settings(), &cases_of_rebinding()}) {
    for (const auto& [what, act] : *cases) {
      const Folder folder;
      all += "## " + what + "\n" + general(act(folder.path), folder.path) + "\n\n";
    }
  }
  const std::string path = TYCHE_TEST_DATA "/bad_input.golden";
  if (std::getenv("TYCHE_UPDATE_GOLDEN")) std::ofstream(path) << all;
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(all, golden.str());
  EXPECT_EQ(all.find("accepted"), std::string::npos);
}

TEST(BadInput, WhatAFullDiskHadTakenIsRead) {
  const Folder folder;
  CsvSink csv(folder.path);
  std::string message;
  {
    const SmallDisk disk(600000);
    message = told([&] { return sampled(models::eight_schools_noncentered(), &csv); });
  }
  std::smatch found;
  ASSERT_TRUE(
      std::regex_search(message, found, std::regex("chain_([12]).csv: (?:.|\n)*; ([0-9]+) draws")))
      << message;
  const int safe = std::stoi(found[2]);
  EXPECT_GT(safe, 0);
  const auto read = read_csv(folder.path);
  ASSERT_TRUE(read) << to_string(read.error());
  const Draws& draws = read->draws;
  EXPECT_GE(draws.draws(std::stoi(found[1]) - 1), safe);

  const auto whole =
      try_sample(models::eight_schools_noncentered(), {.chains = 2, .warmup = 100, .draws = 2000});
  ASSERT_TRUE(whole);
  for (int c = 0; c < 2; ++c) {
    for (int n = 0; n < draws.draws(c); ++n) {
      ASSERT_EQ(draws.row(c, n), whole->draws.row(c, n)) << "chain " << c << ", draw " << n;
    }
  }
}

}  // namespace
}  // namespace tyche
