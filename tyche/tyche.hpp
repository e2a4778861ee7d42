// Tyche: what a program includes.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/diagnostics/advice.hpp"
#include "tyche/diagnostics/summary.hpp"
#include "tyche/model/distribution.hpp"
#include "tyche/model/expression.hpp"
#include "tyche/model/model.hpp"
#include "tyche/runtime/sample.hpp"
