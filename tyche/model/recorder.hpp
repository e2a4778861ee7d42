// Writes expressions into a program: each element into the outermost body that can compute it,
// once.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tyche/base/error.hpp"
#include "tyche/ir/builder.hpp"
#include "tyche/ir/value.hpp"
#include "tyche/model/node.hpp"

namespace tyche {

/// What depends on data alone goes to the prelude; the rest follows what it reads. Frames are the
/// open bodies, outermost first; their ids grow inwards, so the deepest of several is the largest.
class Recorder {
 public:
  static constexpr int prelude = 0, density = 1;

  Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  ir::Program program;
  ir::DataSet data;

  /// The statement that is being recorded, for errors, and its place.
  void begin(const std::string& statement, const std::string& place, std::int32_t location);
  [[noreturn]] void fail(std::string expected, std::string found, std::string remedy) const;
  /// Fails if `e` cannot be, is of another model, or has an index that data alone put outside its
  /// array; then computes the landings below it.
  void check(const Expression& e);
  /// Fails if other data put an index of what was checked outside its array.
  void check_indices() const;
  void settle(const NodePtr& node);

  ir::Builder& top() { return frames_.back().builder; }
  int top_frame() const { return frames_.back().id; }
  ir::Builder& builder(int frame) { return at(frame).builder; }
  /// The indices of the plates and loops around the statement, outermost first, and their counts.
  std::vector<ir::Value> indices() const;
  std::vector<std::int64_t> counts() const;

  ir::Value element(const NodePtr& node, std::span<const ir::Value> indices, int frame);
  ir::Value whole(const NodePtr& node);
  ir::Value matrix(const NodePtr& node);
  /// The node with its leading indices given: an element, or a container of the rest.
  ir::Value part(const NodePtr& node, std::span<const ir::Value> leading, int frame);
  ir::Value emit(int frame, ir::Op op, std::span<const ir::Value> operands);
  ir::Value constant(int frame, double x, ir::Kind kind);

  /// Expression for a value that the body `frame` defines.
  Expression expression(ir::Value v, int frame, std::string name = {}, bool is_data = false);
  int frame_of(ir::Value v) const;
  void set_frame(ir::Value v, int frame);

  /// A plate in body `frame`; `body(inner frame, i)` gives the yields, `mapped` first.
  std::vector<ir::Value> plate(int frame, std::int64_t n, int mapped,
                               const std::function<std::vector<ir::Value>(int, ir::Value)>& body);
  std::vector<ir::Value> loop(
      int frame, std::int64_t n, std::span<const ir::Value> carried,
      const std::function<std::vector<ir::Value>(int, ir::Value, std::span<const ir::Value>)>&
          body);
  /// A region of its own: it sees its arguments only. `body` gives what it yields.
  ir::Region region(std::span<const ir::Type> arguments,
                    const std::function<std::vector<ir::Value>(std::span<const Expression>)>& body);
  /// A scan: `body(inner frame, t, carried)` gives the next carried values, then outputs.
  std::vector<ir::Value> scan(
      int frame, std::int64_t n, std::span<const ir::Value> carried,
      const std::function<std::vector<ir::Value>(int, ir::Value, std::span<const ir::Value>)>&
          body);
  /// A while in the innermost body: the value of the first attempt that says true.
  Expression repeated(const std::function<std::pair<Expression, Expression>()>& attempt);

  /// Data of the program, as an expression.
  Expression declare(const std::string& name, ir::Array array);
  /// The program with its bodies ended and these outputs.
  ir::Program finished(const std::vector<std::pair<std::string, Expression>>& outputs);

 private:
  /// A node with an index, and the plates and loops that it reads.
  struct Indexing {
    NodePtr node;
    std::vector<ir::Value> indices;
    std::vector<std::int64_t> counts;
  };

  void find_indices(const NodePtr& root);
  void check_index(const Indexing& at) const;

  using Key = std::pair<const Node*, std::vector<ir::Value>>;
  struct Frame {
    int id;
    int root;  // prelude, density, or the id of an isolated body
    ir::Builder builder;
    ir::Value index;  // of a plate or loop of the user's
    std::int64_t count;
    std::map<Key, ir::Value> known = {};
    std::map<std::pair<ir::Kind, std::uint64_t>, ir::Value> constants = {};
  };

  Frame& at(int id);
  bool is_open(int id) const;
  [[noreturn]] void refuse_closed(const std::string& name) const;
  [[noreturn]] void refuse_foreign(const Node& node) const;
  int target(const Node& node, std::span<const ir::Value> indices) const;
  const ir::Value* recall(const Key& key) const;
  ir::Value remember(Key key, const NodePtr& node, ir::Value v);
  bool is_known(const NodePtr& node) const;
  bool is_stored(const Node& node) const;
  ir::Value computed(const NodePtr& node, std::span<const ir::Value> indices, int frame);
  ir::Value stacked(int frame, const NodePtr& node, std::vector<ir::Value> prefix);
  ir::Value host(const NodePtr& node);
  /// While it lives, a body is open; what throws on the way closes it too.
  class Open {
   public:
    Open(Recorder& recorder, ir::Builder& builder, int root, ir::Value index = {},
         std::int64_t count = 0);
    ~Open();
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    /// Nothing is written outside this body; if `isolated`, not to the prelude either.
    void bound(bool isolated);
    const int id;

   private:
    Recorder& recorder_;
    const int floor_;
    const bool isolated_;
  };

  std::deque<Frame> frames_;
  std::vector<int> frame_of_;
  std::vector<NodePtr> kept_;
  std::unordered_set<NodePtr> searched_;  // for indices
  std::vector<Indexing> indexings_;       // that other data may change
  std::vector<std::pair<ir::Array, ir::Value>> unnamed_;
  int next_frame_ = 0;
  int floor_ = 0;          // nothing is written to bodies outside this one ...
  bool isolated_ = false;  // ... nor to the prelude
  std::string statement_;
  std::string place_;
  const std::uint64_t id_;  // no other recorder's
};

}  // namespace tyche
