#include "tyche/compile/recentring.hpp"

#include "tyche/passes/pipeline.hpp"

namespace tyche {
namespace {

static_assert(Recentring::whole == passes::whole_centring);

class Priors final : public QuantityEvaluator {
 public:
  Priors(std::unique_ptr<QuantityEvaluator> recorded, const std::vector<std::size_t>& at)
      : recorded_(std::move(recorded)), at_(at), values_(at.size()) {}

  void evaluate(const DrawId& id, std::span<const double> position,
                std::span<double> values) override {
    recorded_->evaluate(id, position, values_);
    for (std::size_t k = 0; k < at_.size(); ++k) values[k] = values_[at_[k]];
  }

 private:
  std::unique_ptr<QuantityEvaluator> recorded_;
  const std::vector<std::size_t>& at_;
  std::vector<double> values_;
};

/// Where each element of an array, row by row, lies among its scalars with the first index fastest.
std::vector<std::size_t> flat_order(const std::vector<std::int64_t>& shape) {
  std::vector<std::size_t> at{0};
  std::size_t stride = 1;
  for (const std::int64_t count : shape) {
    std::vector<std::size_t> next;
    for (const std::size_t before : at) {
      for (std::size_t k = 0; k < std::size_t(count); ++k) next.push_back(before + k * stride);
    }
    at = std::move(next);
    stride *= std::size_t(count);
  }
  return at;
}

/// Of the variable `name`, the scalars of its elements row by row.
void append_recorded(const std::vector<Variable>& variables, const std::string& name,
                     const std::vector<std::int64_t>& shape, std::vector<std::size_t>& to) {
  std::size_t first = 0;
  for (const Variable& variable : variables) {
    if (variable.name == name) break;
    first += std::size_t(variable.size());
  }
  for (const std::size_t at : flat_order(shape)) to.push_back(first + at);
}

}  // namespace

Result<std::unique_ptr<CompiledRecentring>> CompiledRecentring::create(
    ir::Program program, const ir::Layout& layout, SharedData data, const CompileSettings& settings,
    const passes::Run& run) {
  auto prepared = passes::prepare_by_degree(std::move(program), run, *data);
  if (!prepared) return std::unexpected(prepared.error());
  CompileSettings later = settings;
  later.lanes = 0;
  later.keep_text = false;
  std::unique_ptr<CompiledRecentring> made(new CompiledRecentring);
  auto density = Compiled::compile(std::move(prepared->gradient), data, later);
  if (!density) return std::unexpected(density.error());
  made->density_ = std::move(*density);
  auto priors = Outputs::create(std::move(prepared->priors), std::move(data), settings);
  if (!priors) return std::unexpected(priors.error());
  made->priors_ = std::move(*priors);
  for (const char* what : {".location", ".log_scale"}) {
    for (const ir::Parameter& p : layout.parameters) {
      if (p.recentred < 0) continue;
      append_recorded(made->priors_->variables(), p.name + what, p.type.shape(),
                      made->recorded_at_);
    }
  }
  for (const ir::Parameter& p : layout.parameters) {
    if (p.recentred < 0) continue;
    for (std::int64_t e = 0; e < p.elements; ++e) made->elements_.push_back(int(p.offset + e));
  }
  return made;
}

std::unique_ptr<QuantityEvaluator> CompiledRecentring::priors() const {
  return std::make_unique<Priors>(priors_->quantities(), recorded_at_);
}

Result<CompiledRecentring::Inputs> CompiledRecentring::inputs(const SharedData& data) const {
  auto density = density_->inputs(data);
  if (!density) return std::unexpected(density.error());
  auto priors = priors_->inputs(data);
  if (!priors) return std::unexpected(priors.error());
  return Inputs{std::move(*density), std::move(*priors)};
}

void CompiledRecentring::rebind(Inputs inputs) {
  density_->rebind(std::move(inputs.density));
  priors_->rebind(std::move(inputs.priors));
}

}  // namespace tyche
