// A hidden Markov model of two states with normal output, the path summed out.
data {
  int<lower=1> N;
  int<lower=1> K;
  vector[N] y;
}
parameters {
  simplex[K] theta1;
  simplex[K] theta2;
  positive_ordered[K] mu;
}
model {
  matrix[K, K] log_A;
  matrix[K, N] log_g;
  vector[K] f;
  log_A[1] = log(theta1)';
  log_A[2] = log(theta2)';
  for (k in 1:K)
    log_g[k] = -0.5 * square(y - mu[k])';
  mu[1] ~ normal(3, 1);
  mu[2] ~ normal(10, 1);
  f = log_g[, 1];
  for (t in 2:N) {
    vector[K] next;
    for (k in 1:K)
      next[k] = log_sum_exp(f + log_A[, k]) + log_g[k, t];
    f = next;
  }
  target += log_sum_exp(f);
}
