#include <algorithm>
#include <deque>

#include "tyche/passes/simplify.hpp"
#include "tyche/passes/walk.hpp"

namespace tyche::passes {
namespace {

/// Keeps what terms, outputs, entries' yields and other ordered instructions need: marks from those
/// backwards, results and yields one by one, then drops the rest.
class Eliminator {
 public:
  explicit Eliminator(Program& program)
      : program_(program), live_(program.values.size(), 0), defined_(program.values.size()) {}

  bool run() {
    Region* const entries[] = {&program_.prelude, &program_.density, &program_.outputs};
    for (Region* entry : entries) index(*entry, nullptr);
    for (Node& node : nodes_) {
      if (is_root(node)) need(&node);
    }
    while (!pending_.empty()) {
      const Value v = pending_.back();
      pending_.pop_back();
      trace(v);
    }
    for (Region* entry : entries) sweep(*entry);
    return changed_;
  }

 private:
  /// An instruction and the one whose region holds it.
  struct Node {
    Node(const Instruction* i, Node* p) : instruction(i), parent(p) {}
    const Instruction* instruction;
    Node* parent;
    bool live = false;
  };
  struct Definition {
    Node* node = nullptr;
    int index = 0;          // of the result, or of the argument
    bool argument = false;  // of a region of node
  };

  void index(const Region& region, Node* parent) {
    for (const Instruction& i : region.body) {
      Node* node = &nodes_.emplace_back(&i, parent);
      if (i.results.empty()) of_[&i] = node;
      for (std::size_t k = 0; k < i.results.size(); ++k) {
        defined_[i.results[k].id] = {node, int(k), false};
      }
      if (i.op == Op::store || i.op == Op::add_to) writers_[i.operands[0].id].push_back(node);
      for (const Region& inner : i.regions) {
        for (std::size_t k = 0; k < inner.arguments.size(); ++k) {
          defined_[inner.arguments[k].id] = {node, int(k), true};
        }
        index(inner, node);
      }
    }
  }

  static bool is_root(const Node& node) {
    const Op op = node.instruction->op;
    if (op == Op::yield) return node.parent == nullptr;
    if (op == Op::break_loop || op == Op::continue_loop || op == Op::return_value) return true;
    if (op == Op::call || op == Op::call_value) return true;
    return ir::info(op).kind == ir::OpKind::meaning;
  }

  void use(Value v) {
    if (live_[v.id]) return;
    live_[v.id] = 1;
    pending_.push_back(v);
  }

  /// The instruction stays: so do those around it, with what decides whether they run.
  void need(Node* node) {
    for (; node && !node->live; node = node->parent) {
      node->live = true;
      const Instruction& i = *node->instruction;
      switch (i.op) {
        case Op::plate:
        case Op::for_loop:
        case Op::scan:
          use(i.operands[0]);
          break;
        case Op::while_loop:
          use(yield_of(i.regions[0]).operands[0]);
          break;
        default:
          for (Value v : i.operands) use(v);
          if (i.op == Op::choice) keep_whole(i);
      }
    }
  }

  /// The regions of a choice stay as they are.
  void keep_whole(const Instruction& i) {
    for (const Region& region : i.regions) {
      for_each_instruction(region, [&](const Instruction& inner) {
        node_of(inner)->live = true;
        for (Value v : inner.operands) use(v);
        for (Value v : inner.results) live_[v.id] = 1;
      });
    }
  }

  void trace(Value v) {
    const Definition& d = defined_[v.id];
    if (!d.node) return;  // an argument of an entry
    const Instruction& i = *d.node->instruction;
    need(d.node);
    if (i.op == Op::local) {
      for (Node* writer : writers_[v.id]) need(writer);
      return;
    }
    const std::size_t k = std::size_t(d.index);
    switch (i.op) {
      case Op::plate:
        if (!d.argument) use_yield(i, 0, k);
        return;
      case Op::if_else:
        use_yield(i, 0, k);
        use_yield(i, 1, k);
        return;
      case Op::for_loop:
        if (!d.argument) return carried(i, 0, k, 1);
        if (k > 0) carried(i, 0, k - 1, 1);
        return;
      case Op::while_loop:
        return carried(i, 1, k, 0);
      case Op::scan:
        return trace_scan(i, d);
      default:
        return;
    }
  }

