"""nutpie on stanli's gradient, reached through the BridgeStan interface of stanli's library."""
import json
import time

from bench.peers.engines import WARMUP, Column, Run, scalars, write_draws

COLUMNS = [Column(4, "nutpie", "nutpie, diagonal", {}),
           Column(5, "nutpie_low_rank", "nutpie, low rank",
                  {"low_rank_modified_mass_matrix": True})]


def version():
    import nutpie
    import stanli

    return f"{nutpie.__version__}, gradients by stanli {stanli.__version__}"


def compiled(workload):
    """The Stan program as nutpie's compiler would hand it over, had it made stanli's library."""
    import stanli
    from nutpie import _lib
    from nutpie.compile_stan import CompiledStanModel

    with open(workload.program) as file:
        program = stanli.stan_to_mir(file.read())
    inside = {"build_id": stanli.build_id(), "mir": program, "name": workload.name}
    library = _lib.StanLibrary(stanli._runtime_lib_path())
    model = _lib.StanModel(library, {}, {}, {}, 1,
                           json.dumps({**workload.data, "__stanli": inside}), lambda *_, **__: None)
    return CompiledStanModel(code="", library=library, dims={}, _coords={},
                             model_name=workload.name, model=model, data=None)


def arrays(raw):
    """The raw trace as nutpie's own conversion gives it: that is not timed."""
    from nutpie.sample import _arrow_to_arviz

    return _arrow_to_arviz(*raw.get_arrow_trace(), save_warmup=True)


class Session:
    """It does not time its phases."""

    def __init__(self, workload, options):
        self.model = compiled(workload)
        self.options = options

    def sample(self, seed, draws, path):
        import nutpie

        begin = time.perf_counter()
        raw = nutpie.sample(self.model, draws=draws, tune=WARMUP, chains=1, cores=1, seed=seed,
                            progress_bar=False, save_warmup=True, return_raw_trace=True,
                            **self.options)
        seconds = time.perf_counter() - begin
        trace = arrays(raw)
        posterior = {name: each.values for name, each in trace.posterior.data_vars.items()}
        write_draws(path, *scalars(posterior))
        return Run(leapfrogs=int(trace.sample_stats["n_steps"].sum()), seconds=seconds,
                   divergent=int(trace.sample_stats["diverging"].sum()),
                   warmup_leapfrogs=int(trace.warmup_sample_stats["n_steps"].sum()))
