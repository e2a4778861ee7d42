#include "tyche/passes/differentiate.hpp"

#include "tyche/passes/reversal.hpp"

namespace tyche::passes {

Result<ir::Program> differentiate(ir::Program program) {
  Reversal reversal(program);
  const Region density = std::move(program.density);
  Region out{.arguments = density.arguments, .body = {}};
  Builder b(program, out);
  const Value u = density.arguments[0];
  const Value gradient = zeros(b, program.type(u));
  reversal.buffers().set(u, gradient);
  const Value seeds[] = {b.real(1)};
  Scope scope;
  reversal.both_ways(b, density.body, seeds, scope);
  if (reversal.error()) return std::unexpected(*reversal.error());
  b.yield({yield_of(density).operands[0], gradient});
  program.density = std::move(out);
  return program;
}

}  // namespace tyche::passes
