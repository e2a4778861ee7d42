"""Writes reference.json: log densities and cdfs by scipy 1.x, independent of tyche.

Run: python make_reference.py (needs scipy and numpy). Keys are names as in tyche/distributions;
each row holds parameters p, x and the log density lp; `edges` holds, for parameters p, the
quantiles at 1/20, ..., 19/20 of a continuous one.
"""
import json

import numpy as np
from scipy import stats

scalars = {
    "normal": (lambda m, s: stats.norm(m, s), [(0, 1), (1.5, 0.25), (-3, 40)]),
    "half_normal": (lambda s: stats.halfnorm(0, s), [(1,), (5,), (0.02,)]),
    "student_t": (lambda n, m, s: stats.t(n, m, s), [(1, 0, 1), (4.5, -2, 3), (60, 1, 0.1)]),
    "cauchy": (lambda m, s: stats.cauchy(m, s), [(0, 1), (2, 0.5)]),
    "half_cauchy": (lambda s: stats.halfcauchy(0, s), [(1,), (2.5,)]),
    "exponential": (lambda r: stats.expon(0, 1 / r), [(1,), (50,), (0.1,)]),
    "gamma": (lambda a, r: stats.gamma(a, 0, 1 / r), [(25, 4), (0.3, 2), (1, 1), (1000, 30)]),
    "beta": (lambda a, b: stats.beta(a, b), [(5, 5), (0.5, 0.9), (1, 3), (200, 3)]),
    "lognormal": (lambda m, s: stats.lognorm(s, 0, np.exp(m)), [(0, 1), (2, 0.3)]),
    "uniform": (lambda a, b: stats.uniform(a, b - a), [(0, 1), (-2, 7)]),
}
counts = {
    "bernoulli": (lambda p: stats.bernoulli(p), [(0.2,), (0.999,)]),
    "bernoulli_logit": (lambda a: stats.bernoulli(1 / (1 + np.exp(-a))), [(0.7,), (-3,)]),
    "binomial": (lambda n, p: stats.binom(n, p), [(10, 0.3), (1, 0.5), (400, 0.9), (30, 0.02)]),
    "poisson": (lambda r: stats.poisson(r), [(0.4,), (9,), (250,)]),
    "poisson_log": (lambda a: stats.poisson(np.exp(a)), [(-1,), (3,)]),
}


def rows(table, points):
    out = {}
    for name, (make, parameters) in table.items():
        out[name] = []
        for p in parameters:
            d = make(*p)
            log_density = d.logpdf if hasattr(d.dist, "logpdf") and name in scalars else d.logpmf
            for x in points(d):
                out[name].append({"p": list(p), "x": float(x), "lp": float(log_density(x))})
    return out


def edges(table):
    return [{"name": name, "p": list(p), "at": [float(make(*p).ppf(k / 20)) for k in range(1, 20)]}
            for name, (make, parameters) in table.items() for p in parameters]


quantiles = [0.001, 0.1, 0.5, 0.8, 0.999]
reference = rows(scalars, lambda d: [d.ppf(q) for q in quantiles])
reference |= rows(counts, lambda d: sorted({d.ppf(q) for q in quantiles}))

alpha = [0.5, 1.0, 3.5, 2.0]
x = [0.1, 0.2, 0.3, 0.4]
reference["dirichlet"] = [{"alpha": alpha, "x": x, "lp": float(stats.dirichlet(alpha).logpdf(x))}]
L = np.array([[1.5, 0, 0], [-0.4, 0.7, 0], [0.2, 1.1, 2.0]])
mu, x = [1.0, -2.0, 0.5], [0.3, -1.0, 2.5]
lp = float(stats.multivariate_normal(mu, L @ L.T).logpdf(x))
reference["multi_normal_cholesky"] = [{"mu": mu, "L": L.tolist(), "x": x, "lp": lp}]
reference["edges"] = edges(scalars)
with open("reference.json", "w") as out:
    out.write(json.dumps(reference).replace("}, ", "},\n"))
    out.write("\n")
