"""A cell of the league: one engine on one model, all seeds. Measured in a process of its own, its
draws judged by Tyche's estimator like everybody's."""
import dataclasses
import json
import math
import os
import pathlib
import shutil
import signal
import statistics
import subprocess

from bench.peers import prepare
from bench.peers.engines import Workload

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWELVE = ["eight_schools_noncentered", "kidiq_momiq", "kidiq_interaction_z",
          "earnings_interaction", "nes1980", "mesquite_logvas", "low_dim_gauss_mix", "hmm_example",
          "arK", "garch11", "gp_regr", "sblr"]
# A chain that misses the neck of these looks best: nothing is made of their effective sizes.
FUNNELS = ["eight_schools", "funnel"]
MODELS = prepare.SEVEN + TWELVE


@dataclasses.dataclass
class Cell:
    """What came out. `runs` and the lists of `scalars` have an entry a seed."""
    model: str
    column: str
    runs: list = dataclasses.field(default_factory=list)
    scalars: dict = dataclasses.field(default_factory=dict)  # as bench_league judges them
    version: str = ""
    compile_seconds: float = math.nan
    why_not: str = ""

    def ess(self):
        """A seed's least over all scalars."""
        return [min(s["ess"][k] for s in self.scalars.values()) for k in range(len(self.runs))]

    def ess_a_leapfrog(self):
        return [ess / run["leapfrogs"] for ess, run in zip(self.ess(), self.runs)]

    def ess_a_second(self):
        return [ess / run["sampling"] for ess, run in zip(self.ess(), self.runs)]

    def microseconds(self):
        """Of the sampling phase, a leapfrog."""
        return [1e6 * run["sampling"] / run["leapfrogs"] for run in self.runs]

    def rhat(self):
        """The largest, all seeds' chains taken together; NaN of a single chain."""
        found = [s["rhat"] for s in self.scalars.values()]
        return math.nan if None in found else max(found)

    def apart_from(self, means):
        """Names of scalars whose mean is more than four standard errors from {name: (mean, its
        standard error)}."""
        return [name for name, (mean, error) in means.items() if name in self.scalars
                and not abs(self.scalars[name]["mean"] - mean)
                <= 4 * math.hypot(self.scalars[name]["mcse"] or math.inf, error)]


def median(values):
    return statistics.median(values)


def workloads(build, scratch):
    """{model: Workload} of the league."""
    data = dict(prepare.workloads(ROOT / "tests"))
    return {name: Workload(name=name, tyche_name=prepare.POSTERIORS.get(name, name),
                           program=str(ROOT / "bench" / "stan" / f"{name}.stan"), data=data[name],
                           build=str(build), scratch=str(scratch))
            for name in MODELS}


def reference_means(model):
    """{name: (mean, standard error)} of a known posterior, {} of one of the seven."""
    folder = ROOT / "tests" / "posteriors" / prepare.POSTERIORS.get(model, "")
    if model in prepare.SEVEN:
        return {}
    quantities = prepare.load(folder / "reference.json")["quantities"]
    return {name: (each["mean"], each["mcse_mean"]) for name, each in quantities.items()}


class Measurer:
    """Measures cells: `python` is of the peers' environment, `seconds` a cell's own budget."""

    def __init__(self, python, folder, seeds, seconds):
        shutil.rmtree(folder, ignore_errors=True)
        self.python, self.folder, self.seeds, self.seconds = python, folder, seeds, seconds

    def command(self, column, workload, seeds):
        """Of a worker, with a file that says what it is to do."""
        (self.folder / "draws").mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{column.key}-{workload.name}.json"
        file.write_text(json.dumps(
            {"column": column.key, "workload": dataclasses.asdict(workload), "seeds": seeds,
             "seconds": self.seconds, "folder": str(self.folder / "draws")}))
        return [self.python, "-m", "bench.league.worker", file]

    def prepare(self, column, workload):
        """A process that makes what is made once a model."""
        return subprocess.Popen(self.command(column, workload, 0), cwd=ROOT,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cell(self, column, workload):
        cell = Cell(workload.name, column.key)
        cores = sorted(os.sched_getaffinity(0))[:column.cores]
        process = subprocess.Popen(self.command(column, workload, self.seeds), cwd=ROOT, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True,
                                   preexec_fn=lambda: os.sched_setaffinity(0, cores))
        try:
            out, complaint = process.communicate(timeout=180 + 10 * self.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # and the program that it may have started
            out, complaint = process.communicate()
            complaint = "stopped: it took too long"
        for line in out.splitlines():
            said = json.loads(line)
            if "seed" in said:
                cell.runs.append(said)
            else:
                cell.version, cell.compile_seconds = said["version"], said["compile_seconds"]
        if process.returncode or not cell.runs:
            cell.why_not = (complaint.strip().splitlines() or ["no run"])[-1][:200]
        if cell.runs:
            self.judge(cell, workload)
        shutil.rmtree(self.folder / "draws", ignore_errors=True)
        return cell

    def judge(self, cell, workload):
        judge = pathlib.Path(workload.build) / "bench" / "bench_league"
        done = subprocess.run([judge, "judge", workload.tyche_name,
                               *(run.pop("file") for run in cell.runs)],
                              capture_output=True, text=True)
        if done.returncode:
            cell.why_not, cell.runs = done.stderr.strip()[:200], []
            return
        cell.scalars = json.loads(done.stdout)
