// How verify checks the types of one instruction, kind by kind. Seen by verify_*.cpp alone.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tyche/ir/verify_types.hpp"

namespace tyche::ir {

using Found = std::optional<Mismatch>;

class TypeCheck {
 public:
  TypeCheck(const Program& program, const Instruction& at)
      : program_(program), at_(at), operands_(types(at.operands)), results_(types(at.results)) {}

  Found check() const;

 private:
  std::vector<Type> types(const std::vector<Value>& values) const;
  static Found same(const std::string& what, const std::vector<Type>& expected,
                    const std::vector<Type>& found);
  Found given(const std::vector<Type>& expected) const;
  Found taken(const std::vector<Type>& expected) const;
  std::vector<Type> yields(std::size_t region) const;
  bool yielding(std::size_t region) const;
  Found shape(std::size_t region, const std::vector<Type>& arguments,
              const std::vector<Type>& yielded) const;
  Found regions(std::size_t count) const;
  Found constant() const;
  Found data() const;
  Found local() const;
  Found store() const;
  static Type part_of(const std::vector<Type>& place);
  Found item() const;
  Found plain() const;
  bool operands_fit() const;
  Found control() const;
  Found count() const;
  static std::vector<Type> with_index(std::vector<Type> rest);
  Found for_loop() const;
  static Type many(const Type& type);
  Found plate() const;
  Found scan() const;
  Found while_loop() const;
  Found if_else() const;
  static std::vector<Type> result_list(const Type& result);
  Found call() const;
  Found call_value() const;
  Found function() const;
  Found meaning() const;
  Found term() const;
  Found choice() const;

  const Program& program_;
  const Instruction& at_;
  const std::vector<Type> operands_;
  const std::vector<Type> results_;
};

/// Types in a message; `nothing` for none.
std::string listed(const std::vector<Type>& types);

}  // namespace tyche::ir
