#include "tyche/passes/pipeline.hpp"

#include <algorithm>
#include <chrono>

#include "tyche/ir/print.hpp"
#include "tyche/ir/verify.hpp"
#include "tyche/passes/algebra.hpp"
#include "tyche/passes/bind.hpp"
#include "tyche/passes/contract.hpp"
#include "tyche/passes/differentiate.hpp"
#include "tyche/passes/distribute.hpp"
#include "tyche/passes/fuse.hpp"
#include "tyche/passes/gather.hpp"
#include "tyche/passes/partial_evaluation.hpp"
#include "tyche/passes/remember.hpp"
#include "tyche/passes/resolve.hpp"
#include "tyche/passes/simplify.hpp"
#include "tyche/passes/structure.hpp"
#include "tyche/passes/terms.hpp"
#include "tyche/passes/unroll.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

using ir::Program;

/// A pass that cannot fail and needs no context.
template <Program (*pass)(Program)>
Result<Program> plain(Program program, Context&) {
  return pass(std::move(program));
}

Result<Program> bind(Program program, Context& context) {
  return bind_shapes(std::move(program), context.data);
}

Result<Program> expand(Program program, Context& context) {
  return expand_recursion(std::move(program), context.data);
}

Result<Program> resolve_choices(Program program, Context& context) {
  Result<Resolved> resolved = resolve(std::move(program), context.run, context.centring);
  if (!resolved) return std::unexpected(resolved.error());
  context.layout = std::move(resolved->layout);
  return std::move(resolved->program);
}

Result<Program> distribute_loops(Program program, Context&) {
  return distribute(std::move(program));
}

Result<Program> gradient_of(Program program, Context&) { return differentiate(std::move(program)); }

Program drop_outputs(Program program) {
  program.outputs = {};
  const auto drop = [](auto& self, ir::Region& region) -> void {
    std::erase_if(region.body, [](const Instruction& i) { return i.op == Op::output; });
    for (Instruction& i : region.body) {
      for (ir::Region& inner : i.regions) self(self, inner);
    }
  };
  drop(drop, program.density);
  return program;
}

// clang-format off
constexpr Pass simplify_pass{"simplify", "what the pass before left over", plain<simplify>};
constexpr Pass promote_pass{"promote_locals", "variables become values, which need no tape", plain<promote_locals>};
constexpr Pass fuse_pass{"fuse", "one walk over the data instead of several", plain<fuse>};
constexpr Pass algebra_pass{"algebra", "invariant summands, factors and divisors leave the sums", plain<algebra>};
constexpr Pass early_pass{"partial_evaluation", "what data alone decide is computed once", plain<partial_evaluation>};
constexpr Pass contract_pass{"contract", "fma where a product is only added", plain<contract>};
constexpr Pass order_pass{"order", "outer sums in eight parts, so that they vectorise", plain<order>};

constexpr Pass distribute_pass{"distribute", "of a loop, what no earlier iteration decides becomes plates", distribute_loops};

constexpr Pass opening_passes[] = {
    {"loop_tail_calls", "a loop is as deep as parameters like", plain<loop_tail_calls>},
    {"remove_structure", "no jumps: every pass below sees loops and branches only", plain<remove_structure>},
    {"inline_functions", "no calls: a choice in a function gets its place", plain<inline_functions>},
    {"bind_shapes", "counts are constants from here on", bind},
    {"expand_recursion", "no calls are left: data say how deep they go", expand},
    {"resolve", "choices become reads of the position or of data, and terms", resolve_choices},
    promote_pass,
    simplify_pass,
};

constexpr Pass density_passes[] = {
    {"drop_outputs", "outputs have a program of their own", plain<drop_outputs>},
    {"terms_to_sum", "the log density is one value", plain<terms_to_sum>},
    {"lower_scan", "a filter reads scans, a gradient need not", plain<lower_scan>},
    simplify_pass,
    distribute_pass,
    fuse_pass,
    simplify_pass,
    {"unroll", "arrays of two or three numbers become values", plain<unroll>},
    simplify_pass,
    promote_pass,
    simplify_pass,
    algebra_pass,
    simplify_pass,
    algebra_pass,  // sums inside sums: what left the inner one may leave the outer
    simplify_pass,
    algebra_pass,
    simplify_pass,
    early_pass,
    simplify_pass,
};

constexpr Pass value_passes[] = {
    contract_pass,
    order_pass,
    simplify_pass,
};

