// One event at a place of a flow: what each instruction does to the token and the place.
#pragma once
#include "tyche/simulation/flows/place.hpp"

namespace tyche::simulation::flows {

class Visit {
 public:
  Visit(Place& place, Now<Token>& now) : place_(place), program_(*place.program_), now_(now) {}

  /// The token goes on as far as it can, then those that it let go, in order.
  void handle(const Token& token);

  /// Sends this place the source's next token, at the time of its birth, or the next shift.
  void announce_birth(std::uint16_t at, std::uint32_t number);
  void announce_shift(std::uint32_t k);
  /// Serves with a capacity that was changed between two events.
  void take_up_capacity();

 private:
  enum class Then { goes_on, is_gone };

  void run(Token token);
  Then act(const Instruction& step, Token& token);

  static Then next(Token& token) {
    ++token.step;
    return Then::goes_on;
  }
  static Then go(Token& token, std::uint16_t to) {
    if (to <= token.step) ++token.laps;
    token.step = to;
    return Then::goes_on;
  }

  /// The random numbers of a token at a step.
  Random random(const Instruction& step, const Token& token, std::uint64_t skip = 0) const {
    return now_.random(program_.key(step.stream, token.origin), token.number,
                       (std::uint64_t{token.laps} << numbers_a_lap) + skip);
  }
  double value(const Instruction& step, const Token& token, std::uint64_t skip = 0) const;
  /// The same, but throws if it is none (0 / 0).
  double number(const Instruction& step, const Token& token) const;
  /// A time that an event may take; throws if it is none.
  double checked(double time, const Instruction& step) const;
  double gap_to(const Arrive& arrive, const Instruction& birth, const Token& token) const;
  [[noreturn]] void refuse(const Instruction& step, const std::string& why) const;

  Account& account(const Token& token) { return place_.accounts_[token.kind]; }
  void merge(const Token& token);
  void release(const Instruction& step);
  void serve();
  std::uint32_t fresh_group();
  Group& group_of(const Instruction& step, const Handle& handle);
  void forget(std::uint32_t slot);
  bool lies_elsewhere(const Handle& handle, const Token& token);

  Then birth(Token& token);
  Then seize(const Instruction& step, Token& token);
  Then hold(const Instruction& step, Token& token);
  Then unload(const Instruction& step, Token& token);
  Then route(const Instruction& step, Token& token);
  Then batch(const Instruction& step, Token& token);
  Then members(const Instruction& step, const Token& carrier);
  Then copies(const Instruction& step, Token& token);
  Then join(const Instruction& step, Token& token);
  Then assemble(const Instruction& step, Token& token);
  Then assign(const Instruction& step, Token& token);
  Then depart(const Instruction& step, const Token& token);
  Then shift(const Token& token);

  Place& place_;
  const Program& program_;
  Now<Token>& now_;
  int steps_ = 0;
};

}  // namespace tyche::simulation::flows
