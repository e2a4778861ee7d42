#include "tyche/ir/parse.hpp"

#include <charconv>
#include <map>
#include <optional>

#include "tyche/ir/tokens.hpp"

namespace tyche::ir {
namespace {

constexpr std::uint64_t largest_value = 4'000'000;
constexpr int deepest = 200;

const std::map<std::string_view, Op>& ops_by_name() {
  static const std::map<std::string_view, Op> ops = [] {
    std::map<std::string_view, Op> out;
    for (const OpInfo& row : op_table()) out[row.name] = row.op;
    return out;
  }();
  return ops;
}

/// The first mistake is kept and moves to the end, so that every loop ends.
class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokenize(text)) {}

  Result<Program> program() {
    while (at().kind != TokenKind::end) item();
    if (error_) return std::unexpected(*error_);
    return std::move(program_);
  }

 private:
  const Token& at() const { return tokens_[position_]; }

  void fail(std::string expected) {
    if (!error_) {
      const std::string found =
          at().kind == TokenKind::value ? "%" + std::to_string(at().id) : at().text;
      error_ = Error{"line " + std::to_string(at().line), std::move(expected), found,
                     "mend the text: ir::print shows the form of each line"};
    }
    position_ = tokens_.size() - 1;
  }

  bool take_if(TokenKind kind, std::string_view text) {
    if (at().kind != kind || at().text != text) return false;
    ++position_;
    return true;
  }
  bool symbol_if(std::string_view text) { return take_if(TokenKind::symbol, text); }
  bool word_if(std::string_view text) { return take_if(TokenKind::word, text); }
  void symbol(std::string_view text) {
    if (!symbol_if(text)) fail("'" + std::string(text) + "'");
  }

  std::string word(const char* what) {
    if (at().kind != TokenKind::word) return fail(what), "";
    return tokens_[position_++].text;
  }

  std::string name() {
    if (at().kind != TokenKind::word && at().kind != TokenKind::text) return fail("a name"), "";
    return tokens_[position_++].text;
  }

  std::string text() {
    if (at().kind != TokenKind::text) return fail("text in quotes"), "";
    return tokens_[position_++].text;
  }

  template <class T>
  T number(const char* what) {
    T out = 0;
    if (at().kind != TokenKind::word) return fail(what), out;
    const std::string& from = at().text;
    const auto read = std::from_chars(from.data(), from.data() + from.size(), out);
    if (read.ec != std::errc() || read.ptr != from.data() + from.size()) return fail(what), T(0);
    ++position_;
    return out;
  }

  Value value() {
    if (at().kind != TokenKind::value || at().id > largest_value) return fail("a value"), Value{};
    return {std::uint32_t(tokens_[position_++].id)};
  }

  Value definition() {
    const std::string hint = at().kind == TokenKind::value ? at().text : "";
    const Value v = value();
    symbol(":");
    Type type = this->type(0);
    if (error_) return v;
    if (program_.values.size() <= v.id) program_.values.resize(v.id + 1);
    program_.values[v.id] = {std::move(type), hint};
    return v;
  }

  std::vector<std::int64_t> dims() {
    std::vector<std::int64_t> out;
    symbol("[");
    while (!error_) {
      out.push_back(symbol_if("?") ? unknown : number<std::int64_t>("a dim"));
      if (symbol_if("]")) break;
      symbol(",");
    }
    return out;
  }

  std::vector<Type> types(int depth) {
    std::vector<Type> out;
    symbol("(");
    if (symbol_if(")")) return out;
    while (!error_) {
      out.push_back(type(depth));
      if (symbol_if(")")) break;
      symbol(",");
    }
    return out;
  }

  Type sized(Kind kind, std::size_t count) {
    Type out{kind, dims()};
    if (out.dims.size() != count) fail(std::to_string(count) + " dims");
    return out;
  }

  Type type(int depth) {
    if (depth > deepest) return fail("types nested less deep"), Type{};
    if (word_if("real")) return Type::real();
    if (word_if("integer")) return Type::integer();
    if (word_if("boolean")) return Type::boolean();
    if (word_if("complex")) return {Kind::complex};
    if (word_if("none")) return {};
    if (word_if("vector")) return sized(Kind::vector, 1);
    if (word_if("row_vector")) return sized(Kind::row_vector, 1);
    if (word_if("matrix")) return sized(Kind::matrix, 2);
    if (word_if("tuple")) return Type::tuple(types(depth + 1));
    if (word_if("function")) return {Kind::function, {}, types(depth + 1)};
    if (word_if("array")) {
      std::vector<std::int64_t> own = dims();
      return Type::array(type(depth + 1), std::move(own));
    }
    return fail("a type"), Type{};
  }

  std::int32_t location() { return symbol_if("@") ? number<std::int32_t>("a location") : -1; }

