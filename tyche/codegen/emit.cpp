#include "tyche/codegen/emit.hpp"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/Support/raw_ostream.h>
#include <time.h>

#include <atomic>
#include <set>

#include "tyche/codegen/emitter.hpp"
#include "tyche/codegen/register_width.hpp"
#include "tyche/codegen/runtime.hpp"
#include "tyche/codegen/session.hpp"
#include "tyche/codegen/target.hpp"

namespace tyche::codegen {
namespace {

using ir::Instruction;
using ir::Kind;
using ir::Op;
using ir::Program;
using ir::Region;
using ir::Value;

class LoadedCode final : public Code {
 public:
  std::unique_ptr<Loaded> loaded;
};

/// An operation that density programs do not have, or none.
const Instruction* unsupported(const Region& region) {
  for (const Instruction& at : region.body) {
    switch (at.op) {
      case Op::choice:
      case Op::term:
      case Op::call:
      case Op::call_value:
      case Op::function:
      case Op::return_value:
      case Op::output:
      case Op::draw_uniform:
      case Op::draw_normal:
        return &at;
      default:
        break;
    }
    for (const Region& inner : at.regions) {
      if (const Instruction* found = unsupported(inner)) return found;
    }
  }
  return nullptr;
}

/// What the density takes from outside: results of the prelude and data, one slot a name.
class Slots {
 public:
  explicit Slots(const Program& program) : program_(program) {
    for (const Instruction& at : program.prelude.body) {
      for (Value v : at.results) outer_[v] = at.op == Op::data ? at.name : "";
    }
    visit(program.density);
  }
  std::vector<Slot> slots;
  std::map<Value, std::size_t> of;  // by value

 private:
  void visit(const Region& region) {
    for (const Instruction& at : region.body) {
      if (at.op == Op::data) need(at.results[0], at.name);
      for (Value v : at.operands) {
        if (const auto found = outer_.find(v); found != outer_.end()) need(v, found->second);
      }
      for (const Region& inner : at.regions) visit(inner);
    }
  }
  void need(Value v, const std::string& data) {
    if (of.contains(v)) return;
    for (std::size_t k = 0; k < slots.size(); ++k) {
      if (!data.empty() && slots[k].data == data) {
        of[v] = k;
        return;
      }
    }
    of[v] = slots.size();
    slots.push_back({.value = v, .data = data, .type = program_.type(v)});
  }
  const Program& program_;
  std::map<Value, std::string> outer_;
};

/// Columns that start anywhere in a cache line would have every vector of rows lie in two; and the
/// same rows of many long columns should not meet in a few sets of the first cache: blocks of eight
/// lines lie beside each other where a column is an odd number of such blocks.
std::int64_t column_of(const ir::Type& type) {
  constexpr std::int64_t long_column = 4 * width, block = 8 * width, large = 1 << 12;
  if (type.kind != Kind::matrix || type.shape().size() != 2 || type.element() != Kind::real)
    return 0;
  const std::int64_t rows = type.shape()[0];
  if (rows < long_column) return 0;
  if (rows < 4 * block || type.size() <= large) return (rows + width - 1) / width * width;
  return ((rows + block - 1) / block | 1) * block;
}

/// Writes the functions of one program into one module.
class ModuleWriter {
 public:
  ModuleWriter(llvm::Module& module, const Program& program, const CodeSettings& settings,
               Target target, Slots& slots, Code& code)
      : module_(module),
        program_(program),
        settings_(settings),
        target_(target),
        slots_(slots),
        code_(code) {}

  void write(const std::string& symbol) {
    const bool chains = code_.mapping == Mapping::chains;
    const bool split = settings_.lanes > 1 && !chains;
    density(split ? symbol + "_one" : symbol, chains && settings_.lanes > 1 ? settings_.lanes : 0,
            split);
    if (split) each_chain(symbol);
  }

 private:
  llvm::Function* declare(const std::string& symbol) {
    llvm::Type* pointer = llvm::PointerType::get(module_.getContext(), 0);
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(module_.getContext()),
                                         {pointer, pointer, pointer, pointer}, false);
    auto* made = llvm::Function::Create(type, llvm::Function::ExternalLinkage, symbol, module_);
    for (unsigned k = 0; k < 4; ++k) made->addParamAttr(k, llvm::Attribute::NoAlias);
    set_target(*made, target_);
    return made;
  }

  llvm::Value* entry_of_table(Context& c, std::size_t k) {
    llvm::Value* at = c.ir.CreateConstInBoundsGEP1_64(c.ir.getPtrTy(), c.function->getArg(0), k);
    auto* pointer = c.ir.CreateLoad(c.ir.getPtrTy(), at);
    pointer->setMetadata(llvm::LLVMContext::MD_invariant_load,
                         llvm::MDNode::get(module_.getContext(), {}));
    return pointer;
  }

