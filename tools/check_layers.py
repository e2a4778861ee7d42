#!/usr/bin/env python3
"""Checks that every include under tyche/ goes to a layer that LAYERS lets its folder see.

A folder within a layer is a layer of its own where LAYERS names it.
"""
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


def layer_of(folder):
    """The innermost layer of a folder of tyche/, or its first part where there is none."""
    parts = folder.split("/")
    names = ["/".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((name for name in names if name in allowed), parts[0])


errors = []
for path in sorted((root / "tyche").rglob("*.[ch]pp")):
    layer = layer_of(path.parent.relative_to(root / "tyche").as_posix())
    if path.parent == root / "tyche":
        continue  # the public umbrella header sees everything
    if layer not in allowed:
        errors.append(f"{path.relative_to(root)}: folder {layer} is not in LAYERS")
        continue
    is_test = "_test" in path.name
    for number, text in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#include\s+"tyche/([a-z_0-9/]+)/', text)
        if found and layer_of(found[1]) not in allowed[layer] and not is_test:
            errors.append(f"{path.relative_to(root)}:{number}: {layer} may not include {found[1]}")
print("\n".join(errors) if errors else "layers: every include points down")
sys.exit(bool(errors))
