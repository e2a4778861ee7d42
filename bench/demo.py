#!/usr/bin/env python3
"""The whole process: first draw, time and memory of the demo. demo.py BUILD prints a JSON row a figure."""
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import time

root = pathlib.Path(__file__).resolve().parent.parent
program = pathlib.Path(sys.argv[1]) / "tyche"
runs = 11


def first_draw():
    """Milliseconds from the start of the process until a chain reports draws beyond its warm-up."""
    begin = time.perf_counter()
    command = [program, "demo", "eight_schools", "--progress", "json"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    taken = None
    for line in process.stderr:
        at = json.loads(line)
        if taken is None and at["phase"] == "sampling":
            taken = 1e3 * (time.perf_counter() - begin)
    if process.wait() or taken is None:
        sys.exit("the demo failed")
    return taken


def whole():
    """Seconds of ./dev demo, which checks the packages and the build first."""
    begin = time.perf_counter()
    subprocess.run([root / "dev", "demo", "--progress", "none"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def row(name, measured, unit):
    print(json.dumps({"name": name, "measured": round(measured, 3), "unit": unit}))


row("first draw of tyche demo eight_schools", statistics.median(first_draw() for _ in range(runs)), "ms")
row("demo from a warm build", statistics.median(whole() for _ in range(runs)), "s")
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
row("memory of the demo", peak, "MB")