  void density(const std::string& symbol, int lanes, bool internal) {
    llvm::Function* function = declare(symbol);
    if (internal) {
      function->setLinkage(llvm::GlobalValue::InternalLinkage);
      function->addFnAttr(llvm::Attribute::NoInline);
    }
    Context c(module_, function, settings_.level);
    if (lanes != 0) c.axis.parts = 1, c.lanes = lanes;
    c.workspace = entry_of_table(c, slots_.slots.size());
    c.printer = slots_.slots.size() + 1;
    c.prints = &code_.prints;
    llvm::Type* bit = c.ir.getInt1Ty();
    c.rejected = c.variable(lanes == 0 ? bit : c.vector(bit));
    llvm::Type* flags = lanes == 0 ? bit : c.vector(bit);
    c.ir.CreateStore(llvm::Constant::getNullValue(flags), c.rejected);
    Choices choices{.rows = code_.mapping == Mapping::rows, .reason = {}};
    Emitter emitter(c, program_, choices);
    bind_slots(c, emitter);
    const Region& density = program_.density;
    const Instruction& yields = *yield_of(density);
    if (!density.arguments.empty()) {
      Array q = emitter.arrays().over(program_.type(density.arguments[0]), function->getArg(1),
                                      c.real(), lanes);
      q.constant = true;
      emitter.bind(density.arguments[0], {q});
    }
    Array gradient;
    if (yields.operands.size() > 1) {
      gradient = emitter.arrays().over(program_.type(yields.operands[1]), function->getArg(2),
                                       c.real(), lanes);
      for (const Instruction& at : density.body) {
        if (at.op == Op::local && at.results[0] == yields.operands[1]) {
          emitter.place(at.results[0], gradient);
        }
      }
    }
    emitter.region(density);
    if (gradient.base && emitter.array(yields.operands[1]).base != gradient.base) {
      emitter.arrays().copy(gradient, emitter.array(yields.operands[1]));
    }
    finish(c, emitter.number(yields.operands[0]), emitter.numbers());
    code_.workspace = std::max(code_.workspace, c.workspace_bytes);
    code_.reason += choices.reason;
  }

  void bind_slots(Context& c, Emitter& emitter) {
    std::vector<llvm::Value*> pointers;
    for (std::size_t k = 0; k < slots_.slots.size(); ++k) pointers.push_back(entry_of_table(c, k));
    for (const auto& [value, k] : slots_.of) {
      const Slot& slot = slots_.slots[k];
      llvm::Type* element = c.real();
      if (slot.type.element() != Kind::real) {
        element = slot.narrow ? c.ir.getInt32Ty() : c.ir.getInt64Ty();
      }
      const auto found = settings_.ranges.find(slot.value);
      const Range range = found == settings_.ranges.end() ? Range{} : found->second;
      if (slot.type.kind == Kind::integer && range.low == range.high) {
        emitter.bind_constant(value, range.low);
        continue;
      }
      Array array = emitter.arrays().over(slot.type, pointers[k], element, 0);
      array.constant = array.padded = true;
      array.range = range;
      if (slot.column > 0) array.strides[1] = slot.column;
      if (!slot.type.is_scalar()) {
        emitter.bind(value, {array});
      } else {
        emitter.bind(value, {emitter.arrays().load_at(array, emitter.numbers().integer(0))});
      }
    }
  }

  /// -inf where a lane was rejected or has no log density.
  void finish(Context& c, const Number& lp, Numbers& numbers) {
    llvm::Value* value = c.axis.active() ? numbers.spread(lp)[0] : lp.parts[0];
    llvm::Type* flags = llvm::CmpInst::makeCmpResultType(value->getType());
    // NaN or +inf: the point overflowed.
    llvm::Value* overflow =
        c.ir.CreateFCmpUGE(value, llvm::ConstantFP::getInfinity(value->getType()));
    llvm::Value* bad = c.ir.CreateOr(c.ir.CreateLoad(flags, c.rejected), overflow);
    llvm::Value* out =
        c.ir.CreateSelect(bad, llvm::ConstantFP::getInfinity(value->getType(), true), value);
    c.ir.CreateAlignedStore(out, c.function->getArg(3), llvm::Align(8));
    c.ir.CreateRetVoid();
    llvm::BasicBlock* body = c.entry->getNextNode();
    llvm::IRBuilder<>(c.entry).CreateBr(body);
    // Blocks after a break or continue that nothing ran into.
    for (llvm::BasicBlock& block : *c.function) {
      if (!block.getTerminator()) llvm::IRBuilder<>(&block).CreateUnreachable();
    }
  }

