#include "tyche/kernels/linear_map.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tyche/base/aligned_bytes.hpp"

namespace tyche {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

double number(int seed) { return std::sin(1.0 + 37.0 * seed); }

struct Block {
  AlignedBytes memory;
  LinearMap map;
};

Block make(const LinearMapKernels& kernels, MapForm form, int d, int lanes, int rank) {
  const bool dense = form == MapForm::dense;
  Block block{AlignedBytes(kernels.size(d, lanes, rank, dense)), {}};
  block.map = kernels.init(block.memory.data(), d, lanes, rank, dense);
  block.map.form = form;
  block.map.rank = rank;
  return block;
}

/// The same map in lane `lane` of a map of several, and as one chain's.
void set_entry(Block& several, Block& one, int lane) {
  LinearMap &m = several.map, &s = one.map;
  const int d = m.dimension, w = m.lanes, stride = padded(d);
  for (int i = 0; i < d; ++i) m.scale[i * w + lane] = s.scale[i] = 1.5 + number(i + 100 * lane);
  for (int k = 0; k < m.rank; ++k) {
    m.stretch[k * w + lane] = s.stretch[k] = 2 + number(k + 7 * lane);
    for (int i = 0; i < d; ++i) {
      m.directions[(k * d + i) * w + lane] = s.directions[k * stride + i] =
          number(i + 50 * k + 1000 * lane) / std::sqrt(d);
    }
  }
  if (m.form != MapForm::dense) return;
  for (int i = 0; i < d; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double x = number(i * d + j + 77 * lane);
      m.lower[(i * (i + 1) / 2 + j) * w + lane] = x;
      s.lower[j * stride + i] = s.lower[(d + i) * stride + j] = x;
    }
  }
}

struct Images {
  std::vector<double> position, gradient;
};

Images images(const LinearMapKernels& kernels, const LinearMap& map, const std::vector<double>& z,
              const std::vector<double>& g) {
  Images out{std::vector<double>(z.size()), std::vector<double>(z.size())};
  kernels.to_position(map, z.data(), out.position.data());
  kernels.pull_back(map, g.data(), out.gradient.data());
  return out;
}

/// `w` chains in lanes against each alone, and A against A'.
void check(const LinearMapKernels& kernels, MapForm form, int w, int d, int rank) {
  Block several = make(kernels, form, d, w, rank);
  std::vector<double> z_w(at(d * w)), g_w(at(d * w));
  std::vector<Images> alone;
  for (int lane = 0; lane < w; ++lane) {
    Block one = make(kernels, form, d, 1, rank);
    set_entry(several, one, lane);
    std::vector<double> z(at(padded(d))), g(at(padded(d)));
    for (int i = 0; i < d; ++i) {
      z_w[at(i * w + lane)] = z[at(i)] = number(3 * i + lane);
      g_w[at(i * w + lane)] = g[at(i)] = number(5 * i + lane + 9);
    }
    alone.push_back(images(kernels, one.map, z, g));
    double left = 0, right = 0;
    for (int i = 0; i < d; ++i) {
      left += alone.back().position[at(i)] * g[at(i)];
      right += z[at(i)] * alone.back().gradient[at(i)];
    }
    if (form != MapForm::low_rank) EXPECT_NEAR(left, right, 1e-13 * d);
  }
  const Images together = images(kernels, several.map, z_w, g_w);
  for (int lane = 0; lane < w; ++lane) {
    for (int i = 0; i < d; ++i) {
      EXPECT_EQ(together.position[at(i * w + lane)], alone[at(lane)].position[at(i)]);
      EXPECT_EQ(together.gradient[at(i * w + lane)], alone[at(lane)].gradient[at(i)]);
    }
  }
}

TEST(LinearMap, ALaneAmongFourOrEightIsTheChainAlone) {
  for (const Level level : {Level::plain, Level::avx2, Level::avx512}) {
    if (!cpu_has(level)) continue;
    const LinearMapKernels& kernels = linear_map_kernels(level);
    for (const int w : {4, 8}) {
      for (const int d : {1, 2, 3, 7, 8, 9, 10, 16, 17, 25, 32, 50}) {
        check(kernels, MapForm::identity, w, d, 0);
        check(kernels, MapForm::dense, w, d, 0);
        for (const int rank : {1, 2, 3}) check(kernels, MapForm::low_rank, w, d, std::min(rank, d));
      }
    }
  }
}

TEST(LinearMap, IsTheMatrixItSays) {
  const LinearMapKernels& kernels = linear_map_kernels();
  Block dense = make(kernels, MapForm::dense, 2, 1, 0);
  dense.map.lower[0] = dense.map.lower[16] = 2;  // L = (2 0; 3 5)
  dense.map.lower[1] = dense.map.lower[24] = 3;
  dense.map.lower[9] = dense.map.lower[25] = 5;
  const std::vector<double> one{1, 10, 0, 0, 0, 0, 0, 0};
  const Images of_dense = images(kernels, dense.map, one, one);
  EXPECT_EQ(of_dense.position, (std::vector<double>{2, 53, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(of_dense.gradient, (std::vector<double>{32, 50, 0, 0, 0, 0, 0, 0}));

  Block low = make(kernels, MapForm::low_rank, 2, 1, 1);
  low.map.scale[0] = 2;  // D = (2 0; 0 1), U = (.6, .8), S = 3
  low.map.directions[0] = 0.6, low.map.directions[1] = 0.8, low.map.stretch[0] = 2;
  const Images of_low = images(kernels, low.map, one, one);
  EXPECT_NEAR(of_low.position[0], 2 * (1 + 2 * 8.6 * 0.6), 1e-14);
  EXPECT_NEAR(of_low.position[1], 10 + 2 * 8.6 * 0.8, 1e-14);
  EXPECT_NEAR(of_low.gradient[0], 2 + 2 * 9.2 * 0.6, 1e-14);
  EXPECT_NEAR(of_low.gradient[1], 10 + 2 * 9.2 * 0.8, 1e-14);
}

}  // namespace
}  // namespace tyche
