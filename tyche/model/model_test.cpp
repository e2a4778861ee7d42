#include "tyche/model/model.hpp"
#include <gtest/gtest.h>
using namespace tyche;
TEST(Model, Records) {
  Model m;
  auto mu = m.param("mu", normal(0, 5));
  auto tau = m.param("tau", half_cauchy(5));
  auto theta = m.param("theta", normal(mu, tau), 8);
  m.observe("y", normal(theta, {15, 10, 16, 11, 9, 11, 10, 18}), {28, 8, -3, 7, -1, 1, 18, 12});
  m.program();
}
