"""prepare.py: installs the peers in build/peers and writes each workload for their C interface.

Leaves in build/peers: `library` (a line: the path of stanli's shared library) and `NAME.json` (the
data of workload NAME with its compiled Stan program inside). Exits with a message where a peer
cannot be had; the figures against it then stay open. Python's standard library only: the second
half runs inside the virtual environment.
"""
import json
import pathlib
import subprocess
import sys
import venv

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
TESTS = REPOSITORY / "tests"
PEERS = REPOSITORY / "build" / "peers"

POSTERIORS = {
    "eight_schools_centered": "eight_schools-eight_schools_noncentered",  # the same data
    "eight_schools_noncentered": "eight_schools-eight_schools_noncentered",
    "kidiq_momiq": "kidiq-kidscore_momiq",
    "kidiq_interaction_z": "kidiq_with_mom_work-kidscore_interaction_z",
    "earnings_interaction": "earnings-logearn_interaction",
    "nes1980": "nes1980-nes",
    "mesquite_logvas": "mesquite-logmesquite_logvas",
    "low_dim_gauss_mix": "low_dim_gauss_mix-low_dim_gauss_mix",
    "hmm_example": "hmm_example-hmm_example",
    "arK": "arK-arK",
    "garch11": "garch-garch11",
    "gp_regr": "gp_pois_regr-gp_regr",
    "sblr": "sblrc-blr",
}
SEVEN = ["simple", "medium", "stress", "eight_schools", "funnel", "logistic", "sv"]


def load(path):
    with open(path) as file:
        return json.load(file)


def seven_data(name, data):
    """The data block of bench/stan/NAME.stan from an entry of seven_models.json."""
    if name == "logistic":
        x = data["X"]
        return {"n": len(x), "p": len(x[0]), "x": x, "y": [int(y) for y in data["y"]]}
    if name == "sv":
        return {"T": len(data["returns"]), "returns": data["returns"]}
    if name == "eight_schools":
        return {"J": len(data["y"]), "y": data["y"], "sigma": data["sigma"]}
    if name == "funnel":
        return {}
    first = next(iter(data.values()))
    return {"n": len(first), **data}


def workloads(tests):
    """Yields (name, data) of every workload."""
    for name, folder in POSTERIORS.items():
        yield name, load(tests / "posteriors" / folder / "data.json")
    seven = load(tests / "seven_models.json")
    for name in SEVEN:
        yield name, seven_data(name, seven.get(name, {}))


def install():
    """The virtual environment, once for each text of requirements.txt."""
    requirements = (HERE / "requirements.txt").read_text()
    stamp = PEERS / "requirements.txt"
    if stamp.exists() and stamp.read_text() == requirements:
        return
    venv.create(PEERS, clear=True, symlinks=True, with_pip=True)
    subprocess.run([PEERS / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check",
                    "--requirement", HERE / "requirements.txt"], check=True)
    stamp.write_text(requirements)


def write_programs(tests):
    import stanli

    binaries = pathlib.Path(stanli.__file__).parent / "_bin"
    libraries = [p for p in binaries.iterdir() if p.suffix in (".so", ".dylib")]
    (PEERS / "library").write_text(f"{libraries[0]}\n")
    for name, data in workloads(tests):
        program = stanli.stan_to_mir((HERE.parent / "stan" / f"{name}.stan").read_text())
        data["__stanli"] = {"build_id": stanli.build_id(), "mir": program, "name": name}
        (PEERS / f"{name}.json").write_text(json.dumps(data))


def main():
    inside = "--inside" in sys.argv
    tests = pathlib.Path(sys.argv[-1]) if len(sys.argv) > 1 + inside else TESTS
    if inside:
        write_programs(tests)
        return
    try:
        install()
        subprocess.run([PEERS / "bin" / "python", __file__, "--inside", tests], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"no stanli: {error}")


if __name__ == "__main__":
    main()
