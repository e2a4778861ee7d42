#!/usr/bin/env python3
"""Writes reference.json: draws of several shapes and what ArviZ 0.23.4 says of them.

    pip install arviz==0.23.4
    python3 make_reference.py

The draws are made here and written along with the answers, so that the tests need no generator.
A value that is NaN is written as null, an infinite one as "inf".
"""
import json
import math
import pathlib

import arviz
import numpy as np

assert arviz.__version__ == "0.23.4"


def ar1(rng, chains, draws, phi):
    x = np.empty((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        x[:, t] = phi * x[:, t - 1] + math.sqrt(1 - phi * phi) * rng.normal(size=chains)
    return x


def shapes():
    rng = np.random.default_rng(20211)
    yield "independent, 4 chains", rng.normal(size=(4, 200))
    yield "AR(1) 0.9, 4 chains", ar1(rng, 4, 250, 0.9)
    yield "AR(1) 0.3, 1 chain", ar1(rng, 1, 200, 0.3)
    yield "AR(1) 0.99, 2 chains", ar1(rng, 2, 256, 0.99)
    yield "AR(1) 0.5, 8 chains", ar1(rng, 8, 100, 0.5)
    yield "antithetic AR(1) -0.6, 3 chains", ar1(rng, 3, 150, -0.6)
    yield "strongly antithetic AR(1) -0.95, 2 chains", ar1(rng, 2, 120, -0.95)
    yield "odd number of draws", ar1(rng, 4, 101, 0.4)
    yield "Cauchy", rng.standard_cauchy(size=(4, 200))
    stuck = rng.normal(size=(4, 100))
    stuck[2] = 1.25
    yield "one chain stuck", stuck
    halfway = rng.normal(size=(4, 100))
    halfway[0, 50:] = halfway[0, 49]
    yield "one chain stuck halfway", halfway
    yield "chains apart", rng.normal(size=(4, 100)) + np.arange(4)[:, None]
    yield "chains of different spread", rng.normal(size=(4, 100)) * (1 + np.arange(4))[:, None]
    yield "trend", rng.normal(size=(4, 100)) + np.linspace(0, 3, 100)
    yield "far from zero", 1e6 + 1e-3 * ar1(rng, 4, 100, 0.5)
    yield "large", 1e40 * ar1(rng, 2, 100, 0.5)
    yield "many ties", np.floor(2 * ar1(rng, 4, 150, 0.5))
    yield "two values", (rng.uniform(size=(4, 100)) < 0.3).astype(float)
    yield "constant", np.full((4, 50), 3.75)
    yield "constant, one chain", np.full((1, 50), -2.5)
    holed = rng.normal(size=(4, 50))
    holed[1, 7] = np.nan
    yield "one NaN", holed
    infinite = rng.normal(size=(4, 50))
    infinite[1, 7] = np.inf
    infinite[2, 9] = -np.inf
    yield "infinities", infinite
    yield "four draws", rng.normal(size=(4, 4))
    yield "five draws", rng.normal(size=(2, 5))
    yield "nine draws", ar1(rng, 2, 9, 0.2)
    yield "three draws", rng.normal(size=(4, 3))
    yield "17 chains", ar1(rng, 17, 30, 0.2)
    # 103, not 101: where a quantile is a draw, rounding alone decides whether ArviZ counts it below.
    yield "odd number of draws, one chain", ar1(rng, 1, 103, 0.4)
    yield "three draws, one chain", rng.normal(size=(1, 3))
    yield "two draws", rng.normal(size=(4, 2))
    yield "one draw a chain", rng.normal(size=(4, 1))
    yield "one draw", rng.normal(size=(1, 1))
    yield "every draw NaN", np.full((4, 50), np.nan)
    yield "constant, odd number of draws", np.full((4, 51), 0.5)
    yield "constant, three draws", np.full((4, 3), 0.5)
    yield "constant, one draw", np.full((1, 1), 0.5)
    yield "a draw from a constant", np.where(np.arange(200) == 77, 1.0, 0.0).reshape(4, 50)


def plain(x):
    x = float(x)
    return None if math.isnan(x) else "inf" if x == math.inf else "-inf" if x == -math.inf else x


def answers(x):
    # NumPy's means lose digits of draws far from zero; the difference from 1e6 is exact. (What goes
    # by ranks does not lose any.)
    origin = 1e6 if np.all(np.abs(x - 1e6) < 1) else 0.0
    far, x = x, x - origin
    enough = x.shape[1] >= 4 and not np.isnan(x).any()
    out = {
        "mean": origin + np.mean(x),
        "sd": np.std(x, ddof=1),
        "rhat": arviz.rhat(far),
        "rhat_bulk": arviz.rhat(far, method="z_scale"),
        "rhat_folded": arviz.rhat(far, method="folded"),
        "ess_bulk": arviz.ess(x),
        "ess_tail": arviz.ess(x, method="tail"),
        "ess_mean": arviz.ess(x, method="mean"),
        "ess_sd": arviz.ess(x, method="sd"),
        "ess_median": arviz.ess(x, method="median"),
        "mcse_mean": arviz.mcse(x),
        "mcse_sd": arviz.mcse(x, method="sd"),
        "mcse_q05": arviz.mcse(x, method="quantile", prob=0.05) if enough else math.nan,
        "mcse_q50": arviz.mcse(x, method="quantile", prob=0.5) if enough else math.nan,
        "mcse_q95": arviz.mcse(x, method="quantile", prob=0.95) if enough else math.nan,
    }
    for name, p in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        out[name] = origin + np.quantile(x, p)
    return {key: plain(value) for key, value in out.items()}


def energies():
    rng = np.random.default_rng(7)
    return np.stack([rng.normal(size=200), ar1(rng, 1, 200, 0.95)[0]])


def main():
    cases = []
    for name, x in shapes():
        with np.errstate(all="ignore"):
            cases.append({
                "name": name,
                "chains": x.shape[0],
                "draws": [plain(value) for value in x.ravel()],
                "answers": answers(x),
            })
    energy = energies()
    reference = {
        "arviz": arviz.__version__,
        "cases": cases,
        "energy": {
            "chains": 2,
            "draws": energy.ravel().tolist(),
            "bfmi": arviz.bfmi(energy).tolist(),
        },
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
