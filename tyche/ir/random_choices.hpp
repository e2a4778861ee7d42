// What random_program writes source programs with: choices, alone and in plates, loops and scans.
#pragma once
#include <functional>

#include "tyche/ir/random_writer.hpp"

namespace tyche::ir {

class RandomChoices {
 public:
  RandomChoices(Chance& chance, Program& program, RandomWriter& write)
      : chance_(chance), program_(program), write_(write) {}

  /// Appends what is sampled, and puts it in the pool.
  void parameters(Builder& b, Pool& pool);
  /// Appends a plate of observations of `name`, vector[count].
  void observations(Builder& b, const Pool& pool, const std::string& name, std::int64_t count);

 private:
  using Body = std::function<std::vector<Value>(Builder&, std::span<const Value>)>;
  Region region(std::vector<Type> arguments, const Body& body);
  std::string new_name() { return "choice_" + std::to_string(made_++); }
  std::vector<Value> moments(Builder& b, const Pool& pool);
  Value place(Builder& b, Instruction choice, Type type);
  Value real(Builder& b, const Pool& pool, const std::string& name);
  Ranged bounded(Builder& b, const Pool& pool);
  void vector(Builder& b, Pool& pool);
  void in_plate(Builder& b, Pool& pool);
  void in_loop(Builder& b, const Pool& pool);
  void in_scan(Builder& b, Pool& pool);

  Chance& chance_;
  Program& program_;
  RandomWriter& write_;
  int made_ = 0;
};

}  // namespace tyche::ir
