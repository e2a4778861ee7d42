#include "tyche/infer/coordinates.hpp"

#include <algorithm>

namespace tyche {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }
AlignedBytes numbers(int count) { return AlignedBytes(size(count) * sizeof(double)); }

std::optional<Centring> centring_of(const Density& density, int lanes, bool recentre) {
  const Recentring* const recentring = recentre ? density.recentring() : nullptr;
  if (recentring == nullptr) return std::nullopt;
  return std::make_optional<Centring>(*recentring, density.dimension(), lanes);
}

}  // namespace

Coordinates::Coordinates(const Density& density, int lanes, int capacity, bool dense, bool recentre)
    : centring_(centring_of(density, lanes, recentre)),
      plain_(centring_ ? nullptr : density.evaluator(lanes)),
      kernels_(linear_map_kernels()),
      dimension_(density.dimension()),
      capacity_(capacity),
      dense_(dense),
      together_(make(lanes)),
      position_(numbers((padded(dimension_) + padded(elements())) * lanes)),
      gradient_(numbers((padded(dimension_) + padded(elements())) * lanes)),
      from_(numbers(padded(dimension_))),
      to_(numbers(padded(dimension_))),
      degrees_(size(elements() * lanes)),
      ones_(size(dimension_), 1.0) {
  for (int k = 0; k < lanes; ++k) lanes_.push_back({identity(dimension_), make(1)});
  for (int k = 0; k < lanes; ++k) {
    set(k, identity(dimension_), centring_ ? centring_->unknown() : Degrees());
  }
}

void Coordinates::evaluate(void* context, const double* z, double* gradient,
                           double* log_density) noexcept {
  Coordinates& self = *static_cast<Coordinates*>(context);
  Evaluator& density = self.density();
  if (self.together_.map.form == MapForm::identity && !self.centring_) {
    return density.evaluate(density.context(), z, gradient, log_density);
  }
  self.kernels_.to_position(self.together_.map, z, self.position_.reals());
  // After the map, which pads one lane's rows with zeros.
  if (self.centring_) {
    std::ranges::copy(self.degrees_, self.position_.reals() + self.dimension_ * density.lanes);
  }
  density.evaluate(density.context(), self.position_.reals(), self.gradient_.reals(), log_density);
  self.kernels_.pull_back(self.together_.map, self.gradient_.reals(), gradient);
}

void Coordinates::set(int lane, Whitening whitening) {
  Lane& to = lanes_[size(lane)];
  to.now = dense_ ? whitening.triangular() : std::move(whitening);
  Whitening none;
  if (to.diagonal()) none = dense_ ? identity(dimension_).triangular() : identity(dimension_);
  const Whitening& map = to.diagonal() ? none : to.now;
  write(to.alone.map, 0, map);
  write(together_.map, lane, map);
  choose_form();
}

std::span<const double> Coordinates::kernel_scale(int lane) const {
  const Lane& at = lanes_[size(lane)];
  return at.diagonal() ? at.now.scale : ones_;
}

void Coordinates::set(int lane, Whitening whitening, Degrees degrees) {
  const auto lanes = lanes_.size();
  for (std::size_t k = 0; k < degrees.size(); ++k) degrees_[k * lanes + size(lane)] = degrees[k];
  lanes_[size(lane)].degrees = std::move(degrees);
  set(lane, std::move(whitening));
}

/// The cheapest form that says all maps; a lane's bits are the same in each that says its own.
void Coordinates::choose_form() {
  const auto choose = [this](LinearMap& map, int rank) {
    map.rank = rank;
    map.form = rank == 0 ? MapForm::identity : dense_ ? MapForm::dense : MapForm::low_rank;
  };
  int most = 0;
  for (Lane& lane : lanes_) {
    choose(lane.alone.map, lane.now.rank());
    most = std::max(most, lane.now.rank());
  }
  choose(together_.map, most);
}

double Coordinates::to_position(int lane, std::span<double> z) {
  const Lane& at = lanes_[size(lane)];
  if (!at.diagonal()) {
    std::ranges::copy(z, from_.reals());
    kernels_.to_position(at.alone.map, from_.reals(), to_.reals());
    std::copy_n(to_.reals(), dimension_, z.begin());
  }
  return centring_ ? centring_->to_position(at.degrees, z) : 0;
}

void Coordinates::to_coordinates(int lane, std::span<double> q) {
  const Lane& at = lanes_[size(lane)];
  if (centring_) centring_->to_coordinates(at.degrees, q);
  if (!at.diagonal()) at.now.to_coordinates(q);
}

void Coordinates::push_forward(int lane, std::span<double> gradient) const {
  const Lane& at = lanes_[size(lane)];
  if (!at.diagonal()) at.now.push_forward(gradient);
}

Coordinates::Map Coordinates::make(int lanes) const {
  Map out{AlignedBytes(kernels_.size(dimension_, lanes, capacity_, dense_)), {}};
  out.map = kernels_.init(out.memory.data(), dimension_, lanes, capacity_, dense_);
  return out;
}

void Coordinates::write(LinearMap& map, int lane, const Whitening& whitening) const {
  const int d = dimension_, w = map.lanes, stride = w == 1 ? padded(d) : d * w;
  for (int i = 0; i < d; ++i) map.scale[i * w + lane] = whitening.scale[size(i)];
  if (!dense_) {
    for (int k = 0; k < capacity_; ++k) {
      const bool used = k < whitening.rank();
      map.stretch[k * w + lane] = used ? whitening.stretch[size(k)] - 1 : 0;
      for (int i = 0; i < d; ++i) {
        map.directions[k * stride + i * w + lane] =
            used ? whitening.directions[size(k * d + i)] : 0;
      }
    }
    return;
  }
  const std::vector<double>& lower = whitening.lower;
  for (int i = 0; i < d; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double x = lower[size(i * d + j)];
      if (w == 1) {
        map.lower[j * stride + i] = map.lower[(d + i) * stride + j] = x;
      } else {
        map.lower[(i * (i + 1) / 2 + j) * w + lane] = x;
      }
    }
  }
}

}  // namespace tyche
