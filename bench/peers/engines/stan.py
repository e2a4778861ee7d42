"""Stan 2.35: stanc and the headers of httpstan's wheel, compiled for this machine by g++."""
import hashlib
import json
import pathlib
import subprocess

from bench.peers.engines import WARMUP, Column
from bench.peers.engines.requests import Requests

COLUMNS = [Column(7, "stan", "Stan 2.35", {})]
COMPILES_ONCE = True  # a model, for all runs of the league
DRIVER = pathlib.Path(__file__).with_name("stan_driver.cpp")
FLAGS = ["-std=c++17", "-O3", "-march=native", "-w", "-DNDEBUG", "-D_REENTRANT", "-DSTAN_THREADS",
         "-DBOOST_DISABLE_ASSERTS", "-DTBB_INTERFACE_NEW", "-DEIGEN_MAX_STATIC_ALIGN_BYTES=0"]
SUNDIALS = ["cvodes", "idas", "kinsol", "nvecserial"]


def version():
    import importlib.metadata

    return f"from httpstan {importlib.metadata.version('httpstan')}, -O3 -march=native"


def wheel():
    import httpstan

    return pathlib.Path(httpstan.__file__).parent


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]}: {done.stderr[:300]}")


def made(path, *sources):
    """Whether `path` was made of these very texts; says so for the next time."""
    stamp = path.with_suffix(".stamp")
    text = hashlib.sha256(b"\0".join(pathlib.Path(s).read_bytes() for s in sources)
                          + " ".join(FLAGS).encode()).hexdigest()
    if path.exists() and stamp.exists() and stamp.read_text() == text:
        return True
    stamp.write_text(text)
    path.unlink(missing_ok=True)
    return False


def program(workload):
    """The compiled program of a model: 15 s or so, once for each text of it."""
    folder = pathlib.Path(workload.scratch)
    folder.mkdir(parents=True, exist_ok=True)
    found, model = folder / workload.name, folder / f"{workload.name}.hpp"
    if made(found, DRIVER, workload.program):
        return found
    home = wheel()
    include = [f"-I{home / 'include'}", f"-I{home / 'include' / 'sundials'}"]
    driver = folder / "driver.o"
    if not made(driver, DRIVER):
        run("g++", *FLAGS, *include, "-c", DRIVER, "-o", driver)
    run(home / "stanc", "--O1", f"--o={model}", workload.program)
    run("g++", *FLAGS, *include, "-x", "c++", model, "-x", "none", driver, f"-L{home / 'lib'}",
        f"-Wl,-rpath,{home / 'lib'}", "-l:libtbb.so.2",
        *(home / "lib" / f"libsundials_{name}.a" for name in SUNDIALS), "-o", found)
    return found


def Session(workload, options):
    data = pathlib.Path(workload.scratch) / f"{workload.name}.json"
    compiled = program(workload)
    data.write_text(json.dumps(workload.data))
    return Requests([compiled, data, WARMUP])
