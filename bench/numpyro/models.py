"""The models of the league in NumPyro, each a function of the data of its Stan program."""
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from jax import lax
from jax.scipy.special import logsumexp
from numpyro import deterministic, sample

FLAT = dist.ImproperUniform(dist.constraints.real, (), ())


def flat(size):
    return dist.ImproperUniform(dist.constraints.real_vector, (), (size,))


def flat_positive():
    return dist.ImproperUniform(dist.constraints.positive, (), ())


def simple(n, y):
    mu = sample("mu", dist.Normal(0, 10))
    sample("y", dist.Normal(mu, sample("sigma", dist.Exponential(1))), obs=y)


def medium(n, y_a, y_b):
    prior = dist.Normal(sample("mu_global", dist.Normal(0, 10)),
                        sample("sigma_global", dist.Exponential(1)))
    alpha, beta = sample("alpha", prior), sample("beta", prior)
    noise = sample("sigma_obs", dist.Exponential(2))
    sample("y_a", dist.Normal(alpha, noise), obs=y_a)
    sample("y_b", dist.Normal(beta, noise), obs=y_b)


def stress(n, y_1, y_2, y_3):
    prior = dist.Normal(sample("mu_pop", dist.Normal(0, 10)),
                        sample("sigma_pop", dist.Exponential(0.5)))
    group = sample("group", prior.expand([3]))
    noise = sample("noise", dist.Exponential(1).expand([3]))
    y = jnp.stack([y_1, y_2, y_3], axis=1)
    sample("y", dist.Normal(group, noise), obs=y)


def eight_schools(J, y, sigma):
    prior = dist.Normal(sample("mu", dist.Normal(0, 5)), sample("tau", dist.HalfNormal(5)))
    sample("y", dist.Normal(sample("theta", prior.expand([J])), sigma), obs=y)


def eight_schools_noncentered(J, y, sigma):
    mu, tau = sample("mu", dist.Normal(0, 5)), sample("tau", dist.HalfCauchy(5))
    theta = deterministic("theta", mu + tau * sample("eta", dist.Normal(0, 1).expand([J])))
    sample("y", dist.Normal(theta, sigma), obs=y)


def funnel():
    y = sample("y", dist.Normal(0, 3))
    sample("x", dist.Normal(0, jnp.exp(y / 2)).expand([9]))


def logistic(n, p, x, y):
    beta = sample("beta", dist.Normal(0, 10).expand([p]))
    sample("y", dist.Bernoulli(logits=sample("alpha", dist.Normal(0, 10)) + x @ beta), obs=y)


def sv(T, returns):
    sigma, nu = sample("sigma", dist.Exponential(50)), sample("nu", dist.Exponential(0.1))
    s = sample("s", dist.GaussianRandomWalk(sigma, T))
    sample("returns", dist.StudentT(nu, 0, jnp.exp(s)), obs=returns)


def regression(response, *predictors, sigma=None):
    """On a constant and the predictors, with flat coefficients."""
    design = jnp.stack([jnp.ones_like(response), *predictors], axis=1)
    beta = sample("beta", flat(design.shape[1]))
    sigma = sample("sigma", sigma or flat_positive())
    sample("response", dist.Normal(design @ beta, sigma), obs=response)


def kidiq_momiq(kid_score, mom_iq, **_):
    regression(kid_score, mom_iq, sigma=dist.HalfCauchy(2.5))


def kidiq_interaction_z(kid_score, mom_hs, mom_iq, **_):
    hs, iq = ((x - x.mean()) / (2 * x.std(ddof=1)) for x in (mom_hs, mom_iq))
    regression(kid_score, hs, iq, hs * iq)


def earnings_interaction(earn, height, male, **_):
    regression(jnp.log(earn), height, male, height * male)


def nes1980(partyid7, real_ideo, race_adj, age_discrete, educ1, gender, income, **_):
    ages = [(age_discrete == group) * 1.0 for group in (2, 3, 4)]
    regression(partyid7, real_ideo, race_adj, *ages, educ1, gender, income)


def mesquite_logvas(weight, diam1, diam2, canopy_height, total_height, density, group, **_):
    regression(jnp.log(weight), jnp.log(diam1 * diam2 * canopy_height), jnp.log(diam1 * diam2),
               jnp.log(diam1 / diam2), jnp.log(total_height), jnp.log(density), group)


def low_dim_gauss_mix(N, y):
    mu = sample("mu", dist.ImproperUniform(dist.constraints.ordered_vector, (), (2,)))
    numpyro.factor("prior of mu", dist.Normal(0, 2).log_prob(mu).sum())
    sigma, theta = sample("sigma", dist.HalfNormal(2).expand([2])), sample("theta", dist.Beta(5, 5))
    weights = jnp.log(jnp.stack([theta, 1 - theta]))
    parts = weights + dist.Normal(mu, sigma).log_prob(y[:, None])
    numpyro.factor("y", logsumexp(parts, axis=1).sum())


def hmm_example(N, K, y):
    rows = [sample(name, dist.Dirichlet(jnp.ones(K))) for name in ("theta1", "theta2")]
    mu = sample("mu", dist.ImproperUniform(dist.constraints.positive_ordered_vector, (), (K,)))
    numpyro.factor("prior of mu", dist.Normal(jnp.array([3.0, 10.0]), 1).log_prob(mu).sum())
    log_a, log_g = jnp.log(jnp.stack(rows)), dist.Normal(mu, 1).log_prob(y[:, None])

    def forward(f, g):
        return logsumexp(f[:, None] + log_a, axis=0) + g, None

    numpyro.factor("y", logsumexp(lax.scan(forward, log_g[0], log_g[1:])[0]))


def arK(K, T, y):
    alpha, sigma = sample("alpha", dist.Normal(0, 10)), sample("sigma", dist.HalfCauchy(2.5))
    beta = sample("beta", dist.Normal(0, 10).expand([K]))
    before = jnp.stack([y[K - 1 - k:T - 1 - k] for k in range(K)], axis=1)
    sample("y", dist.Normal(alpha + before @ beta, sigma), obs=y[K:])


def garch11(T, y, sigma1):
    mu, alpha0 = sample("mu", FLAT), sample("alpha0", flat_positive())
    alpha1 = sample("alpha1", dist.Uniform(0, 1))
    beta1 = sample("beta1", dist.ImproperUniform(dist.constraints.interval(0, 1 - alpha1), (), ()))

    def forward(s, before):
        s = jnp.sqrt(alpha0 + alpha1 * (before - mu) ** 2 + beta1 * s ** 2)
        return s, s

    rest = lax.scan(forward, jnp.asarray(sigma1), y[:-1])[1]
    sample("y", dist.Normal(mu, jnp.concatenate([jnp.array([sigma1]), rest])), obs=y)


def gp_regr(N, x, y, **_):
    rho, alpha = sample("rho", dist.Gamma(25, 4)), sample("alpha", dist.HalfNormal(2))
    apart = (x[:, None] - x) ** 2
    covariance = alpha ** 2 * jnp.exp(-apart / (2 * rho ** 2))
    covariance += sample("sigma", dist.HalfNormal(1)) * jnp.eye(N)
    sample("y", dist.MultivariateNormal(jnp.zeros(N), covariance), obs=y)


def sblr(N, D, X, y):
    beta = sample("beta", dist.Normal(0, 10).expand([D]))
    sample("y", dist.Normal(X @ beta, sample("sigma", dist.HalfNormal(10))), obs=y)
