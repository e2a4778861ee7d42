#include "tyche/simulation/flows/value.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tyche::simulation::flows {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A draw with a mean below 0 is none.
double not_negative(double mean) { return mean >= 0 ? mean : not_a_number; }

double combined(Op op, double a, double b) {
  switch (op) {
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return a / b;
    case Op::minimum:
      return std::min(a, b);
    case Op::maximum:
      return std::max(a, b);
    case Op::less:
      return a < b;
    case Op::at_most:
      return a <= b;
    case Op::more:
      return a > b;
    case Op::at_least:
      return a >= b;
    case Op::equal:
      return a == b;
    case Op::all:
      return a != 0 && b != 0;
    case Op::any:
      return a != 0 || b != 0;
    default:
      return a == 0;  // none
  }
}

double drawn(Op op, Random& random, double a, double b, double c) {
  switch (op) {
    case Op::uniform:
      return random.uniform(a, b);
    case Op::exponential:
      return random.exponential(not_negative(a));
    case Op::normal:
      return random.normal(a, not_negative(b));
    case Op::lognormal:
      return random.lognormal(a, not_negative(b));
    case Op::weibull:
      return random.weibull(a, b);
    case Op::triangular:
      return random.triangular(a, b, c);
    case Op::erlang:
      if (!(a >= 1 && a <= 65536 && std::floor(a) == a)) return not_a_number;
      return random.erlang(static_cast<std::uint32_t>(a), not_negative(b));
    case Op::gamma:
      return random.gamma(a, b);
    case Op::beta:
      return random.beta(a, b);
    case Op::poisson:
      return random.poisson(a);
    default:
      return random.binomial(a, b);
  }
}

}  // namespace

double value_of(const Program& program, std::uint32_t node, Random& random, const Moment& moment) {
  const Node& self = program.nodes[node];
  if (self.settled) {
    return drawn(self.op, random, self.parameters[0], self.parameters[1], self.parameters[2]);
  }
  switch (self.op) {
    case Op::constant:
      return self.value;
    case Op::attribute:
      return moment.token.attributes[self.attribute];
    case Op::queue:
      return static_cast<double>(moment.queue);
    case Op::free:
      return moment.free;
    case Op::time:
      return moment.time;
    case Op::age:
      return moment.time - moment.token.born;
    default:
      break;
  }
  std::array<double, 3> of = {};
  for (int k = 0; k < operation(self.op).operands; ++k) {
    const auto operand = static_cast<std::size_t>(k);
    of[operand] = value_of(program, self.operands[operand], random, moment);
  }
  return is_draw(self.op) ? drawn(self.op, random, of[0], of[1], of[2])
                          : combined(self.op, of[0], of[1]);
}

}  // namespace tyche::simulation::flows
