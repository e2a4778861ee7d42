// Autoregression of order K, conditional on the first K values.
data {
  int<lower=0> K;
  int<lower=K> T;
  vector[T] y;
}
parameters {
  real alpha;
  vector[K] beta;
  real<lower=0> sigma;
}
model {
  vector[T - K] m = rep_vector(alpha, T - K);
  for (k in 1:K)
    m += beta[k] * y[K + 1 - k : T - k];
  alpha ~ normal(0, 10);
  beta ~ normal(0, 10);
  sigma ~ cauchy(0, 2.5);
  y[K + 1 : T] ~ normal(m, sigma);
}
