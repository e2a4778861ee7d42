"""stanli: Stan programs as a graph of precompiled kernels; Stan's own NUTS."""
import time

from bench.peers.engines import WARMUP, Column, Run, write_draws

COLUMNS = [Column(2, "stanli", "stanli", {}),
           Column(3, "stanli_dense", "stanli, dense", {"metric": "dense_e"}),
           Column(9, "stanli_fast", "stanli, dense, fast_math",
                  {"metric": "dense_e", "fast_math": True})]


def version():
    import stanli

    return stanli.__version__


class Session:
    """It does not time its phases."""

    def __init__(self, workload, options):
        import stanli

        self.columns = list(stanli.SAMPLER_COLUMNS)
        self.metric = options.get("metric", "diag_e")
        self.model = stanli.Model(stan_file=workload.program, data=workload.data,
                                  fast_math=options.get("fast_math", False))

    def sample(self, seed, draws, path):
        begin = time.perf_counter()
        fit = self.model.sample(chains=1, seed=seed, warmup=WARMUP, samples=draws, refresh=0,
                                save_warmup=True, parallel_chains=1, metric=self.metric)
        values = fit.draws()
        seconds = time.perf_counter() - begin
        statistics = fit.sampler_stats
        warmup = statistics.shape[1] - draws
        leapfrogs = statistics[:, :, self.columns.index("n_leapfrog__")]
        divergent = statistics[:, warmup:, self.columns.index("divergent__")].sum()
        write_draws(path, fit.names, values[:, warmup:])
        return Run(leapfrogs=int(leapfrogs[:, warmup:].sum()), seconds=seconds,
                   divergent=int(divergent), warmup_leapfrogs=int(leapfrogs[:, :warmup].sum()))
