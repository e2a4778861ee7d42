// A test score on two predictors, standardised by twice their sd, and their product; flat priors.
data {
  int<lower=0> N;
  vector[N] kid_score;
  vector[N] mom_hs;
  vector[N] mom_iq;
}
transformed data {
  vector[N] hs = (mom_hs - mean(mom_hs)) / (2 * sd(mom_hs));
  vector[N] iq = (mom_iq - mean(mom_iq)) / (2 * sd(mom_iq));
  vector[N] product = hs .* iq;
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  kid_score ~ normal(beta[1] + beta[2] * hs + beta[3] * iq + beta[4] * product, sigma);
}
