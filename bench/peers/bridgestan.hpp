// A Stan model behind the BridgeStan C interface of a shared library.
#pragma once
#include <memory>
#include <span>
#include <string>

#include "tyche/base/error.hpp"

namespace bench {

class BridgeStan {
 public:
  /// `data` is the JSON text that the library's bs_model_construct takes.
  static tyche::Result<BridgeStan> open(const std::string& library, const std::string& data);

  int dimension() const { return dimension_; }
  /// Log density with the log Jacobian, constants dropped; -inf where the model rejects.
  double operator()(const double* u, double* gradient) const;

 private:
  using Gradient = int (*)(void*, bool, bool, const double*, double*, double*, char**);

  std::shared_ptr<void> model_;
  Gradient gradient_ = nullptr;
  int dimension_ = 0;
};

}  // namespace bench
