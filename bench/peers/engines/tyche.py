"""Tyche itself, by bench_league: what a user gets who sets nothing; and the funnel as it is written,
by WALNUTS."""
import pathlib

from bench.peers.engines import Column
from bench.peers.engines.requests import Requests

COLUMNS = [Column(0, "tyche", "Tyche, 1 chain", {"chains": 1}),
           Column(1, "tyche_8", "Tyche, 8 chains on 2 cores", {"chains": 8}, chains=8, cores=2),
           Column(10, "walnuts", "WALNUTS, no re-centring, 1 chain",
                  {"chains": 1, "kernel": "walnuts"}, models=("funnel",), draws=10000),
           Column(11, "walnuts_8", "WALNUTS, no re-centring, 8 chains on 2 cores",
                  {"chains": 8, "kernel": "walnuts"}, chains=8, cores=2, models=("funnel",),
                  draws=10000)]


def version():
    return "as in this tree"


def Session(workload, options):
    program = pathlib.Path(workload.build) / "bench" / "bench_league"
    kernel = [options["kernel"]] if "kernel" in options else []
    return Requests([program, "sample", workload.tyche_name, options["chains"], *kernel])
