// Logistic regression on p predictors.
data {
  int<lower=0> n;
  int<lower=0> p;
  matrix[n, p] x;
  array[n] int<lower=0, upper=1> y;
}
parameters {
  real alpha;
  vector[p] beta;
}
model {
  alpha ~ normal(0, 10);
  beta ~ normal(0, 10);
  y ~ bernoulli_logit(alpha + x * beta);
}
