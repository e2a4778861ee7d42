"""The league's figures: how Tyche stands beside the best of the peers, by the names of
bench/figures.json. One that lacks a cell it needs stays open."""
import math

from bench.league.cells import TWELVE, median

TIMED = ["simple", "medium", "stress", "eight_schools", "funnel", "logistic", "sv"]
MIXED = ["simple", "medium", "stress", "logistic", "sv"] + TWELVE
OURS = {"tyche": "1 chain", "tyche_8": "8 chains on 2 cores"}
LAST = "stanli_fast"  # data reduced to sufficient statistics: in a class of its own
NECK = (2.8, 3.2)     # of the sd of the funnel's y, which is 3
# The funnel as it is written. One chain's 10,000 draws have an effective size near 90 in y, so a
# standard error of its sd near 0.2, as wide as NECK: it takes eight to tell.
AS_WRITTEN = {"walnuts_8": "funnel by WALNUTS, no re-centring: sd of y in [2.8, 3.2]",
              "walnuts": "funnel by WALNUTS, no re-centring, 1 chain: sd of y in [2.8, 3.2]"}


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def spread(values):
    return f"{median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


class League:
    """All cells, {(model, column key): Cell}, and the columns in their order."""

    def __init__(self, cells, columns):
        self.cells, self.columns = cells, columns

    def has(self, model, *keys):
        return all((model, key) in self.cells and self.cells[model, key].runs for key in keys)

    def shown(self):
        """The columns that were asked for, but those of single models."""
        return [c for c in self.columns
                if not c.models and any(key == c.key for _, key in self.cells)]

    def peers(self, but=()):
        return [c.key for c in self.columns
                if not c.models and c.key not in OURS and c.key not in but]

    def best(self, model, figure, choose, but=()):
        """(key, its values) of the peer with the best median of a Cell's `figure`; None where a
        peer has none."""
        keys = self.peers(but)
        if not self.has(model, *keys):
            return None
        values = {key: figure(self.cells[model, key]) for key in keys}
        return choose(values.items(), key=lambda each: median(each[1]))


def row(name, measured, unit, peer=""):
    return {"name": name, "measured": measured, "unit": unit, "peer": peer, "floor": None}


def speeds(league):
    for model in TIMED:
        best = league.best(model, lambda c: c.microseconds(), min, [LAST])
        for key, label in OURS.items():
            name, unit = f"time a leapfrog, {label}: {model}", "times faster"
            if best is None or not league.has(model, key):
                yield row(name, None, unit)
                continue
            ours = league.cells[model, key].microseconds()
            yield row(name, median(best[1]) / median(ours), unit,
                      f"us: {spread(ours)}, {best[0]} {spread(best[1])}")


def mixing(league):
    ratios = []
    for model in MIXED:
        name, unit = f"ESS a leapfrog: {model}", "of the best peer's"
        best = league.best(model, lambda c: c.ess_a_leapfrog(), max)
        if best is None or not league.has(model, "tyche"):
            yield row(name, None, unit)
            continue
        ours = league.cells[model, "tyche"].ess_a_leapfrog()
        ratios.append(median(ours) / median(best[1]))
        yield row(name, ratios[-1], unit, f"{spread(ours)}, {best[0]} {spread(best[1])}")
    whole = len(ratios) == len(MIXED)
    yield row("ESS a leapfrog: all", geometric_mean(ratios) if whole else None,
              "geometric mean", f"of {len(ratios)} models")


def ratios(league, ours, best_of):
    """{model: ESS/s of the column `ours` over that of best_of(model) -> values}, of those of the
    twelve that have both."""
    found = {}
    for model in TWELVE:
        values = best_of(model)
        if values is not None and league.has(model, ours):
            mine = median(league.cells[model, ours].ess_a_second())
            found[model] = mine / median(values)
    return found


def against(league, key):
    return lambda model: (league.cells[model, key].ess_a_second() if league.has(model, key)
                          else None)


def against_best(league):
    def best(model):
        found = league.best(model, lambda c: c.ess_a_second(), max, [LAST])
        return found and found[1]
    return best


def mean_row(name, found):
    whole = len(found) == len(TWELVE)
    least = min(found, key=found.get) if found else ""
    return row(name, geometric_mean(found.values()) if whole else None, "times, geometric mean",
               f"least {found[least]:.3g}, {least}" if found else "")


def effective_speeds(league):
    for key, label in OURS.items():
        low_rank = ratios(league, key, against(league, "nutpie_low_rank"))
        yield mean_row(f"ESS/s, {label}, against Stan",
                       ratios(league, key, against(league, "stan")))
        yield mean_row(f"ESS/s, {label}, against nutpie's low rank", low_rank)
        yield row(f"ESS/s, {label}, against nutpie's low rank, least of 12",
                  min(low_rank.values()) if len(low_rank) == len(TWELVE) else None, "times")
        yield mean_row(f"ESS/s, {label}, against the best but fast_math",
                       ratios(league, key, against_best(league)))
        yield mean_row(f"ESS/s, {label}, against dense with fast_math",
                       ratios(league, key, against(league, LAST)))
    best = league.best("sv", lambda c: c.ess_a_second(), max)
    for key, label in OURS.items():
        known = best is not None and league.has("sv", key)
        ours = league.cells["sv", key].ess_a_second() if known else None
        yield row(f"ESS/s, {label}: sv", median(ours) / median(best[1]) if known else None, "times",
                  f"{spread(ours)}, {best[0]} {spread(best[1])}" if known else "")


def necks(league):
    """Shares of the seeds."""
    for key, label in OURS.items():
        names = {"funnel": f"funnel, {label}: sd of y in [2.8, 3.2], no divergence",
                 "eight_schools": f"eight schools, centred, {label}: no divergence"}
        for model, name in names.items():
            if not league.has(model, key):
                yield row(name, None, "of the seeds")
                continue
            cell = league.cells[model, key]
            clean = [run["divergent"] == 0 for run in cell.runs]
            sds = cell.scalars["y"]["sds"] if model == "funnel" else []
            within = [NECK[0] <= sd <= NECK[1] for sd in sds] or clean
            good = [a and b for a, b in zip(clean, within)]
            yield row(name, sum(good) / len(good), "of the seeds",
                      f"{sum(clean)} of {len(clean)} without a divergence"
                      + (f"; sd {spread(sds)}" if sds else ""))


def necks_as_written(league):
    """Shares of the seeds; divergences are shown, and no failure."""
    for key, name in AS_WRITTEN.items():
        if not league.has("funnel", key):
            yield row(name, None, "of the seeds")
            continue
        cell = league.cells["funnel", key]
        y = cell.scalars["y"]
        within = sum(NECK[0] <= sd <= NECK[1] for sd in y["sds"])
        yield row(name, within / len(y["sds"]), "of the seeds",
                  f"sd {spread(y['sds'])}, ESS of y {spread(y['ess'])}, divergences "
                  + spread([run["divergent"] for run in cell.runs]))


def processes(whole):
    """`whole`: {model: {engine: (median, least, most) or None}}."""
    for model, found in whole.items():
        ours, theirs = found["tyche"], found["stanli"]
        yield row(f"8 chains, process start to summary: {model}", ours[0] if ours else None, "ms",
                  f"stanli {theirs[0]:.0f} ({theirs[1]:.0f} to {theirs[2]:.0f})" if theirs else "")


def rows(league, whole):
    return [*speeds(league), *mixing(league), *effective_speeds(league), *necks(league),
            *necks_as_written(league), *processes(whole)]
