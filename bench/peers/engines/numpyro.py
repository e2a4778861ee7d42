"""NumPyro, in double precision, on one core."""
import time

from bench.peers.engines import WARMUP, Column, Run, scalars, write_draws

COLUMNS = [Column(6, "numpyro", "NumPyro", {})]


def version():
    import jax
    import numpyro

    return f"{numpyro.__version__}, JAX {jax.__version__}"


def as_arrays(data):
    """Lists of numbers as arrays; counts that are shapes stay whole numbers."""
    import jax.numpy as jnp

    return {name: jnp.asarray(value) * 1.0 if isinstance(value, list) else value
            for name, value in data.items()}


class Clock:
    """Seconds of a piece of work, what JAX compiled meanwhile apart: it compiles at every run."""

    def __init__(self):
        import jax

        self.compiling = 0.0
        jax.monitoring.register_event_duration_secs_listener(self.on_event)

    def on_event(self, name, seconds, **_):
        if name.startswith("/jax/core/compile/"):
            self.compiling += seconds

    def time(self, work):
        import jax

        begin, compiling = time.perf_counter(), self.compiling
        jax.block_until_ready(work())
        return time.perf_counter() - begin - (self.compiling - compiling)


class Session:
    """It does not keep the steps of its warm-up, which therefore runs apart and is timed apart."""

    def __init__(self, workload, options):
        import jax
        from numpyro.infer import NUTS

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_compilation_cache_dir", workload.scratch)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
        from bench.numpyro import models

        self.kernel = NUTS(getattr(models, workload.name))
        self.data = as_arrays(workload.data)
        self.clock = Clock()
        self.samplers = {}

    def sampler(self, draws):
        """One for each number of draws: it keeps what it compiled."""
        from numpyro.infer import MCMC

        if draws not in self.samplers:
            self.samplers[draws] = MCMC(self.kernel, num_warmup=WARMUP, num_samples=draws,
                                        progress_bar=False)
        return self.samplers[draws]

    def sample(self, seed, draws, path):
        import jax

        sampler = self.sampler(draws)

        def warm_up():
            sampler.warmup(jax.random.PRNGKey(seed), **self.data)
            return sampler.post_warmup_state

        def draw():
            sampler.run(sampler.post_warmup_state.rng_key, **self.data,
                        extra_fields=("num_steps", "diverging"))
            return sampler.get_samples()

        warmup, sampling = self.clock.time(warm_up), self.clock.time(draw)
        write_draws(path, *scalars(sampler.get_samples(group_by_chain=True)))
        done = sampler.get_extra_fields()
        return Run(leapfrogs=int(done["num_steps"].sum()), seconds=warmup + sampling,
                   divergent=int(done["diverging"].sum()), sampling_seconds=sampling)
