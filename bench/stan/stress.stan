// Three groups, each with a mean under one prior and a noise of its own.
data {
  int<lower=0> n;
  vector[n] y_1;
  vector[n] y_2;
  vector[n] y_3;
}
parameters {
  real mu_pop;
  real<lower=0> sigma_pop;
  vector[3] group;
  vector<lower=0>[3] noise;
}
model {
  mu_pop ~ normal(0, 10);
  sigma_pop ~ exponential(0.5);
  group ~ normal(mu_pop, sigma_pop);
  noise ~ exponential(1);
  y_1 ~ normal(group[1], noise[1]);
  y_2 ~ normal(group[2], noise[2]);
  y_3 ~ normal(group[3], noise[3]);
}
