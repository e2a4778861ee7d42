"""report.py BUILD [PROGRAM...]: measures the figures of the issues and says which are reached.

bench/figures.json lists every figure: issue, name, target, unit and the program that measures it (a
name ending in .py is a script of this folder, any other a program BUILD/bench/PROGRAM), and, where
the target is out of reach, the `decision` that shows it. A program prints one JSON object a line:
{"name", "measured", "unit", "peer", "floor"}; what has no name is for other readers. The rows go to
build/bench.jsonl and, aligned, to the terminal. Exits 1 if a program broke or a figure failed.
Figures of the program `league` are measured by ./dev bench-peers, which takes long.
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent
KEYS = ["issue", "name", "target", "measured", "unit", "peer", "floor", "verdict"]
COMPARE = {
    ">=": lambda measured, target: measured >= target,
    "<=": lambda measured, target: measured <= target,
    ">": lambda measured, target: measured > target,
    "<": lambda measured, target: measured < target,
}
SECONDS_A_PROGRAM = 900


def load_figures():
    return json.loads((HERE / "figures.json").read_text())


def verdict(figure, measured):
    if measured is None:
        return "open"
    if figure.get("target") is None:
        return "shown"
    relation, target = figure["target"].split()
    if COMPARE[relation](measured, float(target)):
        return "pass"
    return "floor" if "decision" in figure else "fail"


def command(program, build):
    """How to run `program`, or None where it does not exist (yet)."""
    script = program.endswith(".py")
    path = HERE / program if script else build / "bench" / program
    if not path.exists():
        return None
    return [sys.executable, path, build] if script else [path]


def measured_rows(program, build):
    """({name: row}, complaint or None) of one program."""
    arguments = command(program, build)
    if arguments is None:
        return {}, None
    try:
        done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
                              timeout=SECONDS_A_PROGRAM)
    except subprocess.TimeoutExpired:
        return {}, f"{program}: not done after {SECONDS_A_PROGRAM} s"
    try:
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    except ValueError as error:
        return {}, f"{program}: {error}"
    rows = {line["name"]: line for line in lines if "name" in line}
    return rows, f"{program}: exit {done.returncode}" if done.returncode else None


def row(figure, measurement):
    found = {"peer": "", "floor": None, "measured": None, **figure, **measurement}
    found["target"] = figure.get("target")
    found["verdict"] = verdict(figure, found["measured"])
    return {key: found.get(key) for key in KEYS}


def measure(figures, build, chosen):
    rows, complaints = [], []
    for program in dict.fromkeys(figure["program"] for figure in figures):
        if chosen and program not in chosen:
            continue
        measured, complaint = measured_rows(program, build)
        complaints += [complaint] if complaint else []
        rows += of_program([f for f in figures if f["program"] == program], measured)
    return rows, complaints


def of_program(figures, measured):
    """The rows of one program's figures, then those of what it measured beside them."""
    rows = [row(figure, measured.pop(figure["name"], {})) for figure in figures]
    issue = rows[-1]["issue"]
    return rows + [row({"issue": issue, "unit": ""}, extra) for extra in measured.values()]


def text(value):
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def write_lines(path, rows):
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))


def print_table(rows):
    heads = ["issue", "name", "target", "measured", "floor", "unit", "verdict", "peer"]
    table = [heads] + [[text(r[head]) for head in heads] for r in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(heads))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    counts = {v: sum(r["verdict"] == v for r in rows) for v in ("pass", "floor", "fail", "open")}
    print(", ".join(f"{count} {name}" for name, count in counts.items()))


def main():
    build, chosen = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    figures = [f for f in load_figures() if f["program"] != "league"]
    unknown = set(chosen) - {figure["program"] for figure in figures}
    if unknown:
        sys.exit(f"no figure is measured by {', '.join(sorted(unknown))}")
    peers = subprocess.run([sys.executable, HERE / "peers" / "prepare.py"])
    rows, complaints = measure(figures, build, chosen)
    write_lines(REPOSITORY / "build" / "bench.jsonl", rows)
    print_table(rows)
    if peers.returncode:
        print("figures against stanli stay open: it could not be prepared")
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints or any(r["verdict"] == "fail" for r in rows) else 0)


if __name__ == "__main__":
    main()
