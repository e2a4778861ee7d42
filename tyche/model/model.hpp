// The model: statements in C++ that record a program, and the data that they name.
#pragma once
#include <concepts>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tyche/ir/program.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/model/distribution.hpp"
#include "tyche/model/expression.hpp"

namespace tyche {

class Recorder;
struct Shape;
struct Stated;

/// Statements are recorded in order. Each names what it declares: letters, digits and _, a letter
/// first and no __ last, as Stan and the files of draws take; a name is declared once. A statement
/// that cannot be throws Failure, which names it and the place where it was written.
class Model {
 public:
  using Place = tyche::Place;

  Model();
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  /// A parameter: one value, or as many as the distribution's parameters have elements.
  Expression param(const std::string& name, const Distribution& d, Place at = Place::current());
  /// n, or rows x cols, independent values.
  Expression param(const std::string& name, const Distribution& d, std::int64_t n,
                   Place at = Place::current());
  Expression param(const std::string& name, const Distribution& d, std::int64_t rows,
                   std::int64_t cols, Place at = Place::current());

  /// What was seen. `y`: numbers, `data` of the same name, or (inside plates and loops) the element
  /// of such data at their indices: then it can be predicted and replaced. Of any other expression
  /// the log density alone enters, as a likelihood.
  void observe(const std::string& name, const Distribution& d, const Expression& y,
               Place at = Place::current());

  /// Numbers that statements read, finite and at least one; integers if they come from a
  /// std::vector<int>. `replace` puts others of the same shape.
  Expression data(const std::string& name, const Expression& values, Place at = Place::current());
  void replace(const std::string& name, const Expression& values, Place at = Place::current());

  /// A quantity to record with each draw.
  Expression let(const std::string& name, const Expression& e, Place at = Place::current());

  /// Adds to the log density: a likelihood (of one observation an element) if it reads data, else a
  /// prior.
  void add(const Expression& log_density, Place at = Place::current());
  void add(const Expression& log_density, ir::Role role, Place at = Place::current());

  /// n iterations that do not see each other: `body(i)` makes statements, and may return an
  /// expression; then the plate is the array of them.
  template <class Body>
  auto plate(std::int64_t n, const Body& body, Place at = Place::current()) {
    if constexpr (std::is_void_v<std::invoke_result_t<Body, Index>>) {
      run_plate(n, 0, [&](const Index& i) { return body(i), std::vector<Expression>{}; }, at);
    } else {
      return run_plate(
          n, 1, [&](const Index& i) { return std::vector{Expression(body(i))}; }, at)[0];
    }
  }

  /// n iterations in turn: `body(i, carried)` returns what the next one is given; the loop is what
  /// the last one returned.
  template <class Body>
  Expression loop(std::int64_t n, const Expression& first, const Body& body,
                  Place at = Place::current()) {
    return run_steps(
        n, {first},
        [&](const Index& i, const std::vector<Expression>& carried) {
          return std::vector{Expression(body(i, carried[0]))};
        },
        Steps::loop, at)[0];
  }

  /// The same with several values carried.
  template <class Body>
  std::vector<Expression> loop(std::int64_t n, const std::vector<Expression>& first,
                               const Body& body, Place at = Place::current()) {
    return run_steps(n, first, body, Steps::loop, at);
  }

  /// A loop kept whole, as a filter reads it: `body(t, carried)` returns the pair (next carried,
  /// output); the scan is the pair (last carried, array of outputs).
  template <class Body>
  std::pair<Expression, Expression> scan(std::int64_t n, const Expression& first, const Body& body,
                                         Place at = Place::current()) {
    const auto results = run_steps(
        n, {first},
        [&](const Index& t, const std::vector<Expression>& carried) {
          const std::pair<Expression, Expression> step = body(t, carried[0]);
          return std::vector{step.first, step.second};
        },
        Steps::scan, at);
    return {results[0], results[1]};
  }

  /// The program so far, verified by nobody yet, and the data that it names.
  const ir::Program& program(Place at = Place::current()) const;
  const ir::DataSet& data(Place at = Place::current()) const;

 private:
  using Plate = std::function<std::vector<Expression>(const Index&)>;
  using Step = std::function<std::vector<Expression>(const Index&, const std::vector<Expression>&)>;
  struct Declared {
    std::string what;  // "param", "data", ...
    Place at;
    std::vector<distributions::Domain> domains = {};  // of data: what its values must be
  };

  enum class Steps { loop, scan };
  std::vector<Expression> run_plate(std::int64_t n, int mapped, const Plate& body, Place at);
  std::vector<Expression> run_steps(std::int64_t n, const std::vector<Expression>& first,
                                    const Step& body, Steps how, Place at);

  Recorder& recorder() const { return *recorder_; }
  /// Throws Failure if the model was moved from.
  void check_alive(const std::string& statement, const Place& at) const;
  void begin(const std::string& statement, const Place& at);
  void declare(const std::string& what, const std::string& name, const Place& at);
  void check_count(std::int64_t n) const;
  /// Of a plate, loop or scan of n with those around it.
  void check_iterations(std::int64_t n) const;
  /// Of a parameter of this shape in the plates and loops around it.
  void check_elements(const Shape& shape) const;
  void check_values(const std::string& name, const ir::Array& values) const;
  void state(Stated statement);
  Expression parameter(const std::string& name, const Distribution& d,
                       std::vector<std::int64_t> dims, const Place& at);
  bool is_element(const std::string& name, const Expression& y) const;
  void observe_choice(const std::string& name, const Distribution& d, const Expression& y);
  void add_terms(const Expression& log_density, ir::Role role, bool normalised);

  std::unique_ptr<Recorder> recorder_;
  std::map<std::string, Declared> declared_;
  std::vector<std::pair<std::string, Expression>> outputs_;
  std::vector<Stated> statements_;  // whose known numbers other data may change
  mutable ir::Program finished_;
  mutable bool stale_ = true;
};

}  // namespace tyche