  void use_yield(const Instruction& i, std::size_t region, std::size_t k) {
    const Region& r = i.regions[region];
    if (has_yield(r)) use(yield_of(r).operands[k]);
  }

  void carried(const Instruction& i, std::size_t region, std::size_t k, std::size_t skip) {
    use(i.operands[k + skip]);
    use_yield(i, region, k);
    use(i.results[k]);
    for (const Region& r : i.regions) use(r.arguments[k + skip]);
  }

  void trace_scan(const Instruction& i, const Definition& d) {
    const std::size_t k = std::size_t(d.index), n = std::size_t(i.integer);
    if (d.argument) {
      if (k == 0) return;
      if (k <= n) return carried(i, 0, k - 1, 1);
      return use(i.operands[k]);
    }
    if (k < n) return carried(i, 0, k, 1);
    use_yield(i, 0, k);
  }

  Node* node_of(const Instruction& i) const {
    return i.results.empty() ? of_.at(&i) : defined_[i.results[0].id].node;
  }

  /// Decides by the marks of the instruction where it lay when it was indexed.
  bool stays(Instruction& i) {
    if (i.op == Op::yield) return true;
    if (!node_of(i)->live) return false;
    if (i.op == Op::choice) return true;
    for (Region& region : i.regions) sweep(region);
    if (i.op == Op::plate || i.op == Op::if_else) trim_results(i);
    if (i.op == Op::for_loop) trim_carried(i, 1);
    if (i.op == Op::while_loop) trim_carried(i, 0);
    if (i.op == Op::scan) trim_scan(i);
    return true;
  }

  void sweep(Region& region) {
    std::vector<char> keep(region.body.size());
    for (std::size_t k = 0; k < keep.size(); ++k) keep[k] = stays(region.body[k]);
    if (std::ranges::find(keep, 0) == keep.end()) return;
    changed_ = true;
    std::vector<Instruction> out;
    out.reserve(keep.size());
    for (std::size_t k = 0; k < keep.size(); ++k) {
      if (keep[k]) out.push_back(std::move(region.body[k]));
    }
    region.body = std::move(out);
  }

  bool live(Value v) const { return live_[v.id] != 0; }

  template <class Vector>
  void erase(Vector& values, std::size_t k) {
    values.erase(values.begin() + std::ptrdiff_t(k));
    changed_ = true;
  }

  void erase_yield(Region& region, std::size_t k) {
    if (has_yield(region)) erase(yield_of(region).operands, k);
  }

  void trim_results(Instruction& i) {
    for (std::size_t k = i.results.size(); k-- > 0;) {
      if (live(i.results[k])) continue;
      for (Region& region : i.regions) erase_yield(region, k);
      erase(i.results, k);
      if (i.op == Op::plate && std::int64_t(k) < i.integer) --i.integer;
    }
  }

  void trim_carried(Instruction& i, std::size_t skip) {
    for (std::size_t k = i.results.size(); k-- > 0;) {
      if (live(i.results[k])) continue;
      erase_yield(i.regions.back(), k);
      for (Region& region : i.regions) erase(region.arguments, k + skip);
      erase(i.operands, k + skip);
      erase(i.results, k);
    }
  }

  void trim_scan(Instruction& i) {
    Region& region = i.regions[0];
    const std::size_t n = std::size_t(i.integer);
    for (std::size_t k = i.operands.size(); k-- > 1 + n;) {  // per-step data
      if (live(region.arguments[k])) continue;
      erase(region.arguments, k);
      erase(i.operands, k);
    }
    for (std::size_t k = i.results.size(); k-- > 0;) {
      if (live(i.results[k])) continue;
      erase_yield(region, k);
      erase(i.results, k);
      if (k >= n) continue;
      erase(region.arguments, k + 1);
      erase(i.operands, k + 1);
      --i.integer;
    }
  }

  Program& program_;
  std::vector<char> live_;
  std::vector<Definition> defined_;
  std::deque<Node> nodes_;
  std::unordered_map<const Instruction*, Node*> of_;  // those without a result
  std::unordered_map<std::uint32_t, std::vector<Node*>> writers_;
  std::vector<Value> pending_;
  bool changed_ = false;
};

}  // namespace

bool eliminate(Program& program) { return Eliminator(program).run(); }

}  // namespace tyche::passes
