#!/usr/bin/env python3
"""Checks that the README's C++ is, line by line and in order, in examples/eight_schools.cpp."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
block = re.search(r"```cpp\n(.*?)```", (root / "README.md").read_text(), re.S)[1]
program = [line.strip() for line in (root / "examples" / "eight_schools.cpp").read_text().splitlines()]
at = 0
for line in filter(None, map(str.strip, block.splitlines())):
    if line not in program[at:]:
        sys.exit(f"README.md: \"{line}\" is not in examples/eight_schools.cpp (at its place)")
    at = program.index(line, at) + 1