  /// The scalar function for each chain in turn.
  void each_chain(const std::string& symbol) {
    Context c(module_, declare(symbol), settings_.level);
    const std::int64_t d = program_.density.arguments.empty()
                               ? 0
                               : program_.type(program_.density.arguments[0]).size();
    llvm::Value* workspace = entry_of_table(c, slots_.slots.size());
    const auto own = [&](std::size_t k) {
      const std::size_t at = code_.workspace + k * (std::size_t(d) * 8 + Code::padding) / 64 * 64;
      return c.ir.CreateConstInBoundsGEP1_64(c.ir.getInt8Ty(), workspace, at);
    };
    llvm::Value *q = own(0), *gradient = own(1);
    c.loop(c.index(settings_.lanes), [&](llvm::Value* chain) {
      const auto move = [&](llvm::Value* batch, llvm::Value* one, bool out) {
        c.loop(c.index(d), [&](llvm::Value* k) {
          llvm::Value* at = c.ir.CreateAdd(c.ir.CreateMul(k, c.index(settings_.lanes)), chain);
          llvm::Value* there = c.ir.CreateInBoundsGEP(c.real(), batch, at);
          llvm::Value* here = c.ir.CreateInBoundsGEP(c.real(), one, k);
          if (out) std::swap(there, here);
          c.ir.CreateStore(c.ir.CreateLoad(c.real(), there), here);
        });
      };
      move(c.function->getArg(1), q, false);
      llvm::Value* lp = c.ir.CreateInBoundsGEP(c.real(), c.function->getArg(3), chain);
      c.ir.CreateCall(module_.getFunction(symbol + "_one"),
                      {c.function->getArg(0), q, gradient, lp});
      move(c.function->getArg(2), gradient, true);
    });
    c.ir.CreateRetVoid();
    llvm::IRBuilder<>(c.entry).CreateBr(c.entry->getNextNode());
    code_.workspace += 2 * (std::size_t(d) * 8 + Code::padding);
  }

  llvm::Module& module_;
  const Program& program_;
  const CodeSettings& settings_;
  Target target_;
  Slots& slots_;
  Code& code_;
};

llvm::SmallVector<char, 0> machine_code(llvm::Module& module, llvm::TargetMachine& machine,
                                        llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  machine.addPassesToEmitFile(passes, stream, nullptr, type);
  passes.run(module);
  return bytes;
}

std::string text_of(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

/// CPU time of this thread: what a compilation costs, whatever else the machine does.
class Clock {
 public:
  double lap() {
    const double now = read();
    return now - std::exchange(start_, now);
  }

 private:
  static double read() {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return double(at.tv_sec) * 1e3 + double(at.tv_nsec) * 1e-6;
  }
  double start_ = read();
};

/// Which is cheaper for a run, its sampler says: it knows the number of chains.
void choose_mapping(Code& code, const CodeSettings& settings) {
  code.mapping = settings.mapping;
  if (code.mapping == Mapping::automatic) {
    code.mapping = settings.lanes == 1 ? Mapping::rows : Mapping::chains;
  }
  code.reason = std::string(name(code.mapping)) + " in lanes";
  if (code.mapping == Mapping::rows && settings.lanes > 1) code.reason += ", chain after chain";
  code.reason += "\n";
}

std::string new_symbol() {
  static std::atomic<std::uint64_t> count = 0;
  return "density_" + std::to_string(count.fetch_add(1));
}

}  // namespace

Result<std::shared_ptr<const Code>> emit(const Program& program, const CodeSettings& settings) {
  if (const Instruction* at = unsupported(program.density)) {
    return std::unexpected(Error{"compiler",
                                 "a density of arithmetic, containers and control alone",
                                 "`" + std::string(ir::info(at->op).name) + "` " + at->name,
                                 "resolve, inline and differentiate the program first"});
  }
  Clock clock;
  auto code = std::make_shared<LoadedCode>();
  choose_mapping(*code, settings);
  const int bits = register_bits(program, code->mapping, settings.lanes);
  const Target target{settings.level, bits, code->mapping == Mapping::rows && bits == 512};
  Slots slots(program);
  for (Slot& slot : slots.slots) {
    const auto range = settings.ranges.find(slot.value);
    slot.narrow = slot.type.element() != Kind::real && range != settings.ranges.end() &&
                  range->second.low >= INT32_MIN && range->second.high <= INT32_MAX;
    slot.column = column_of(slot.type);
  }
  llvm::TargetMachine& machine = target_machine(settings.level);
  llvm::LLVMContext context;
  llvm::Module module("density", context);
  module.setTargetTriple(machine.getTargetTriple().str());
  module.setDataLayout(machine.createDataLayout());
  const std::string symbol = new_symbol();
  ModuleWriter(module, program, settings, target, slots, *code).write(symbol);
  link_kernels(module, target);
  code->slots = std::move(slots.slots);
  code->times.emit = clock.lap();
  optimise(module, machine);
  code->times.optimise = clock.lap();
  if (settings.keep_text) {
    code->llvm = text_of(module);
    const auto assembly = machine_code(module, machine, llvm::CodeGenFileType::AssemblyFile);
    code->assembly.assign(assembly.begin(), assembly.end());
    clock.lap();
  }
  auto object = machine_code(module, machine, llvm::CodeGenFileType::ObjectFile);
  code->times.machine = clock.lap();
  auto loaded = load(std::move(object), symbol);
  if (!loaded) return std::unexpected(loaded.error());
  code->loaded = std::move(*loaded);
  code->function = reinterpret_cast<Function>(code->loaded->address);
  code->times.link = clock.lap();
  return code;
}

}  // namespace tyche::codegen