constexpr Pass gradient_passes[] = {
    {"differentiate", "value and gradient", gradient_of},
    simplify_pass,
    distribute_pass,
    {"map_sums", "what a plate adds to an array of zeros needs no sums", plain<map_sums>},
    fuse_pass,
    simplify_pass,
    {"remember", "the way back reads what the way there computed", plain<remember>},
    algebra_pass,
    simplify_pass,
    algebra_pass,
    simplify_pass,
    early_pass,
    simplify_pass,
    {"gather", "an element next to another in a plate is added to once", plain<gather>},
    simplify_pass,
    {"log_products", "a logarithm of a product for many logarithms", plain<log_products>},
    simplify_pass,
    contract_pass,
    order_pass,
    {"add_in_turn", "eight sums of each of many elements would cost more than their rows", plain<add_in_turn>},
    simplify_pass,
};

constexpr Pass outputs_passes[] = {
    {"without_terms", "a draw needs no log density, and says nothing twice", plain<without_terms>},
    {"lower_scan", "as for the log density", plain<lower_scan>},
    simplify_pass,
    fuse_pass,
    order_pass,
    simplify_pass,
};
// clang-format on

const Pipeline lists{opening_passes, density_passes, value_passes, gradient_passes, outputs_passes};

bool skipped(const Trace* trace, std::string_view name) {
  return trace && std::ranges::find(trace->skip, name) != trace->skip.end();
}

bool verifies([[maybe_unused]] const Trace* trace) {
#ifndef NDEBUG
  return true;
#else
  return trace && trace->verify;
#endif
}

Result<Program> apply(std::span<const Pass> passes, std::string_view which, Program program,
                      Context& context, Trace* trace) {
  for (const Pass& pass : passes) {
    if (skipped(trace, pass.name)) continue;
    const auto begin = std::chrono::steady_clock::now();
    Result<Program> next = pass.apply(std::move(program), context);
    if (!next) return next;
    program = *std::move(next);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    if (verifies(trace)) {
      if (Result<void> verdict = ir::verify(program); !verdict) {
        Error error = verdict.error();
        error.where = "after pass " + std::string(pass.name) + " of " + std::string(which) + ": " +
                      error.where;
        return std::unexpected(std::move(error));
      }
    }
    if (!trace) continue;
    trace->entries.push_back({pass.name, which, taken.count(), count_instructions(program)});
    if (trace->print) trace->entries.back().printed = ir::print(program);
  }
  return program;
}

}  // namespace

const Pipeline& pipeline() { return lists; }

Result<Prepared> prepare(Program program, const Run& run, const ir::DataSet& data, Trace* trace) {
  Context context{run, data};
  Result<Program> opened = apply(lists.opening, "opening", std::move(program), context, trace);
  if (!opened) return std::unexpected(opened.error());
  Result<Program> density = apply(lists.density, "density", *opened, context, trace);
  if (!density) return std::unexpected(density.error());
  Result<Program> value = apply(lists.value, "value", *density, context, trace);
  if (!value) return std::unexpected(value.error());
  Result<Program> gradient = apply(lists.gradient, "gradient", *std::move(density), context, trace);
  if (!gradient) return std::unexpected(gradient.error());
  Result<Program> outputs = apply(lists.outputs, "outputs", *std::move(opened), context, trace);
  if (!outputs) return std::unexpected(outputs.error());
  return Prepared{*std::move(gradient), *std::move(value), *std::move(outputs),
                  std::move(context.layout)};
}

Result<ByDegree> prepare_by_degree(Program program, const Run& run, const ir::DataSet& data,
                                   Trace* trace) {
  Context context{run, data, Centring::by_degree};
  Result<Program> opened = apply(lists.opening, "opening", std::move(program), context, trace);
  if (!opened) return std::unexpected(opened.error());
  Result<Program> gradient = apply(lists.density, "density", *opened, context, trace);
  if (!gradient) return std::unexpected(gradient.error());
  gradient = apply(lists.gradient, "gradient", *std::move(gradient), context, trace);
  if (!gradient) return std::unexpected(gradient.error());
  Result<Program> priors = apply(lists.outputs, "outputs", *std::move(opened), context, trace);
  if (!priors) return std::unexpected(priors.error());
  return ByDegree{*std::move(gradient), *std::move(priors)};
}

}  // namespace tyche::passes
