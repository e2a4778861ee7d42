// One gradient of Tyche's against hand-written C++ and stanli, on the same data and points: the
// rivals take turns in one run, and a time counts only if they agree. Exits 1 where they do not.
#include <algorithm>
#include <array>
#include <cstdio>

#include "bench/baseline/gradients.hpp"
#include "bench/measure/machine.hpp"
#include "bench/measure/rival.hpp"
#include "bench/measure/row.hpp"
#include "bench/models/models.hpp"
#include "bench/peers/stanli.hpp"

namespace bench {
namespace {

constexpr double tolerance = 1e-9;

Rival tyche_rival(const Density& density) {
  const std::shared_ptr<tyche::Evaluator> one = density->evaluator(1);
  // The evaluator reads the density's arrays.
  return rival("Tyche", density->dimension(), [density, one](const double* u, double* gradient) {
    double log_density;
    one->evaluate(one->context(), u, gradient, &log_density);
    return log_density;
  });
}

/// Two rivals and the work that neither can do without.
struct Duel {
  std::string name;
  const char* peer_name;
  Rival tyche, peer;
  Work work;
};

class Report {
 public:
  /// "times faster", or with `as_time` "times its time"; several duels (seeds): the worst counts.
  void compare(const std::vector<Duel>& duels, bool as_time = false) {
    Row row{.name = std::string("gradient against ") + duels[0].peer_name + ": " + duels[0].name,
            .measured = {},
            .unit = as_time ? "times its time" : "times faster",
            .peer = {},
            .floor = {}};
    for (const Duel& duel : duels) {
      if (!agree(duel)) return;
      const auto ns = contest(std::array{duel.tyche.repeat, duel.peer.repeat});
      const double speed = ns[1] / ns[0], measured = as_time ? 1 / speed : speed;
      if (row.measured && (as_time ? measured <= *row.measured : measured >= *row.measured))
        continue;
      const double best = ns[1] / floor_ns(machine_, duel.work);
      row.measured = measured;
      row.floor = as_time ? 1 / best : best;
      row.peer = told(duel.peer_name, ns[1], "Tyche", ns[0]);
    }
    print(row);
  }

  void lanes(const std::string& name, const Density& density) {
    const auto ns = contest(std::array{gradients(density, 8), tyche_rival(density).repeat});
    print({.name = "gradient of 8 lanes against one chain: " + name,
           .measured = ns[1] / (ns[0] / 8),
           .unit = "times faster a chain",
           .peer = told("one chain", ns[1], "8 lanes", ns[0]),
           .floor = {}});
  }

  void open(const std::string& name, const tyche::Error& error) {
    std::fprintf(stderr, "%s\n", to_string(error).c_str());
    print({.name = "gradient against stanli: " + name,
           .measured = {},
           .unit = "times faster",
           .peer = "stanli: " + error.found,
           .floor = {}});
  }

  /// A model that does not compile leaves its own figures open.
  template <class Comparison>
  void attempt(const Comparison& comparison) try {
    comparison();
  } catch (const tyche::Failure& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    sound_ = false;
  }

  bool sound() const { return sound_; }

 private:
  static std::string told(const char* left, double left_ns, const char* right, double right_ns) {
    char text[100];
    std::snprintf(text, sizeof text, "%s %.4g ns, %s %.4g ns", left, left_ns, right, right_ns);
    return text;
  }

  bool agree(const Duel& duel) {
    const double difference = disagreement(duel.tyche, duel.peer);
    if (difference <= tolerance) return true;
    std::fprintf(stderr, "%s: Tyche and %s differ by %.2g\n", duel.name.c_str(), duel.peer_name,
                 difference);
    return sound_ = false;
  }

