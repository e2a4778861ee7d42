#include "tyche/codegen/register_width.hpp"

#include <algorithm>
#include <cmath>

#include "tyche/codegen/emitter.hpp"

namespace tyche::codegen {
namespace {

using ir::Instruction;
using ir::Op;
using ir::Region;
using ir::Value;

/// Operations of one evaluation, roughly: of vectors of eight rows, and of scalars.
struct Work {
  double vectors = 0, scalars = 0;
};

bool calls_elementary(const Region& region) {
  return std::ranges::any_of(region.body, [](const Instruction& at) {
    return ir::info(at.op).kind == ir::OpKind::elementary ||
           std::ranges::any_of(at.regions, calls_elementary);
  });
}

class Counting {
 public:
  explicit Counting(const Region& density) { count(density, 1); }
  Work work;
  bool elementary = false;  // a plate in lanes has functions made for wide registers

 private:
  static constexpr double unknown_turns = 1000;

  double turns(Value count) const {
    const auto known = constants_.find(count);
    return known == constants_.end() ? unknown_turns : double(known->second);
  }

  void count(const Region& region, double times) {
    for (const Instruction& at : region.body) {
      if (at.op == Op::constant) {
        constants_[at.results[0]] = at.integer;
      } else if (at.op == Op::plate && at.order == ir::Order::lanes) {
        elementary |= calls_elementary(at.regions[0]);
        work.vectors += times * std::ceil(turns(at.operands[0]) / width) * weight(at.regions[0]);
      } else if (at.regions.empty()) {
        work.scalars += times * weight(at);
      } else {
        const bool loop = at.op == Op::for_loop || at.op == Op::plate || at.op == Op::scan;
        const double inner = at.op == Op::while_loop ? unknown_turns
                             : loop                  ? turns(at.operands[0])
                                                     : 1;
        for (const Region& body : at.regions) count(body, times * inner);
      }
    }
  }

  std::map<Value, std::int64_t> constants_;
};

}  // namespace

/// While instructions of 512 bits are in flight the core runs two vector instructions a cycle
/// instead of three, scalar ones included: (s + v) / 2 against (s + 2 v) / 3 cycles. What does not
/// fall on the third port alike shifts the balance towards 512 (non-centred eight schools, v = s /
/// 5: 34 ns with 512 bits, 27 with 256).
int register_bits(const ir::Program& program, Mapping mapping, int lanes) {
  if (mapping != Mapping::rows) return lanes == 4 ? 256 : 512;
  const Counting counted(program.density);
  return !counted.elementary && 2 * counted.work.vectors <= counted.work.scalars ? 256 : 512;
}

}  // namespace tyche::codegen
