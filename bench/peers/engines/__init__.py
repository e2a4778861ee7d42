"""What an engine of the league is. Every other file here is one, and is found by being here.

A module has
    COLUMNS          a Column each way of running it
    version()        the text of its version
    Session(workload, options)      compiles a model; .sample(seed, draws, path) -> Run
    COMPILES_ONCE    optional: a Session is slow to make at first, and keeps what it made
and imports the engine itself inside functions, so that the columns can be listed without it.
"""
import dataclasses
import importlib
import json
import pathlib
import pkgutil

WARMUP = 1000  # of every engine


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of the league: an engine with the options that its Session is given."""
    place: int  # from the left
    key: str
    label: str
    options: dict
    chains: int = 1
    cores: int = 1
    models: tuple = ()  # the only ones it is for: such a column has figures, and none of the tables
    draws: int | None = None  # a chain; None: as long as a run takes to be timed

    def takes(self, model):
        return not self.models or model in self.models


@dataclasses.dataclass
class Workload:
    """A model with its data: in Stan bench/stan/NAME.stan, in Tyche `tyche_name`."""
    name: str
    tyche_name: str
    program: str  # path of the Stan program
    data: dict    # for it
    build: str    # the folder of Tyche's build
    scratch: str  # a folder that engines may keep things in


@dataclasses.dataclass
class Run:
    """What a run did, all chains together. Without times of its phases `seconds` is split by
    leapfrogs."""
    leapfrogs: int
    seconds: float
    divergent: int
    warmup_leapfrogs: int | None = None
    sampling_seconds: float | None = None

    def sampling(self):
        if self.sampling_seconds is not None:
            return self.sampling_seconds
        return self.seconds * self.leapfrogs / (self.leapfrogs + self.warmup_leapfrogs)


def write_draws(path, names, draws):
    """The draws, [chain][draw][name], as bench_league reads them."""
    import numpy

    chains, count, _ = draws.shape
    with open(path, "wb") as file:
        head = {"names": list(names), "chains": chains, "draws": count}
        file.write(json.dumps(head).encode() + b"\n")
        file.write(numpy.ascontiguousarray(draws.transpose(2, 0, 1), dtype=float).tobytes())


def scalars(variables):
    """(names, [chain][draw][name]) of scalars and vectors, {name: [chain][draw]...}."""
    import numpy

    names, parts = [], []
    for name, values in variables.items():
        values = numpy.asarray(values)
        flat = values.reshape(*values.shape[:2], -1)
        names += [name] if values.ndim == 2 else [f"{name}[{k + 1}]" for k in range(flat.shape[2])]
        parts.append(flat)
    return names, numpy.concatenate(parts, axis=2)


def modules():
    """{column's key: (column, module)}, from the left to the right."""
    found = []
    for each in pkgutil.iter_modules([str(pathlib.Path(__file__).parent)]):
        module = importlib.import_module(f"{__name__}.{each.name}")
        found += [(column, module) for column in getattr(module, "COLUMNS", [])]
    found.sort(key=lambda each: each[0].place)
    return {column.key: (column, module) for column, module in found}
