// Tyche: what a program includes.
#pragma once
#include "tyche/base/error.hpp"
#include "tyche/model/distribution.hpp"
#include "tyche/model/expression.hpp"
#include "tyche/model/model.hpp"
