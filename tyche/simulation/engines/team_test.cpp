// The threads of parallel engines, where the system does not give them.
#include "tyche/simulation/engines/team.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

namespace tyche::simulation {
namespace {

/// New threads want a stack that no address space holds.
class NoThreads {
 public:
  NoThreads() {
    pthread_attr_t vast;
    pthread_getattr_default_np(&usual_);
    pthread_attr_init(&vast);
    pthread_attr_setstacksize(&vast, std::size_t{1} << 47);
    pthread_setattr_default_np(&vast);
    pthread_attr_destroy(&vast);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;
  ~NoThreads() {
    pthread_setattr_default_np(&usual_);
    pthread_attr_destroy(&usual_);
  }

 private:
  pthread_attr_t usual_;
};

TEST(Team, ThreadsThatTheSystemDoesNotGive) {
  std::atomic<int> ran = 0;
  const auto count = [&](int) { ++ran; };
  {
    const NoThreads none;
    const Result<void> refused = on_threads(3, count);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "threads");
    EXPECT_EQ(ran, 0);
  }
  ASSERT_TRUE(on_threads(3, count));
  EXPECT_EQ(ran, 3);
}

}  // namespace
}  // namespace tyche::simulation
