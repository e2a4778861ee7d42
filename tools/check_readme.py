#!/usr/bin/env python3
"""Checks that each C++ block of the README is, line by line and in order, in one of examples/*.cpp."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
programs = {path.name: [line.strip() for line in path.read_text().splitlines()]
            for path in sorted((root / "examples").glob("*.cpp"))}


def first_missing(block, program):
    """The first line of the block that the program lacks at its place, or none."""
    at = 0
    for line in filter(None, map(str.strip, block.splitlines())):
        if line not in program[at:]:
            return line
        at = program.index(line, at) + 1
    return None


for block in re.findall(r"```cpp\n(.*?)```", (root / "README.md").read_text(), re.S):
    missing = {name: first_missing(block, program) for name, program in programs.items()}
    if all(missing.values()):
        sys.exit("README.md: a block is in none of the examples; the first line that each lacks:\n" +
                 "\n".join(f"  {name}: {line}" for name, line in missing.items()))
