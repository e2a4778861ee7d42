#!/usr/bin/env python3
"""Processes beside SimPy 4.1: simulation.py BUILD prints a JSON row a shop.

SimPy is installed in build/simpy. Both run the same shop with the same seeds in turn; a row is the
ratio of the medians of their times. It appears only if the mean waits agree within four of their
combined standard errors over the seeds.
"""
import json
import math
import pathlib
import statistics
import subprocess
import sys
import venv

root = pathlib.Path(__file__).resolve().parent.parent
program = pathlib.Path(sys.argv[1]).resolve() / "bench" / "bench_processes"
home = root / "build" / "simpy"
requirement = "simpy==4.1.2"
shops = {"barbershop": "barbershop", "job_shop": "job shop", "rework": "rework",
         "fab": "five-station fab"}
stop, seeds = 200_000, 10


def install():
    """The virtual environment, once for each version."""
    stamp = home / "requirement"
    if stamp.exists() and stamp.read_text() == requirement:
        return
    venv.create(home, clear=True, symlinks=True, with_pip=True)
    subprocess.run([home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check",
                    requirement], check=True)
    stamp.write_text(requirement)


def run(command, name, seed):
    arguments = [*command, name, str(stop), str(seed)]
    return json.loads(subprocess.run(arguments, stdout=subprocess.PIPE, check=True).stdout)


def disagreement(left, right):
    """Of two lists of runs: the difference of their mean waits in combined standard errors."""
    means = [[one["mean_wait"] for one in runs] for runs in (left, right)]
    errors = [statistics.stdev(values) / math.sqrt(len(values)) for values in means]
    return abs(statistics.mean(means[0]) - statistics.mean(means[1])) / math.hypot(*errors)


def compare(name):
    ours, theirs = [], []
    for seed in range(1, seeds + 1):
        ours.append(run([program], name, seed))
        theirs.append(run([home / "bin" / "python", root / "bench" / "simpy" / "shops.py"], name, seed))
    apart = disagreement(ours, theirs)
    if apart > 4:
        sys.exit(f"{name}: mean waits are {apart:.1f} standard errors apart")
    tyche, simpy = (statistics.median(one["seconds"] for one in runs) for runs in (ours, theirs))
    print(json.dumps({
        "name": f"{shops[name]} against SimPy", "measured": round(simpy / tyche, 1),
        "unit": "times faster",
        "peer": f"SimPy 4.1.2 {1e3 * simpy:.0f} ms, Tyche {1e3 * tyche:.2f} ms, to 200k; "
                f"mean waits {apart:.1f} standard errors apart"}), flush=True)


def main():
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"no SimPy: {error}")
    for name in shops:
        compare(name)


if __name__ == "__main__":
    main()
