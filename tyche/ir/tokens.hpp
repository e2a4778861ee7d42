// Tokens of the printed form.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tyche::ir {

enum class TokenKind : std::uint8_t {
  word,    // op names, names, numbers such as 1e-3 or -inf
  text,    // in quotes; `text` holds what is between them
  value,   // %5 or %mu.5 or %"a b".5; `text` holds the hint, `id` the number
  symbol,  // one of ( ) { } [ ] : = , ? @
  bad,     // a quote that does not end, a value without a number
  end
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text = {};
  std::uint64_t id = 0;
  int line = 0;
};

std::vector<Token> tokenize(std::string_view source);

}  // namespace tyche::ir
