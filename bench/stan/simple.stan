// A normal sample: mean and standard deviation.
data {
  int<lower=0> n;
  vector[n] y;
}
parameters {
  real mu;
  real<lower=0> sigma;
}
model {
  mu ~ normal(0, 10);
  sigma ~ exponential(1);
  y ~ normal(mu, sigma);
}
