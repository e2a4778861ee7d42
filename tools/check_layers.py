#!/usr/bin/env python3
"""Checks that every include under tyche/ goes to a layer that LAYERS lets its folder see."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
allowed = {}
for line in (root / "LAYERS").read_text().splitlines():
    line = line.split("#")[0].strip()
    if line:
        name, uses = line.split(":")
        allowed[name.strip()] = set(uses.split()) | {name.strip()}

for name, uses in allowed.items():
    for lower in uses - {name}:
        if name in allowed.get(lower, ()):
            sys.exit(f"LAYERS: {name} and {lower} see each other")

errors = []
for path in sorted((root / "tyche").rglob("*.[ch]pp")):
    layer = path.relative_to(root / "tyche").parts[0]
    if path.parent == root / "tyche":
        continue  # the public umbrella header sees everything
    if layer not in allowed:
        errors.append(f"{path.relative_to(root)}: folder {layer} is not in LAYERS")
        continue
    is_test = "_test" in path.name
    for number, text in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#include\s+"tyche/([a-z_0-9]+)/', text)
        if found and found[1] not in allowed[layer] and not is_test:
            errors.append(f"{path.relative_to(root)}:{number}: {layer} may not include {found[1]}")
print("\n".join(errors) if errors else "layers: every include points down")
sys.exit(bool(errors))
