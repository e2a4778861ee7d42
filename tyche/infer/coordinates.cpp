#include "tyche/infer/coordinates.hpp"

#include <algorithm>

namespace tyche {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }
AlignedBytes numbers(int count) { return AlignedBytes(size(count) * sizeof(double)); }

}  // namespace

Coordinates::Coordinates(Evaluator& density, int dimension, int capacity, bool dense)
    : density_(density),
      kernels_(linear_map_kernels()),
      dimension_(dimension),
      capacity_(capacity),
      dense_(dense),
      together_(make(density.lanes)),
      position_(numbers(padded(dimension) * density.lanes)),
      gradient_(numbers(padded(dimension) * density.lanes)) {
  for (int k = 0; k < density.lanes; ++k) {
    lanes_.push_back({identity(dimension), make(1)});
  }
  for (int k = 0; k < density.lanes; ++k) set(k, identity(dimension));
}

void Coordinates::evaluate(void* context, const double* z, double* gradient,
                           double* log_density) noexcept {
  Coordinates& self = *static_cast<Coordinates*>(context);
  self.kernels_.to_position(self.together_.map, z, self.position_.reals());
  self.density_.evaluate(self.density_.context(), self.position_.reals(), self.gradient_.reals(),
                         log_density);
  self.kernels_.pull_back(self.together_.map, self.gradient_.reals(), gradient);
}

void Coordinates::set(int lane, Whitening whitening) {
  Lane& to = lanes_[size(lane)];
  to.now = dense_ ? whitening.triangular() : std::move(whitening);
  write(to.alone.map, 0, to.now);
  write(together_.map, lane, to.now);
  choose_form();
}

/// The cheapest form that says all whitenings; a lane's bits are the same in each that says its
/// own.
void Coordinates::choose_form() {
  int rank = 0;
  for (Lane& lane : lanes_) {
    LinearMap& map = lane.alone.map;
    map.rank = lane.now.rank();
    rank = std::max(rank, map.rank);
    map.form = map.rank == 0 ? MapForm::diagonal : dense_ ? MapForm::dense : MapForm::low_rank;
  }
  LinearMap& map = together_.map;
  map.rank = rank;
  map.form = rank == 0 ? MapForm::diagonal : dense_ ? MapForm::dense : MapForm::low_rank;
}

void Coordinates::to_positions(int lane, std::span<double> rows) const {
  const LinearMap& map = lanes_[size(lane)].alone.map;
  const auto from = numbers(padded(dimension_)), to = numbers(padded(dimension_));
  for (std::size_t at = 0; at < rows.size(); at += size(dimension_)) {
    std::copy_n(&rows[at], dimension_, from.reals());
    kernels_.to_position(map, from.reals(), to.reals());
    std::copy_n(to.reals(), dimension_, &rows[at]);
  }
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
