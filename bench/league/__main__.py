"""python3 -m bench.league BUILD: Tyche beside its peers, on every model of the league.

Installs the peers in build/league, measures every cell, prints the figures with their verdicts and
writes build/bench-peers.jsonl, docs/league.md and docs/league.svg. With a choice (--quick,
--models, --columns) what is written goes to build/league/chosen instead, and only figures that the
choice measures are printed. A peer that cannot be had, or breaks, is an empty column with its
reason, and figures that need it stay open. Python's standard library only: engines run in processes
of their own.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import sys
import time

from bench import report
from bench.league import cells, environment, figures, page, picture, whole
from bench.peers import engines

ROOT = cells.ROOT
FOLDER = ROOT / "build" / "league"
PYTHON = FOLDER / "venv" / "bin" / "python"
QUICK = ["simple", "eight_schools", "logistic", "sv", "eight_schools_noncentered", "kidiq_momiq",
         "arK"]
WHOLE = ["eight_schools_noncentered", "logistic"]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench-peers")
    parser.add_argument("build", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="a few models, three seeds")
    parser.add_argument("--models", nargs="+", choices=cells.MODELS)
    parser.add_argument("--columns", nargs="+", choices=list(engines.modules()))
    parser.add_argument("--seeds", type=int, help="10; with --quick 3")
    parser.add_argument("--seconds", type=float, default=120,
                        help="a cell, before seeds are saved: 120, so that all engines have all")
    parser.add_argument("--again", action="store_true", help="write the last run's tables anew")
    return parser.parse_args()


def prepare(measurer, columns, workloads):
    """Two at a time, after one that makes what they share."""
    for column, module in columns:
        if not getattr(module, "COMPILES_ONCE", False):
            continue
        print(f"compiling the models of {column.label}", flush=True)
        measurer.prepare(column, workloads[0]).wait()
        for k in range(1, len(workloads), 2):
            for process in [measurer.prepare(column, w) for w in workloads[k:k + 2]]:
                process.wait()


@dataclasses.dataclass
class Results:
    """Of one run of the league."""
    cells: dict       # (model, column key): Cell
    whole: dict       # model: {engine: milliseconds of the whole process}
    complaints: dict  # requirement: why it does not install
    load: float       # of the machine when it began
    seeds: int

    def save(self, path):
        values = dataclasses.asdict(self)
        path.write_text(json.dumps({**values, "cells": list(values["cells"].values())}))


def load(path):
    kept = json.loads(path.read_text())
    found = {(c["model"], c["column"]): cells.Cell(**c) for c in kept["cells"]}
    return Results(**{**kept, "cells": found})


def measure(options, path):
    """Keeps at `path` what there is after every model."""
    results = Results({}, {}, {}, os.getloadavg()[0], options.seeds or (3 if options.quick else 10))
    path.parent.mkdir(parents=True, exist_ok=True)
    results.complaints = environment.install(FOLDER / "venv")
    modules = engines.modules()
    columns = [modules[key] for key in modules if key in (options.columns or modules)]
    workloads = cells.workloads(options.build.resolve(), FOLDER / "scratch")
    chosen = [workloads[m] for m in options.models or (QUICK if options.quick else cells.MODELS)]
    measurer = cells.Measurer(PYTHON, FOLDER / "work", results.seeds, options.seconds)
    prepare(measurer, columns, chosen)
    for workload in chosen:
        begin = time.monotonic()
        for column in (column for column, _ in columns if column.takes(workload.name)):
            cell = results.cells[workload.name, column.key] = measurer.cell(column, workload)
            if cell.why_not:
                print(f"{workload.name}, {column.label}: {cell.why_not}", flush=True)
        print(f"{workload.name}: {time.monotonic() - begin:.0f} s", flush=True)
        results.save(path)
    results.whole = {w.name: whole.measure(PYTHON, w) for w in chosen if w.name in WHOLE}
    results.save(path)
    return results


def tell(results, folder):
    """The page and the picture; returns the rows."""
    league = figures.League(results.cells, [column for column, _ in engines.modules().values()])
    measured = figures.rows(league, results.whole)
    folder.mkdir(exist_ok=True)
    (folder / "league.md").write_text(page.page(league, results, measured))
    if league.shown():
        (folder / "league.svg").write_text(picture.picture(league))
    known = [f for f in report.load_figures() if f["program"] == "league"]
    return report.of_program(known, {each["name"]: each for each in measured})


def main():
    options = arguments()
    chosen = options.quick or options.models or options.columns
    begin = time.monotonic()
    kept = FOLDER / "chosen" if chosen else FOLDER
    path = kept / "results.json"
    results = load(path) if options.again else measure(options, path)
    rows = tell(results, kept if chosen else ROOT / "docs")
    report.write_lines((kept if chosen else ROOT / "build") / "bench-peers.jsonl", rows)
    report.print_table([row for row in rows if not chosen or row["measured"] is not None])
    for requirement, reason in results.complaints.items():
        print(f"{requirement} does not install: {reason}")
    print(f"{(time.monotonic() - begin) / 60:.0f} minutes")
    sys.exit(any(row["verdict"] == "fail" for row in rows))


if __name__ == "__main__":
    main()
