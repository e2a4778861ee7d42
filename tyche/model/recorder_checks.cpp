// What an expression must be before a statement uses it, and what is computed ahead of it.
#include <unordered_set>

#include "tyche/model/reader.hpp"
#include "tyche/model/recorder.hpp"

namespace tyche {

void Recorder::check(const Expression& e) {
  const Node& node = *e.node();
  if (node.problem) fail(node.problem->expected, node.problem->found, node.problem->remedy);
  if (node.owner != 0 && node.owner != id_) refuse_foreign(node);
  find_indices(e.node());
  settle(e.node());
}

void Recorder::find_indices(const NodePtr& root) {
  std::vector<NodePtr> path{root};
  while (!path.empty()) {
    const NodePtr node = std::move(path.back());
    path.pop_back();
    if (node->inputs.empty() || !searched_.insert(node).second) continue;
    path.insert(path.end(), node->inputs.begin(), node->inputs.end());
    if (!node->indexed) continue;
    Indexing at{.node = node, .indices = {}, .counts = {}};
    for (const Frame& frame : frames_) {
      if (!frame.index.exists() || frame.id > node->inputs[1]->frame) continue;
      at.indices.push_back(frame.index);
      at.counts.push_back(frame.count);
    }
    check_index(at);
    if (node->inputs[1]->reads_data) indexings_.push_back(std::move(at));
  }
}

void Recorder::check_index(const Indexing& at) const {
  const Node& from = *at.node->inputs[0];
  const Node& index = *at.node->inputs[1];
  const std::int64_t size = from.shape[0];
  const auto possible = extent(index, data, at.indices, at.counts);
  if (!possible || (possible->low >= 0 && possible->high < double(size))) return;
  Position shape = at.counts;
  shape.insert(shape.end(), index.shape.begin(), index.shape.end());
  // Where extents are loose and there are more places than this, the start of a chain tells.
  constexpr double most = 1 << 24;
  double places = 1;
  for (std::int64_t n : shape) places *= double(n);
  if (places > most) return;
  for_each_position(shape, [&](const Position& all) {
    const auto inner = all.begin() + std::ptrdiff_t(at.counts.size());
    const Position around(all.begin(), inner);
    const Known i = Reader(data, at.indices, around).read(index, {inner, all.end()});
    if (!i || (*i >= 0 && *i < double(size))) return;
    const std::string name = named(index);
    fail("an index from 0 to " + std::to_string(size - 1) + " into " + describe(from),
         decimals(*i) + element_text(all) + (name.empty() ? "" : " of " + name),
         "count from 0: the last element is the length less one");
  });
}

void Recorder::check_indices() const {
  for (const Indexing& at : indexings_) check_index(at);
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
