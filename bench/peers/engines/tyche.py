"""Tyche itself, by bench_league: what a user gets who sets nothing."""
import pathlib

from bench.peers.engines import Column
from bench.peers.engines.requests import Requests

COLUMNS = [Column(0, "tyche", "Tyche, 1 chain", {"chains": 1}),
           Column(1, "tyche_8", "Tyche, 8 chains on 2 cores", {"chains": 8}, chains=8, cores=2)]


def version():
    return "as in this tree"


def Session(workload, options):
    program = pathlib.Path(workload.build) / "bench" / "bench_league"
    return Requests([program, "sample", workload.tyche_name, options["chains"]])
