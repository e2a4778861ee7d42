#include "tyche/simulation/engines/team.hpp"

#include <atomic>
#include <string>
#include <system_error>
#include <thread>

#include "tyche/base/thread_pool.hpp"

namespace tyche::simulation {

Blocks::Blocks(EntityId entities, int threads) : entities_(entities) {
  const auto wanted = EntityId(threads > 0 ? threads : ThreadPool::default_threads());
  size_ = (entities - 1) / wanted + 1;
  threads_ = int((entities - 1) / size_ + 1);
}

Result<void> on_threads(int threads, const std::function<void(int)>& body) {
  enum Word : int { wait, go, leave };
  std::atomic<int> word = wait;  // bodies meet each other, so that all must be there
  std::vector<std::jthread> others;
  others.reserve(std::size_t(threads));
  try {
    for (int k = 1; k < threads; ++k) {
      others.emplace_back([&word, &body, k] {
        word.wait(wait);
        if (word == go) body(k);
      });
    }
  } catch (const std::system_error& error) {
    word = leave;
    word.notify_all();
    return std::unexpected(Error{"threads", std::to_string(threads) + " threads",
                                 std::to_string(others.size() + 1) + ", and then " + error.what(),
                                 "ask for fewer, or raise the limits of the system"});
  }
  word = go;
  word.notify_all();
  body(0);
  return {};
}

}  // namespace tyche::simulation
