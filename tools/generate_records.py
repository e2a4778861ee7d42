#!/usr/bin/env python3
"""Makes tyche/runtime/records.{hpp,cpp} of records.json; with --check, only says whether they are stale."""
import json
import pathlib
import subprocess
import sys

folder = pathlib.Path(__file__).resolve().parent.parent / "tyche" / "runtime"
schema = json.loads((folder / "records.json").read_text())
types = {
    "u8": "std::uint8_t",
    "u32": "std::uint32_t",
    "u64": "std::uint64_t",
    "i64": "std::int64_t",
    "f64": "double",
    "text": "std::string",
    "array": "std::vector<double>",
    "blob": "Bytes",
    "texts": "std::vector<std::string>",
    "integers": "std::vector<std::int64_t>",
}
lists = {"texts": "text", "integers": "i64"}  # a count (64 bits), then the elements
records = schema["records"]
mark = "// Generated from records.json by tools/generate_records.py; do not edit.\n"


def header():
    out = "// The byte form of a run's events: one frame an event, checked when read.\n" + mark
    out += "#pragma once\n#include <cstdint>\n#include <string>\n#include <variant>\n#include <vector>\n\n"
    out += '#include "tyche/base/bytes.hpp"\n\nnamespace tyche::record {\n\n'
    out += f"inline constexpr std::uint32_t version = {schema['version']};\n\n"
    for r in records:
        out += f"/// {r['about'][0].upper() + r['about'][1:]}.\nstruct {r['name']} {{\n"
        out += f"  static constexpr std::uint32_t kind = {r['kind']};\n"
        for name, kind in r["fields"]:
            out += f"  {types[kind]} {name} = {{}};\n"
        out += f"  friend bool operator==(const {r['name']}&, const {r['name']}&) = default;\n}};\n\n"
    out += f"using Record = std::variant<{', '.join(r['name'] for r in records)}>;\n\n"
    out += "/// A frame of base/bytes.hpp.\nBytes encode(const Record& record);\n\n"
    out += "/// Reads the record at the front of `bytes` and moves `bytes` past it. One that was cut\n"
    out += "/// short, altered, of another version or unknown kind is an Error, and `bytes` stays.\n"
    out += "Result<Record> decode(ByteView& bytes);\n\n}  // namespace tyche::record\n"
    return out


def list_functions():
    out = ""
    for name, element in lists.items():
        out += f"void put_{name}(ByteWriter& to, const {types[name]}& list) {{\n  to.u64(list.size());\n"
        out += f"  for (const auto& x : list) to.{element}(x);\n}}\n\n"
        out += f"{types[name]} get_{name}(ByteReader& from) {{\n  {types[name]} list;\n"
        out += "  for (std::uint64_t left = from.u64(); left > 0 && from.ok(); --left) {\n"
        out += f"    list.push_back(from.{element}());\n  }}\n  return list;\n}}\n\n"
    return out


def put(name, kind):
    return f"put_{kind}(to, r.{name})" if kind in lists else f"to.{kind}(r.{name})"


def get(name, kind):
    return f"r.{name} = " + (f"get_{kind}(from)" if kind in lists else f"from.{kind}()")


def record_functions(r):
    name = r["name"]
    out = f"void write(ByteWriter& to, const {name}& r) {{\n"
    out += "".join(f"  {put(*field)};\n" for field in r["fields"]) + "}\n\n"
    out += f"Result<Record> read_{name.lower()}(ByteReader from) {{\n  {name} r;\n"
    out += "".join(f"  {get(*field)};\n" for field in r["fields"])
    out += f'  if (auto whole = from.finish("{name}"); !whole) return std::unexpected(whole.error());\n'
    return out + "  return r;\n}\n\n"


def read_any():
    out = "Result<Record> read(const Frame& frame) {\n  switch (frame.kind) {\n"
    for r in records:
        out += f"    case {r['name']}::kind: return read_{r['name'].lower()}(ByteReader(frame.payload));\n"
    out += '    default: return std::unexpected(Error{"record", "a known kind of record", '
    out += '"kind " + std::to_string(frame.kind), "read it with the version of Tyche that wrote it"});\n'
    return out + "  }\n}\n\n"


def public_functions():
    out = "Bytes encode(const Record& record) {\n  return std::visit([](const auto& r) {\n"
    out += "    ByteWriter to;\n    write(to, r);\n"
    out += "    return write_frame({r.kind, version, to.bytes()});\n  }, record);\n}\n\n"
    out += "Result<Record> decode(ByteView& bytes) {\n  ByteView rest = bytes;\n"
    out += "  const auto frame = read_frame(rest);\n  if (!frame) return std::unexpected(frame.error());\n"
    out += "  if (frame->version != version) {\n    return std::unexpected(Error{\"record\", \"version \" + "
    out += 'std::to_string(version), "version " + std::to_string(frame->version), '
    out += '"read it with the version of Tyche that wrote it"});\n  }\n'
    return out + "  auto record = read(*frame);\n  if (record) bytes = rest;\n  return record;\n}\n\n"


def source():
    out = mark + '#include "tyche/runtime/records.hpp"\n\nnamespace tyche::record {\nnamespace {\n\n'
    out += list_functions() + "".join(record_functions(r) for r in records) + read_any()
    return out + "}  // namespace\n\n" + public_functions() + "}  // namespace tyche::record\n"


def formatted(text):
    tool = ["clang-format-19", f"--assume-filename={folder / 'records.cpp'}"]
    return subprocess.run(tool, input=text, capture_output=True, text=True, check=True).stdout


stale = []
for name, text in (("records.hpp", header()), ("records.cpp", source())):
    path = folder / name
    text = formatted(text)
    if path.exists() and path.read_text() == text:
        continue
    stale.append(name)
    if "--check" not in sys.argv:
        path.write_text(text)
if "--check" in sys.argv and stale:
    sys.exit(f"{', '.join(stale)}: not what records.json says; run tools/generate_records.py")
