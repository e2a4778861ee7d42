// Every elementary function over lanes.
#pragma once
#include "tyche/kernels/erf.hpp"
#include "tyche/kernels/exp.hpp"
#include "tyche/kernels/expm1.hpp"
#include "tyche/kernels/floor.hpp"
#include "tyche/kernels/gamma.hpp"
#include "tyche/kernels/log.hpp"
#include "tyche/kernels/log1p.hpp"
#include "tyche/kernels/log_space.hpp"
#include "tyche/kernels/normal_quantile.hpp"
#include "tyche/kernels/pow.hpp"
#include "tyche/kernels/trigonometric.hpp"
