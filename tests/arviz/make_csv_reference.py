#!/usr/bin/env python3
"""Writes csv.json: what ArviZ 0.23.4 and CmdStanPy 1.3.2 read in the files of csv/, which are ours.

    pip install arviz==0.23.4 cmdstanpy==1.3.2
    TYCHE_UPDATE_GOLDEN=1 build/release/sinks_test     # writes csv/ anew
    python3 make_csv_reference.py

Columns are [chain][draw], without the warm-up.
"""
import json
import pathlib

import arviz
import cmdstanpy
import numpy as np

assert arviz.__version__ == "0.23.4"
assert cmdstanpy.__version__ == "1.3.2"
here = pathlib.Path(__file__).resolve().parent
files = [str(here / "csv" / f"chain_{k}.csv") for k in (1, 2)]
statistics = {"lp": "lp__", "acceptance_rate": "accept_stat__", "step_size": "stepsize__",
              "tree_depth": "treedepth__", "n_steps": "n_leapfrog__", "diverging": "divergent__",
              "energy": "energy__"}


def flat(name, x):
    """The columns of a variable: [chain, draw, dims...]."""
    for index in np.ndindex(x.shape[2:]):
        suffix = "[" + ",".join(str(i + 1) for i in index) + "]" if index else ""
        yield name + suffix, x[(slice(None), slice(None), *index)].astype(float).tolist()


def by_arviz():
    data = arviz.from_cmdstan(files, save_warmup=True)
    columns = {}
    for name, x in data.posterior.items():
        columns.update(flat(name, x.values))
    for name, x in data.sample_stats.items():
        columns.update(flat(statistics[name], x.values))
    return {"columns": columns, "warmup_draws": data.warmup_posterior.sizes["draw"]}


def by_cmdstanpy():
    fit = cmdstanpy.from_csv(files)
    draws = fit.draws()
    config = fit.metadata.cmdstan_config
    return {
        "columns": {name: draws[:, :, k].T.tolist() for k, name in enumerate(fit.column_names)},
        "warmup_draws": fit.draws(inc_warmup=True).shape[0] - draws.shape[0],
        "config": {key: config[key] for key in sorted(config) if key not in ("raw_header", "time")},
        "metric_type": fit.metric_type,
        "step_size": fit.step_size.tolist(),
        "inverse_mass": fit.inv_metric.tolist(),
    }


def plain(x):
    return x.item() if isinstance(x, np.generic) else list(x)


reference = {"arviz": by_arviz(), "cmdstanpy": by_cmdstanpy()}
(here / "csv.json").write_text(json.dumps(reference, indent=1, default=plain) + "\n")
