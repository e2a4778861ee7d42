#include "tyche/ir/tokens.hpp"

#include <cctype>
#include <charconv>

namespace tyche::ir {
namespace {

constexpr std::string_view symbols = "(){}[]:=,?@";

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' ||
         c == '+';
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view source) : rest_(source) {}

  Token next() {
    skip();
    if (rest_.empty()) return {TokenKind::end, "the end", 0, line_};
    const char c = rest_[0];
    if (c == '"') return text();
    if (c == '%') return value();
    if (symbols.find(c) != std::string_view::npos) {
      rest_.remove_prefix(1);
      return {TokenKind::symbol, std::string(1, c), 0, line_};
    }
    if (!in_word(c)) return bad();
    return {TokenKind::word, word(), 0, line_};
  }

 private:
  void skip() {
    while (!rest_.empty()) {
      if (rest_[0] == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (std::isspace(static_cast<unsigned char>(rest_[0])) == 0) {
        return;
      } else {
        line_ += rest_[0] == '\n';
        rest_.remove_prefix(1);
      }
    }
  }

  std::string word() {
    std::size_t length = 0;
    while (length < rest_.size() && in_word(rest_[length])) ++length;
    const std::string out(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return out;
  }

  Token bad() {
    Token token{TokenKind::bad, std::string(rest_.substr(0, 10)), 0, line_};
    rest_ = {};
    return token;
  }

  Token text() {
    std::string out;
    for (std::size_t k = 1; k < rest_.size() && rest_[k] != '\n'; ++k) {
      if (rest_[k] == '"') {
        rest_.remove_prefix(k + 1);
        return {TokenKind::text, out, 0, line_};
      }
      const bool escaped = rest_[k] == '\\' && k + 1 < rest_.size();
      if (escaped) ++k;
      out += escaped && rest_[k] == 'n' ? '\n' : rest_[k];
    }
    return bad();
  }

  Token value() {
    const std::string_view all = rest_;
    const auto failed = [&] {
      rest_ = all;
      return bad();
    };
    rest_.remove_prefix(1);
    std::string hint;
    if (!rest_.empty() && rest_[0] == '"') {
      const Token quoted = text();
      if (quoted.kind == TokenKind::bad || rest_.empty() || rest_[0] != '.') return failed();
      hint = quoted.text;
    }
    std::string name = word();
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos) {
      if (dot > 0) hint = name.substr(0, dot);
      name = name.substr(dot + 1);
    }
    Token token{TokenKind::value, hint, 0, line_};
    const auto read = std::from_chars(name.data(), name.data() + name.size(), token.id);
    if (name.empty() || read.ec != std::errc() || read.ptr != name.data() + name.size()) {
      return failed();
    }
    return token;
  }

  std::string_view rest_;
  int line_ = 1;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) {
  Tokenizer tokenizer(source);
  std::vector<Token> out;
  do {
    out.push_back(tokenizer.next());
  } while (out.back().kind != TokenKind::end);
  return out;
}

}  // namespace tyche::ir