  Region region(int depth) {
    Region out;
    if (depth > deepest) return fail("braces nested less deep"), out;
    if (symbol_if("(")) {
      while (!error_) {
        out.arguments.push_back(definition());
        if (symbol_if(")")) break;
        symbol(",");
      }
    }
    symbol("{");
    while (!error_ && !symbol_if("}")) out.body.push_back(instruction(depth));
    return out;
  }

  /// Whether the value in hand is the first result of the next instruction.
  bool defines() const {
    const Token& next = tokens_[position_ + 1];
    return next.kind == TokenKind::symbol && next.text == ":";
  }

  bool region_follows() const {
    return at().kind == TokenKind::symbol && (at().text == "(" || at().text == "{");
  }

  Instruction instruction(int depth) {
    Instruction out{.op = Op::yield};
    if (at().kind == TokenKind::value) {
      do {
        out.results.push_back(definition());
      } while (symbol_if(","));
      symbol("=");
    }
    const auto found = ops_by_name().find(at().text);
    if (at().kind != TokenKind::word || found == ops_by_name().end()) {
      return fail("an operation"), out;
    }
    ++position_;
    out.op = found->second;
    attributes(out);
    while (at().kind == TokenKind::value && !defines()) out.operands.push_back(value());
    out.location = location();
    while (!error_ && region_follows()) out.regions.push_back(region(depth + 1));
    return out;
  }

  void constant(Instruction& out) {
    const bool typed = !error_ && out.results.size() == 1;
    const Kind kind = typed ? program_.type(out.results[0]).kind : Kind::none;
    if (kind == Kind::real) {
      out.number = number<double>("a number");
    } else if (kind == Kind::integer) {
      out.integer = number<std::int64_t>("a whole number");
    } else if (kind == Kind::boolean && (at().text == "true" || at().text == "false")) {
      out.integer = word("true or false") == "true";
    } else {
      fail("a constant of type real, integer or boolean");
    }
  }

  void attributes(Instruction& out) {
    switch (out.op) {
      case Op::constant:
        return constant(out);
      case Op::data:
      case Op::output:
      case Op::call:
      case Op::function:
      case Op::choice:
        out.name = name();
        break;
      case Op::reject:
      case Op::print:
        out.name = text();
        return;
      case Op::term:
        out.role = role();
        break;
      case Op::local:
        out.integer = word_if("unset") ? 1 : 0;
        return;
      case Op::add_to:
        out.integer = word_if("in_turn") ? 1 : 0;
        return;
      case Op::size:
      case Op::item:
        out.integer = number<std::int64_t>("a whole number");
        return;
      case Op::plate:
        if (!word_if("mapped")) fail("'mapped'");
        out.integer = number<std::int64_t>("a whole number");
        if (word_if("order")) out.order = order();
        return;
      case Op::scan:
        if (!word_if("carried")) fail("'carried'");
        out.integer = number<std::int64_t>("a whole number");
        return;
      default:
        return;
    }
    if (out.op == Op::term || out.op == Op::choice) out.normalised = !word_if("unnormalised");
  }

  Role role() {
    if (word_if("prior")) return Role::prior;
    if (word_if("likelihood")) return Role::likelihood;
    if (!word_if("jacobian")) fail("prior, likelihood or jacobian");
    return Role::jacobian;
  }

  Order order() {
    if (word_if("lanes")) return Order::lanes;
    if (!word_if("sequential")) fail("lanes or sequential");
    return Order::sequential;
  }

  std::vector<Support> supports() {
    std::vector<Support> out;
    for (;;) {
      const bool open = word_if("within");
      if (!open && !word_if("from")) return out;
      Support support{.lower = number<double>("a bound"), .open = open};
      if (!word_if("to")) fail("to");
      support.upper = number<double>("a bound");
      out.push_back(support);
    }
  }

  void item() {
    if (word_if("data")) {
      std::string own = name();
      symbol(":");
      Type declared = type(0);
      std::vector<Support> supports = this->supports();
      program_.data.push_back(
          {std::move(own), std::move(declared), location(), std::move(supports)});
    } else if (word_if("function")) {
      Function function{.name = name(), .region = {}, .result = {}};
      symbol(":");
      function.result = type(0);
      function.region = region(0);
      program_.functions.push_back(std::move(function));
    } else if (word_if("prelude")) {
      program_.prelude = region(0);
    } else if (word_if("density")) {
      program_.density = region(0);
    } else if (word_if("outputs")) {
      program_.outputs = region(0);
    } else if (word_if("location")) {
      const auto index = number<std::size_t>("the number of the location");
      if (!error_ && index != program_.locations.size()) fail("locations in order");
      std::string file = text();
      program_.locations.push_back({std::move(file), number<int>("a line")});
    } else {
      fail("data, function, prelude, density, outputs or location");
    }
  }

  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  Program program_;
  std::optional<Error> error_;
};

}  // namespace

Result<Program> parse(std::string_view text) { return Parser(text).program(); }

}  // namespace tyche::ir