  Machine machine_ = measure_machine();
  bool sound_ = true;
};

// Counted per row: elementary functions as floor_ns prices them, then what is left.
constexpr double exp_cost = 15, log_cost = 20, division = 8;

Work regression(double rows, double predictors) {
  return {
      .operations = rows * (2 * predictors + 4), .bytes = rows * (predictors + 1) * 8, .chain = 0};
}

Work logistic_work(double n, double p) {
  return {.operations = n * (2 * p + exp_cost + log_cost + division + 6),
          .bytes = n * (p + 1) * 8,
          .chain = 0};
}

Work volatility_work(double length) {
  return {.operations = length * (exp_cost + log_cost + division + 16),
          .bytes = length * 3 * 8,
          .chain = 0};
}

const Work schools_work{
    .operations = 8 * 8 + exp_cost + log_cost + 2 * division + 10, .bytes = 4 * 10 * 8, .chain = 0};

/// Of the workloads of stanli.hpp.
Work stanli_work(const std::string& name) {
  if (name == "eight_schools_centered") return schools_work;
  if (name == "logistic") return logistic_work(500, 20);
  if (name == "kidiq_momiq") return regression(434, 1);
  if (name == "earnings_interaction") return regression(1192, 3);
  if (name == "nes1980") return regression(701, 8);
  if (name == "arK") return regression(195, 5);
  // The variance's recursion forth and its adjoint's back, one fma each a step.
  if (name == "garch11")
    return {.operations = 200 * (log_cost + division + 12), .bytes = 200 * 8, .chain = 2 * 200};
  return {
      .operations = 1000 * (exp_cost + log_cost + division + 16), .bytes = 1000 * 8, .chain = 0};
}

void against_baseline(Report& report) {
  const std::array seeds = {first_seed, second_seed};
  const auto seeded = [&](auto&& duel) {
    report.attempt([&] {
      std::vector<Duel> duels;
      for (const auto seed : seeds) duels.push_back(duel(seed));
      report.compare(duels);
    });
  };
  for (const int n : {1000, 100000})
    seeded([&](std::uint64_t seed) {
      const auto data = logistic(n, 20, seed);
      return Duel{.name = "logistic " + std::to_string(n) + " x 20",
                  .peer_name = "C++",
                  .tyche = tyche_rival(compiled(data)),
                  .peer = baseline("logistic", 21, data, logistic),
                  .work = logistic_work(n, 20)};
    });
  for (const int length : {100, 3000})
    seeded([&](std::uint64_t seed) {
      const auto data = volatility(length, seed);
      return Duel{.name = "sv " + std::to_string(length),
                  .peer_name = "C++",
                  .tyche = tyche_rival(compiled(data)),
                  .peer = baseline("sv", 2 + length, data, volatility),
                  .work = volatility_work(length)};
    });
  seeded([&](std::uint64_t seed) {
    const auto data = radon(seed);
    return Duel{.name = "radon",
                .peer_name = "C++",
                .tyche = tyche_rival(compiled(data)),
                .peer = baseline("radon", 89, data, radon),
                .work = {.operations = 919 * 8.0, .bytes = 919 * 20.0, .chain = 0}};
  });
}

void schools(Report& report) {
  const auto centered = compiled_schools_centered(), noncentered = compiled_schools_noncentered();
  report.compare({{.name = "eight_schools_centered",
                   .peer_name = "C++",
                   .tyche = tyche_rival(centered),
                   .peer = baseline("centred", 10, eight_schools(), eight_schools_centered),
                   .work = schools_work}},
                 true);
  report.compare({{.name = "eight_schools_noncentered",
                   .peer_name = "C++",
                   .tyche = tyche_rival(noncentered),
                   .peer = baseline("non-centred", 10, eight_schools(), eight_schools_noncentered),
                   .work = schools_work}},
                 true);
  report.lanes("eight_schools_centered", centered);
  report.lanes("eight_schools_noncentered", noncentered);
}

void against_stanli(Report& report, const std::string& name) {
  const auto stan = open_stanli(name);
  if (!stan) return report.open(name, stan.error());
  report.compare({{.name = name,
                   .peer_name = "stanli",
                   .tyche = tyche_rival(compiled_workload(name)),
                   .peer = rival(name, stan->dimension(), *stan),
                   .work = stanli_work(name)}});
}

/// Whether all agreed.
bool report_all() {
  Report report;
  against_baseline(report);
  report.attempt([&] { schools(report); });
  for (const char* name : stanli_workloads) report.attempt([&] { against_stanli(report, name); });
  return report.sound();
}

}  // namespace
}  // namespace bench

int main() { return bench::report_all() ? 0 : 1; }
