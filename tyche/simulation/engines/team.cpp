#include "tyche/simulation/engines/team.hpp"

#include <thread>

#include "tyche/base/thread_pool.hpp"

namespace tyche::simulation {

Blocks::Blocks(EntityId entities, int threads) : entities_(entities) {
  const auto wanted = EntityId(threads > 0 ? threads : ThreadPool::default_threads());
  size_ = (entities - 1) / wanted + 1;
  threads_ = int((entities - 1) / size_ + 1);
}

void on_threads(int threads, const std::function<void(int)>& body) {
  std::vector<std::jthread> others;
  for (int k = 1; k < threads; ++k) others.emplace_back([&body, k] { body(k); });
  body(0);
}

}  // namespace tyche::simulation
