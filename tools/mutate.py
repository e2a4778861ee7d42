#!/usr/bin/env python3
"""mutate.py [WORDS...]: breaks important kernels on purpose, one at a time, and sees the tests fail.

With words, only those whose name or file holds one of them. Each row: file, text as it stands, text
as broken, test programs that must notice. The broken file is put back whatever happens. Exits
non-zero if a mutant survives or a row no longer matches the code.
"""
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
build = root / "build" / "release"


def survives(row):
    path = root / row["file"]
    original = path.read_text()
    if original.count(row["text"]) != 1:
        sys.exit(f"{row['file']}: the text of mutant \"{row['name']}\" is not there exactly once")
    try:
        path.write_text(original.replace(row["text"], row["broken"]))
        built = subprocess.run(["ninja", "-C", build, *row["tests"]], capture_output=True)
        if built.returncode:
            sys.exit(f"mutant \"{row['name']}\" does not compile:\n{built.stdout.decode()[-2000:]}")
        return all(
            subprocess.run([build / test], capture_output=True, timeout=600).returncode == 0
            for test in row["tests"]
        )
    finally:
        path.write_text(original)


def main():
    words = sys.argv[1:]
    rows = [row for row in json.loads((root / "tools" / "mutants.json").read_text())
            if not words or any(word in row["name"] or word in row["file"] for word in words)]
    if not rows:
        sys.exit(f"no mutant's name or file holds {' or '.join(words)}")
    alive = []
    for row in rows:
        alive += [row["name"]] if survives(row) else []
        print(f"{'SURVIVED' if row['name'] in alive else 'killed':9} {row['name']}", flush=True)
    tests = {test for row in rows for test in row["tests"]}
    subprocess.run(["ninja", "-C", build, *sorted(tests)], capture_output=True, check=True)
    print(f"{len(rows) - len(alive)} killed, {len(alive)} survived")
    return bool(alive)


if __name__ == "__main__":
    sys.exit(main())
