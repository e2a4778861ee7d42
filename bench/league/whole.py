"""The whole process: eight chains with their warm-up, from its start to the summary on screen."""
import pathlib
import statistics
import subprocess
import time

RUNS = 7
PROGRAM = """
import stanli, sys, json
model = stanli.Model(stan_file=sys.argv[1], data=json.load(open(sys.argv[2])))
print(model.sample(chains=8, parallel_chains=2, refresh=0).summary())
"""


def milliseconds(command):
    """Median, least and most; None where it fails."""
    taken = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        taken.append(1e3 * (time.perf_counter() - begin))
        if done.returncode or not done.stdout:
            return None
    return statistics.median(taken), min(taken), max(taken)


def measure(python, workload):
    """{"tyche": ..., "stanli": ...} of one model; `python` is of the peers' environment."""
    import json

    data = pathlib.Path(workload.scratch) / "whole.json"
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text(json.dumps(workload.data))
    program = pathlib.Path(workload.build) / "tyche"
    return {"tyche": milliseconds([program, "demo", workload.name, "--progress", "none"]),
            "stanli": milliseconds([python, "-c", PROGRAM, workload.program, data])}
