// What an expression must be before a statement uses it, and what is computed ahead of it.
#include <unordered_set>

#include "tyche/model/recorder.hpp"

namespace tyche {

void Recorder::check(const Expression& e) {
  const Node& node = *e.node();
  if (node.problem) fail(node.problem->expected, node.problem->found, node.problem->remedy);
  if (node.owner != 0 && node.owner != id_) refuse_foreign(node);
  settle(e.node());
}

/// Children before parents: a node is on the path twice, and computed the second time.
void Recorder::settle(const NodePtr& root) {
  if (!root->above_landing) return;
  struct Step {
    NodePtr node;
    bool descended;
  };
  std::vector<Step> path{{root, false}};
  std::unordered_set<const Node*> visited;
  while (!path.empty()) {
    const Step step = std::move(path.back());
    path.pop_back();
    if (step.descended) {
      step.node->shape.empty() ? element(step.node, {}, top_frame()) : whole(step.node);
      continue;
    }
    if (!visited.insert(step.node.get()).second) continue;
    const bool lands = step.node->landing && step.node != root;
    if (lands && is_known(step.node)) continue;
    if (lands) path.push_back({step.node, true});
    for (auto input = step.node->inputs.rbegin(); input != step.node->inputs.rend(); ++input) {
      if ((*input)->landing || (*input)->above_landing) path.push_back({*input, false});
    }
  }
}

void Recorder::refuse_closed(const std::string& name) const {
  fail("a value of this place or around it",
       (name.empty() ? "a value" : name) + ", computed inside a plate or loop that has ended",
       "return it from the body, and use what the plate or loop returns");
}

void Recorder::refuse_foreign(const Node& node) const {
  const std::string name = named(node);
  fail("an expression of this model",
       name.empty() ? "one of another model" : name + " of another model",
       "declare in this model what it uses");
}

}  // namespace tyche
