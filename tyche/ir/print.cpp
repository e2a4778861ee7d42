#include "tyche/ir/print.hpp"

#include <cctype>
#include <cmath>

#include "tyche/base/decimals.hpp"

namespace tyche::ir {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string word(const std::string& text) {
  bool plain = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0;
  for (char c : text) plain = plain && (std::isalnum(static_cast<unsigned char>(c)) || c == '_');
  return plain ? text : quoted(text);
}

std::string number(double x) { return std::isnan(x) ? "nan" : decimals(x); }

std::string definition(const Program& program, Value v) {
  return print(program, v) + " : " + to_string(program.type(v));
}

std::string definitions(const Program& program, const std::vector<Value>& values) {
  std::string out;
  for (Value v : values) out += (out.empty() ? "" : ", ") + definition(program, v);
  return out;
}

std::string constant(const Program& program, const Instruction& instruction) {
  switch (program.type(instruction.results[0]).kind) {
    case Kind::real:
      return number(instruction.number);
    case Kind::boolean:
      return instruction.integer != 0 ? "true" : "false";
    default:
      return std::to_string(instruction.integer);
  }
}

const char* text(Role role) {
  switch (role) {
    case Role::prior:
      return "prior";
    case Role::likelihood:
      return "likelihood";
    case Role::jacobian:
      return "jacobian";
  }
  return "?";
}

/// What stands between the name of the op and its operands.
std::string attributes(const Program& program, const Instruction& at) {
  switch (at.op) {
    case Op::constant:
      return " " + constant(program, at);
    case Op::data:
    case Op::output:
    case Op::call:
    case Op::function:
      return " " + word(at.name);
    case Op::reject:
    case Op::print:
      return " " + quoted(at.name);
    case Op::choice:
      return " " + word(at.name) + (at.normalised ? "" : " unnormalised");
    case Op::term:
      return std::string(" ") + text(at.role) + (at.normalised ? "" : " unnormalised");
    case Op::local:
      return at.integer != 0 ? " unset" : "";
    case Op::add_to:
      return at.integer != 0 ? " in_turn" : "";
    case Op::size:
    case Op::item:
      return " " + std::to_string(at.integer);
    case Op::plate:
      return " mapped " + std::to_string(at.integer) +
             (at.order == Order::lanes ? " order lanes" : "");
    case Op::scan:
      return " carried " + std::to_string(at.integer);
    default:
      return {};
  }
}

void print_body(const Program& program, const Region& region, const std::string& indent,
                std::string& out);

void print_region(const Program& program, const Region& region, const std::string& indent,
                  std::string& out) {
  if (!region.arguments.empty()) out += " (" + definitions(program, region.arguments) + ")";
  if (region.body.empty()) {
    out += " {}";
    return;
  }
  out += " {\n";
  print_body(program, region, indent + "  ", out);
  out += indent + "}";
}

void print_body(const Program& program, const Region& region, const std::string& indent,
                std::string& out) {
  for (const Instruction& instruction : region.body) {
    out += indent + print_head(program, instruction);
    for (const Region& inner : instruction.regions) print_region(program, inner, indent, out);
    out += "\n";
  }
}

void print_entry(const Program& program, const char* name, const Region& region, std::string& out) {
  if (region.arguments.empty() && region.body.empty()) return;
  out += name;
  print_region(program, region, "", out);
  out += "\n";
}

std::string location(std::int32_t index) { return index < 0 ? "" : " @ " + std::to_string(index); }

}  // namespace

std::string print(const Program& program, Value value) {
  if (value.id >= program.values.size()) return "%" + std::to_string(value.id);
  const std::string& hint = program.values[value.id].hint;
  return "%" + (hint.empty() ? "" : word(hint) + ".") + std::to_string(value.id);
}

std::string print_head(const Program& program, const Instruction& instruction) {
  std::string out = definitions(program, instruction.results);
  if (!out.empty()) out += " = ";
  out += info(instruction.op).name;
  out += attributes(program, instruction);
  for (Value v : instruction.operands) out += " " + print(program, v);
  return out + location(instruction.location);
}

std::string print(const Program& program) {
  std::string out;
  for (const Data& data : program.data) {
    out += "data " + word(data.name) + " : " + to_string(data.type);
    for (const Support& support : data.supports) {
      out += support.open ? " within " : " from ";
      out += number(support.lower) + " to " + number(support.upper);
    }
    out += location(data.location) + "\n";
  }
  for (const Function& function : program.functions) {
    out += "function " + word(function.name) + " : " + to_string(function.result);
    print_region(program, function.region, "", out);
    out += "\n";
  }
  print_entry(program, "prelude", program.prelude, out);
  print_entry(program, "density", program.density, out);
  print_entry(program, "outputs", program.outputs, out);
  for (std::size_t k = 0; k < program.locations.size(); ++k) {
    const Location& at = program.locations[k];
    out += "location " + std::to_string(k) + " " + quoted(at.file) + " " + std::to_string(at.line) +
           "\n";
  }
  return out;
}

}  // namespace tyche::ir
