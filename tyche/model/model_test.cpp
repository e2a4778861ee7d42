// What the model language refuses, and how it says so.
#include "tyche/model/model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>

#include "tyche/base/error.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/model/json.hpp"

namespace tyche {
namespace {

struct Refusal {
  std::string what;
  std::function<void(Model&)> statement;
  Error expected;  // `where` without the place
};

const double nan_value = std::numeric_limits<double>::quiet_NaN();

const std::vector<Refusal> refusals = {
    {"a name used twice",
     [](Model& m) { m.param("mu", normal(0, 1)); },
     {"param mu", "a name that is declared once", "param mu (FILE:1)", "rename one of the two"}},
    {"a name used for data and a parameter",
     [](Model& m) { m.data("mu", {1, 2}); },
     {"data mu", "a name that is declared once", "param mu (FILE:1)", "rename one of the two"}},
    {"lengths that differ in an operation",
     [](Model& m) {
       const auto a = m.data("a", {1, 2, 3});
       m.observe("y", normal(a + m.data("b", {1, 2}), 1), {1, 2, 3});
     },
     {"observe y", "operands of one shape, or scalars",
      "add of a (FILE:1), an array[3] and b (FILE:1), an array[2]",
      "give both the same dims, or take a part of the longer with slice()"}},
    {"lengths that differ between parameters and data",
     [](Model& m) { m.observe("y", normal(m.data("a", {1, 2, 3}), 1), {1, 2}); },
     {"observe y", "lengths that agree, here an array[2]", "normal's mu: a (FILE:1), an array[3]",
      "give a scalar or an array of the same length"}},
    {"parameters of several values, one observed",
     [](Model& m) { m.observe("y", normal(m.data("a", {1, 2, 3}), 1), 1.0); },
     {"observe y", "values shaped as normal gives them, an array[3]", "y (FILE:1), a scalar",
      "give data of that shape, or scalar parameters"}},
    {"lengths that differ between parameters",
     [](Model& m) { m.param("x", normal(m.data("a", {1, 2, 3}), {1, 2})); },
     {"param x", "lengths that agree, here an array[3]", "normal's sigma: an array[2]",
      "give a scalar or an array of the same length"}},
    {"a scalar where a vector is asked for",
     [](Model& m) { m.param("x", dirichlet(2)); },
     {"param x", "dirichlet's alpha as a vector", "a scalar",
      "give data, or a parameter with a length"}},
    {"data that are not a number",
     [](Model& m) { m.data("x", {1, nan_value, 3}); },
     {"data x", "a finite real in each element of x", "nan in element 1",
      "mend the data, or choose a distribution that gives such values"}},
    {"infinite observations",
     [](Model& m) { m.observe("y", normal(0, 1), {1, 2, infinity}); },
     {"observe y", "a finite real in each element of y", "inf in element 2",
      "mend the data, or choose a distribution that gives such values"}},
    {"observations outside the support",
     [](Model& m) { m.observe("y", lognormal(0, 1), {1, 0, 3}); },
     {"observe y", "a real above 0 in each element of y", "0 in element 1",
      "mend the data, or choose a distribution that gives such values"}},
    {"counts that are not whole",
     [](Model& m) { m.observe("y", poisson(1), {1, 2.5}); },
     {"observe y", "a whole number, 0 or more in each element of y", "2.5 in element 1",
      "mend the data, or choose a distribution that gives such values"}},
    {"a 2 among zeros and ones",
     [](Model& m) { m.observe("y", bernoulli_logit(0), std::vector<int>{0, 1, 2}); },
     {"observe y", "0 or 1 in each element of y", "2 in element 2",
      "mend the data, or choose a distribution that gives such values"}},
    {"reals for a discrete distribution, declared as data",
     [](Model& m) { m.observe("y", poisson(1), m.data("y", {1, 2})); },
     {"observe y", "integers, as poisson gives", "reals in y (FILE:1)",
      "declare the data from a std::vector<int>"}},
    {"data without elements",
     [](Model& m) { m.observe("y", normal(0, 1), std::vector<double>{}); },
     {"observe y", "at least one element", "an array without elements",
      "leave the statement out where there are no data"}},
    {"a parameter of no values",
     [](Model& m) { m.param("x", normal(0, 1), 0); },
     {"param x", "a length from 1 to 2147483647", "0",
      "leave the statement out where there is nothing to repeat"}},
    {"replaced data of another length",
     [](Model& m) {
       m.data("x", {1, 2, 3});
       m.replace("x", {1, 2});
     },
     {"replace x", "vector[3]", "vector[2]",
      "a model of other shapes is another program: record it anew"}},
    {"replaced data outside the support of what observes them",
     [](Model& m) {
       m.observe("y", lognormal(0, 1), {1, 2});
       m.replace("y", {1, -2});
     },
     {"replace y", "a real above 0 in each element of y", "-2 in element 1",
      "mend the data, or choose a distribution that gives such values"}},
    {"replaced data that nobody declared",
     [](Model& m) { m.replace("z", {1, 2}); },
     {"replace z", "the name of data that the model declares", "z; it has none",
      "declare it first, by data() or observe()"}},
    {"an index beyond the end",
     [](Model& m) { m.let("z", m.data("x", {1, 2})[2]); },
     {"let z", "an index from 0 to 1", "2 into x (FILE:1), an array[2]",
      "count from 0: the last element is the length less one"}},
    {"a real index",
     [](Model& m) { m.let("z", m.data("x", {1, 2})[1.0]); },
     {"let z", "an integer as index", "a real, a scalar",
      "count with integers, or use to_integer()"}},
    {"a matrix product of other lengths",
     [](Model& m) { m.let("z", m.data("X", Matrix{1, 2, {1, 2}}) * m.data("x", {1, 2, 3})); },
     {"let z", "inner lengths that agree in a product",
      "X (FILE:1), an array[1, 2] and x (FILE:1), an array[3]",
      "exchange or transpose a factor, or use elementwise()"}},
    {"a value of a plate used outside it",
     [](Model& m) {
       Expression kept = 0.0;
       m.plate(2, [&](const Index& i) { kept = m.param("x", normal(i, 1)); });
       m.param("z", normal(kept, 1));
     },
     {"param z", "a value of this place or around it",
      "x (FILE:1), computed inside a plate or loop that has ended",
      "return it from the body, and use what the plate or loop returns"}},
    {"an expression of another model",
     [](Model& m) {
       Model other;
       m.param("z", normal(other.param("x", normal(0, 1)), 1));
     },
     {"param z", "an expression of this model", "x (FILE:1) of another model",
      "declare in this model what it uses"}},
    {"numbers observed inside a plate",
     [](Model& m) { m.plate(2, [&](const Index&) { m.observe("y", normal(0, 1), {1, 2}); }); },
     {"observe y", "inside a plate or loop an element of data, as y[i]", "numbers",
      "declare them with data(\"y\", ...) outside"}},
    {"a quantity recorded inside a plate",
     [](Model& m) { m.plate(2, [&](const Index& i) { m.let("z", i); }); },
     {"let z", "a statement outside plates and loops", "one inside",
      "return the value from the body, and record what the plate or loop returns"}},
    {"a scale that is not positive",
     [](Model& m) { m.param("x", normal(0, m.data("s", {1, -2})), 2); },
     {"param x", "normal's sigma (s (FILE:1)) as a real above 0", "-2 in element 1",
      "give parameters that the distribution takes"}},
    {"successes above trials, in a plate",
     [](Model& m) {
       const auto n = m.data("n", std::vector<int>{3, 4});
       const auto y = m.data("y", std::vector<int>{3, 5});
       m.plate(2, [&](const Index& i) {
         m.observe("y", binomial(n[i], inv_logit(m.param("p", normal(0, 1)))), y[i]);
       });
     },
     {"observe y", "values of at most 4 by the parameters of binomial", "5 in element 1 of y",
      "mend the data or the parameters"}},
    {"replaced trials below the successes",
     [](Model& m) {
       const auto n = m.data("n", std::vector<int>{3, 4});
       m.observe("y", binomial(n, 0.5), std::vector<int>{3, 4});
       m.replace("n", std::vector<int>{4, 3});
     },
     {"replace n", "values of at most 3 by the parameters of binomial", "4 in element 1 of y",
      "mend the data or the parameters"}},
    {"a value beyond the truncation",
     [](Model& m) { m.observe("y", truncated(normal(0, 1), lower(0.5)), {1, 0.25}); },
     {"observe y", "values of at least 0.5 by the parameters of truncated normal",
      "0.25 in element 1 of y", "mend the data or the parameters"}},
    {"a category beyond the last",
     [](Model& m) { m.observe("y", categorical({0.5, 0.5}), std::vector<int>{0, 2}); },
     {"observe y", "values of at most 1 by the parameters of categorical", "2 in element 1 of y",
      "mend the data or the parameters"}},
    {"ends in the wrong order",
     [](Model& m) { m.param("x", uniform(2, 1)); },
     {"param x", "uniform's lower end below its upper end", "2 and 1", "exchange them"}},
    {"a name that a file cannot hold",
     [](Model& m) { m.param("a,b", normal(0, 1)); },
     {"param \"a,b\"",
      "a name of letters, digits and _ that begins with a letter and does not end in __", "\"a,b\"",
      "rename it"}},
    {"a carried value that changes its shape",
     [](Model& m) {
       m.loop(2, m.data("x", {1, 2}), [](const Index&, const Expression& v) { return v[0]; });
     },
     {"loop", "a body that returns what it is given, a vector[2]", "a real",
      "return a value of the same kind and dims"}},
};

/// `where` without " (file:line)", and "file:line" elsewhere as FILE:1.
Error without_places(Error error) {
  const auto place = error.where.find(" (");
  EXPECT_NE(error.where.find("model_test.cpp:"), std::string::npos) << error.where;
  error.where = error.where.substr(0, place);
  const std::regex file(R"( \([^()]*model_test.cpp:[0-9]+\))");
  error.expected = std::regex_replace(error.expected, file, " (FILE:1)");
  error.found = std::regex_replace(error.found, file, " (FILE:1)");
  return error;
}

TEST(Model, RefusesWhatCannotBeAndSaysWhereAndWhy) {
  for (const Refusal& refusal : refusals) {
    Model m;
    m.param("mu", normal(0, 1));
    try {
      refusal.statement(m);
      m.program();
      ADD_FAILURE() << refusal.what << " was accepted";
    } catch (const Failure& failure) {
      const Error found = without_places(failure.error());
      EXPECT_EQ(to_string(found), to_string(refusal.expected)) << refusal.what;
    }
  }
}

TEST(Model, ErrorsNameTheLineOfTheStatement) {
  Model m;
  m.param("mu", normal(0, 1));
  const int line = __LINE__ + 2;
  try {
    m.param("mu", normal(0, 1));
    ADD_FAILURE();
  } catch (const Failure& failure) {
    const std::string place = "model_test.cpp:" + std::to_string(line) + ")";
    EXPECT_NE(failure.error().where.find(place), std::string::npos) << failure.what();
  }
}

TEST(Model, AfterARefusalInsideAPlateItGoesOn) {
  Model m;
  const auto mu = m.param("mu", normal(0, 1));
  EXPECT_THROW(m.plate(2, [&](const Index&) { m.param("mu", normal(0, 1)); }), Failure);
  m.observe("y", normal(mu, 1), {1, 2});
  EXPECT_TRUE(ir::verify(m.program()).has_value());
}

TEST(Model, WrappersRefuseWhatTheyCannotMake) {
  EXPECT_THROW(non_centered(exponential(1)), Failure);
  EXPECT_THROW(truncated(gamma(2, 1), lower(1)), Failure);
  EXPECT_THROW(truncated(normal(0, 1), simplex(2)), Failure);
  EXPECT_THROW(mixture(0.5, normal(0, 1), half_normal(1)), Failure);
  EXPECT_THROW(mixture(0.5, uniform(0, 1), uniform(0, 2)), Failure);
  EXPECT_THROW(mixture(0.5, normal(0, 1), poisson(1)), Failure);
  EXPECT_THROW(mixture(std::vector{0.5, 0.5}, {normal(0, 1)}), Failure);
  EXPECT_THROW(mixture(std::vector{0.5, 0.5}, {}), Failure);
  EXPECT_THROW(simplex(1), Failure);
  EXPECT_THROW(ordered(0), Failure);
  EXPECT_THROW(cholesky_correlation(1), Failure);
}

TEST(Model, EqualUnnamedNumbersAreDeclaredOnce) {
  Model m;
  const std::vector<double> x = {1, 2};
  const auto b = m.param("b", normal(0, 1));
  m.observe("y", normal(b * x, 1), {3, 4});
  m.observe("z", normal(b + x, 1), {3, 5});
  EXPECT_EQ(m.data().size(), 3u);
  EXPECT_TRUE(ir::verify(m.program()).has_value());
}

TEST(Model, StatementsMayFollowTheProgram) {
  Model m;
  const auto b = m.param("b", normal(0, 1));
  m.let("c", 2 * b);
  const std::size_t before = m.program().density.body.size();
  m.observe("y", normal(b, 1), 3.0);
  EXPECT_GT(m.program().density.body.size(), before);
  EXPECT_TRUE(ir::verify(m.program()).has_value());
}

TEST(Json, NumbersListsAndRowsOfNumbers) {
  const auto data = parse_json(
      R"({"n": 3, "x": 1.5, "y": [1, 2], "z": [1, 2.5], "X": [[1.5, 2], [3, 4]], "K": [[1, 2]],
          "gone": [1.0, "NaN"]})",
      "test");
  ASSERT_TRUE(data.has_value());
  EXPECT_EQ(data->at("n"), (ir::Array{ir::Type::integer(), {}, {3}}));
  EXPECT_EQ(data->at("x"), (ir::Array{ir::Type::real(), {1.5}, {}}));
  EXPECT_EQ(data->at("y").integers, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(data->at("z"), (ir::Array{ir::Type::vector(2), {1, 2.5}, {}}));
  EXPECT_EQ(data->at("X"), (ir::Array{ir::Type::matrix(2, 2), {1.5, 3, 2, 4}, {}}));
  EXPECT_EQ(matrix(*data, "K")(0, 1), 2);
  EXPECT_EQ(reals(*data, "y"), (std::vector<double>{1, 2}));
  EXPECT_EQ(real(*data, "n"), 3);
  EXPECT_TRUE(std::isnan(data->at("gone").reals[1]));
}

TEST(Json, BadTextIsAnErrorThatSaysWhere) {
  const auto message = [](const std::string& text) {
    return to_string(parse_json(text, "D.json").error());
  };
  EXPECT_EQ(message("[1, 2]"),
            "D.json: expected a JSON object of named numbers and lists, found array\n"
            "  write it as {\"y\": [1.5, 2.5], \"n\": 2}");
  EXPECT_EQ(message("{\"y\": [1,"),
            "D.json: expected a JSON object of named numbers and lists, found text that is not "
            "JSON\n  write it as {\"y\": [1.5, 2.5], \"n\": 2}");
  EXPECT_EQ(message("{\"y\": [[1, 2], [3]]}"),
            "D.json: y: expected numbers, or lists of equal lengths, found lists of different "
            "lengths\n  write a list of numbers, or rows of one length each");
  EXPECT_EQ(message("{\"y\": [1, [2]]}"),
            "D.json: y: expected numbers, or lists of equal lengths, found lists of different "
            "depths\n  write a list of numbers, or rows of one length each");
  EXPECT_EQ(message("{\"y\": [1, \"two\"]}"),
            "D.json: y: expected numbers, or lists of equal lengths, found \"two\"\n  write a list "
            "of numbers, or rows of one length each");
  EXPECT_FALSE(read_json("/nowhere/D.json").has_value());
  EXPECT_THROW(reals({}, "y"), Failure);
}

}  // namespace
}  // namespace tyche
