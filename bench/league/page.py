"""docs/league.md: the league in tables."""
import math
import os

from bench.league.cells import FUNNELS, MODELS, TWELVE, median, reference_means
from bench.league.figures import AS_WRITTEN

RHAT = 1.01
METHOD = """\
# The league

Same model, same data, one run on one machine; every engine at its defaults or at the documented
setting that its column names. {seeds} seeds, warm-up 1,000, 1,000 draws (where that took under
0.1 s 10,000, after half a second in which the processor's clock settles). One chain on one core
except where a column says more. Time is that of the sampling phase with everything in it, draws in
memory, split by leapfrogs where an engine does not time its phases; compiling is apart. ESS:
rank-normalised bulk, the least over all scalars, by one estimator for all engines. Medians over
seeds. `xk`: k seeds, as more take long. `R`: R-hat above 1.01, the chains of all seeds taken
together. `≠k`: the means of k scalars lie more than four standard errors from the reference draws
(of the seven models: from stanli's). In brackets: a chain that misses the neck looks best, so ESS
says nothing. Machine: {machine}, load {load:.1f} when it began.
Figures, targets and verdicts: `./dev bench-peers`.

![ESS a second](league.svg)
"""


def short(x):
    """Three digits at most."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if x >= 0.9995 * size:
            return f"{x / size:.3g}{letter}"
    return f"{x:.3g}" if x >= 0.01 else f"{x:.2g}"


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else 'unknown'}, {len(os.sched_getaffinity(0))} cores"


def means_to_agree_with(league, cell):
    """The reference draws', or of the seven models another engine's."""
    if cell.model in TWELVE:
        return reference_means(cell.model)
    for key in ("stanli", "stan"):
        if key != cell.column and league.has(cell.model, key):
            other = league.cells[cell.model, key].scalars
            return {name: (s["mean"], s["mcse"] or math.inf) for name, s in other.items()}
    return {}


def marks(league, cell, seeds):
    found = []
    if len(cell.runs) < seeds:
        found.append(f"x{len(cell.runs)}")
    if cell.rhat() > RHAT:
        found.append(f"R {cell.rhat():.2f}")
    apart = [] if cell.model in FUNNELS else cell.apart_from(means_to_agree_with(league, cell))
    if apart:
        found.append(f"≠{len(apart)}")
    return (" " + " ".join(found)) if found else ""


def speed(league, cell, seeds):
    values = cell.ess_a_second()
    text = (f"{short(median(values))} ({short(min(values))} to {short(max(values))})"
            + marks(league, cell, seeds))
    return f"[{text}]" if cell.model in FUNNELS else text


def parts(league, cell, seeds):
    each = short(median(cell.ess_a_leapfrog()))
    if cell.model in FUNNELS:
        each = f"[{each}]"
    return f"{each} · {short(median(cell.microseconds()))}"


def table(league, seeds, write):
    heads = ["model"] + [column.label for column in league.shown()]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for model in MODELS:
        keys = [column.key for column in league.shown()]
        cells = [write(league, league.cells[model, key], seeds) if league.has(model, key) else "–"
                 for key in keys]
        if any((model, key) in league.cells for key in keys):
            yield f"| {model} | " + " | ".join(cells) + " |"


def ratio_lines(rows):
    """What was measured of ESS/s, one line a rival, ours side by side."""
    found = {}
    for row in rows:
        head, _, rest = row["name"].partition(", against ")
        if head.startswith("ESS/s, ") and rest and row["measured"] is not None:
            found.setdefault(rest, []).append(f"{short(row['measured'])} with {head[7:]}")
    for rival, ours in found.items():
        yield f"* against {rival}: {', '.join(ours)}"


def walnuts_lines(rows):
    for row in rows:
        if row["name"] in AS_WRITTEN.values() and row["measured"] is not None:
            yield f"* {row['name']}: {row['measured']:.2g} {row['unit']} ({row['peer']})"


def process_lines(whole):
    for model, found in whole.items():
        each = [f"{engine} {times[0]:.0f} ms ({times[1]:.0f} to {times[2]:.0f})" if times
                else f"{engine} failed" for engine, times in found.items()]
        yield f"* {model}: " + ", ".join(each)


def engines(league, complaints):
    """A line: each engine's version, then what could not be had and why."""
    versions, failed = [], []
    for column in league.shown():
        mine = [cell for (_, key), cell in league.cells.items() if key == column.key]
        versions += [f"{column.label.split(',')[0]} {c.version}" for c in mine if c.version]
        why = {cell.why_not: cell.model for cell in mine if cell.why_not}
        failed += [f"{column.label} ({model}): {reason}" for reason, model in why.items()]
    failed += [f"{each} does not install: {reason}" for each, reason in complaints.items()]
    return ". ".join(["Engines: " + "; ".join(dict.fromkeys(versions))] + failed) + "."


def page(league, results, rows):
    seeds = results.seeds
    lines = [METHOD.format(seeds=seeds, machine=machine(), load=results.load),
             "## ESS a second: median (range)", "", *table(league, seeds, speed), "",
             "## ESS a leapfrog · microseconds a leapfrog", "", *table(league, seeds, parts), "",
             "## ESS a second over the known posteriors, times (geometric mean)", "",
             *ratio_lines(rows), "",
             "## The funnel as it is written: chains of 10,000 draws", "",
             *walnuts_lines(rows), "",
             "## Eight chains, from the start of the process to the summary", "",
             *process_lines(results.whole), "", engines(league, results.complaints), ""]
    return "\n".join(lines)
