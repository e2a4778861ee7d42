// The walk behind passes/algebra: what varies in which loop, and the rewrites by what they concern.
#pragma once
#include <unordered_set>

#include "tyche/passes/walk.hpp"

namespace tyche::passes {

class Algebraist {
 public:
  explicit Algebraist(Program& program);

  void entry(Region& region);
  /// What became of values that turned out to be others.
  const Renaming& names() const { return names_; }

 private:
  /// A constant has depth -1, what is defined in k plates or loops depth k.
  static constexpr int constant_depth = -1;
  struct Summand {
    Value v;
    bool minus;
  };
  /// v = factor * rest, the factor invariant; a factor that does not exist is 1.
  struct Product {
    Value factor = {};
    Value rest = {};
    bool minus = false;
  };
  /// A summed result of a plate, taken apart.
  struct Sum {
    Value result;
    std::vector<Summand> invariants = {};
    std::vector<std::pair<Value, Product>> parts = {};  // a new result and what multiplies it
  };

  // algebra.cpp: the walk.
  void region(Region& region, int depth);
  void plain(Builder& b, Instruction i, int depth);
  void append(Builder& b, Instruction i, int depth);
  Value emit(Builder& b, Op op, std::vector<Value> operands, int depth);
  Value real(Builder& b, double x);
  /// Where values of this depth are formed: the region around the loops that are deeper.
  Builder& outside(Builder& b, int depth);
  void set_depth(Value v, int depth);
  int depth(Value v) const { return v.id < depth_.size() ? depth_[v.id] : 0; }
  int uses(Value v) const { return v.id < uses_.size() ? uses_[v.id] : 0; }
  bool active(Value v) const { return v.id < active_.size() && active_[v.id]; }
  const Instruction* defining(Value v) const;
  bool is_real(const Instruction& i) const;
  void survey(const Region& region);

  // algebra_rules.cpp: one instruction. `i` becomes what it should be; of op pow with one operand:
  // that operand itself.
  void rewrite(Builder& b, Instruction& i, int d);
  void divide(Builder& b, Instruction& i, int d);
  void associate(Builder& b, Instruction& i, int d);
  void power(Builder& b, Instruction& i, int d);
  void logarithm(Builder& b, Instruction& i);
  void square_of_quotient(Builder& b, Instruction& i, int d);
  void raise_sign(Builder& b, Instruction& i, int d);
  void sink_sign(Builder& b, Instruction& i, int d);
  void log_sum_exp(Builder& b, Instruction& i, int d);
  void logistic(Builder& b, Instruction& i, int d);
  void compare(Instruction& i);
  bool positive(Value v, int level = 0) const;
  bool nonnegative(Value v, int level = 0) const;

  // algebra_sums.cpp: sums over plates.
  void plate(Builder& b, Instruction i, int depth);
  Sum take_apart(Builder& outer, Builder& inner, Value result, Value yield, int inside);
  void split(Value v, bool minus, int inside, std::vector<Summand>& out) const;
  Product factor(Builder& outer, Builder& inner, Value v, int inside);
  Product square(Builder& outer, Builder& inner, Value v, Value x, int inside);
  Product joined(Builder& outer, Builder& inner, const std::vector<Summand>& group, int inside);
  Value times(Builder& b, Value x, Value y, int depth);
  void total(Builder& b, const Sum& sum, Value count, int depth);

  Program& program_;
  Constants constants_;
  std::vector<char> active_;
  Renaming names_;
  std::unordered_set<std::uint32_t> both_logistic_;  // x of which log1p_exp and inv_logit are had
  std::unordered_map<std::uint32_t, int> divides_;   // how often a value is a denominator
  std::vector<int> uses_;
  std::vector<Builder*> around_;  // of the loops around, the regions that hold them
  std::vector<int> depth_;
  std::unordered_map<std::uint32_t, Instruction> defined_;
};

}  // namespace tyche::passes
