// The interface is a C one, so nothing of the peer is needed to compile this.
#include "bench/peers/bridgestan.hpp"

#include <dlfcn.h>

#include <limits>

namespace bench {
namespace {

using Construct = void* (*)(const char*, unsigned, char**);
using Destruct = void (*)(void*);
using Count = int (*)(const void*);

template <class Function>
Function find(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

std::unexpected<tyche::Error> failure(const std::string& where, const std::string& expected,
                                      const char* found) {
  return std::unexpected(tyche::Error{.where = where,
                                      .expected = expected,
                                      .found = found ? found : "no message",
                                      .remedy = "rerun bench/peers/prepare.py"});
}

}  // namespace

tyche::Result<BridgeStan> BridgeStan::open(const std::string& library, const std::string& data) {
  // Never closed: the runtime inside keeps threads and thread-local state.
  void* handle = dlopen(library.c_str(), RTLD_NOW);
  if (!handle) return failure(library, "a shared library", dlerror());
  const auto construct = find<Construct>(handle, "bs_model_construct");
  const auto destruct = find<Destruct>(handle, "bs_model_destruct");
  const auto count = find<Count>(handle, "bs_param_unc_num");
  const auto gradient = find<Gradient>(handle, "bs_log_density_gradient");
  if (!construct || !destruct || !count || !gradient)
    return failure(library, "the BridgeStan functions", "some are missing");
  char* message = nullptr;
  void* model = construct(data.c_str(), 1, &message);
  if (!model) return failure(library, "a model and its data", message);
  BridgeStan stan;
  stan.model_ = std::shared_ptr<void>(model, destruct);
  stan.gradient_ = gradient;
  stan.dimension_ = count(model);
  return stan;
}

double BridgeStan::operator()(const double* u, double* gradient) const {
  double log_density = 0;
  char* message = nullptr;
  if (gradient_(model_.get(), true, true, u, &log_density, gradient, &message) == 0)
    return log_density;
  return -std::numeric_limits<double>::infinity();
}

}  // namespace bench
