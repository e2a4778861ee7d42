// What random_program writes statements with regions with: loops, plates, branches, calls.
#pragma once
#include <vector>

#include "tyche/ir/random_writer.hpp"

namespace tyche::ir {

/// What may appear where the writer is, besides the options.
struct Allowed {
  bool terms = true;
  bool calls = true;
  bool rejections = false;
};

class RandomStatements {
 public:
  RandomStatements(const RandomProgramOptions& options, Chance& chance, Program& program)
      : options_(options), chance_(chance), program_(program), write_(options_, chance_) {}

  RandomWriter& writer() { return write_; }
  /// From now on; `statements` bounds how many are written, those in loops included.
  void allow(const Allowed& allowed, int statements);

  /// `count` statements, `depth` loops deep.
  void statements(Builder& b, Pool& pool, int depth, int count);
  void term(Builder& b, Pool& pool);
  Value call(Builder& b, const char* name, std::vector<Value> arguments);
  Value call_value(Builder& b, Value f, Value x, Value n);

 private:
  void statement(Builder& b, Pool& pool, int depth);
  void meaning(Builder& b, Pool& pool);
  std::int64_t count(int depth);
  static Pool inside(const Pool& pool, Value i, std::int64_t count);
  Ranged summand(Builder& b, Pool& pool);
  void set_order(Builder& b);
  void plate(Builder& b, Pool& pool, int depth);
  void carried_loop(Builder& b, Pool& pool, int depth);
  Value filled(Builder& b, std::int64_t size, double x);
  void scatter(Builder& b, Pool& pool, int depth);
  void storing_loop(Builder& b, Pool& pool, int depth);
  void leave(Builder& b, Value condition);
  void branch(Builder& b, Pool& pool, int depth);
  void while_loop(Builder& b, Pool& pool, int depth);
  void scan(Builder& b, Pool& pool, int depth);
  void calls(Builder& b, Pool& pool);
  Value right_side(Builder& b, const Pool& pool, std::int64_t n);
  void product(Builder& b, Pool& pool, int depth);
  void algebra(Builder& b, Pool& pool);

  RandomProgramOptions options_;
  Chance& chance_;
  Program& program_;
  RandomWriter write_;
  Allowed allowed_;
  int left_ = 0;
};

}  // namespace tyche::ir
