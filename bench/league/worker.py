"""worker.py FILE: one engine on one model, in a process of its own; a JSON line a run.

FILE is JSON: {"column", "workload", "seeds", "seconds", "folder"}; draws go to folder/SEED. Unless
the column says how many, the first run is looked at alone: if it is short, so that its time cannot
be told, all are made ten times as long, after half a second of such runs in which the processor's
clock settles. Seeds end when the seconds are over, but three are run where that takes no more than
three times as many. No seeds: the model is only compiled.
"""
import dataclasses
import json
import pathlib
import sys
import time

from bench.peers import engines

DRAWS, MORE_DRAWS = 1000, 10000
SHORT = 0.1  # seconds
SETTLED = 0.5  # seconds
FEW = 3  # seeds


def say(**what):
    print(json.dumps(what), flush=True)


def runs(session, request, asked):
    """Each run as a dict, as it is done. `asked`: draws a chain, or None."""
    def run(seed, draws):
        path = str(pathlib.Path(request["folder"]) / str(seed))
        done = session.sample(seed, draws, path)
        return {**dataclasses.asdict(done), "sampling": done.sampling(), "seed": seed,
                "draws": draws, "file": path}

    begin = time.perf_counter()
    first = run(1, asked or DRAWS)
    short = not asked and first["sampling"] < SHORT
    if not short:
        yield first
    while short and time.perf_counter() - begin < SETTLED:
        run(1, DRAWS)
    for seed in range(1 if short else 2, request["seeds"] + 1):
        spent = (time.perf_counter() - begin) / request["seconds"]
        if spent > (1 if seed > FEW else FEW) and seed > 1:
            return
        yield run(seed, MORE_DRAWS if short else asked or DRAWS)


def main():
    request = json.loads(pathlib.Path(sys.argv[1]).read_text())
    column, module = engines.modules()[request["column"]]
    begin = time.perf_counter()
    session = module.Session(engines.Workload(**request["workload"]), column.options)
    say(version=module.version(), compile_seconds=time.perf_counter() - begin)
    if request["seeds"]:
        for run in runs(session, request, column.draws):
            say(**run)


if __name__ == "__main__":
    main()
