#include "tyche/sinks/progress.hpp"

#include <algorithm>

#include "tyche/sinks/sinks_test.hpp"

namespace tyche {
namespace {

TEST(Progress, ALineFitsItsWidth) {
  const Started run{.chains = 4, .warmup = 1000, .draws = 1000};
  const ChainProgress at{
      .warmup = 1000, .draws = 250, .divergent = 3, .leapfrogs = 8750, .step_size = 0.4375};
  EXPECT_EQ(progress_line(run, 0, at, 10, 100),
            "chain 1 [=============         ] 1250/2000 draws, 3 divergent, step 0.44, 7.0 "
            "grad/draw, 6.0 s left");
  for (int width : {20, 60, 80}) {
    EXPECT_LT(progress_line(run, 0, at, 10, width).size(), std::size_t(width));
  }
}

TEST(Progress, JsonStyleIsOneObjectATenth) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  {
    ProgressSink sink(ProgressStyle::json, out);
    feed(sink, true);
  }
  std::fclose(out);
  const std::string printed(text, size);
  std::free(text);
  EXPECT_EQ(std::ranges::count(printed, '\n'), 4);  // after warm-up and at the end, twice
  EXPECT_NE(printed.find("{\"chain\":2,\"iteration\":7,\"iterations\":7,\"phase\":\"sampling\","
                         "\"divergent\":4,"),
            std::string::npos);
}

TEST(Progress, OfAChainThatGoesOnCountsFromWhereItWas) {
  const Started run{.chains = 1, .warmup = 1000, .draws = 1000};
  const ChainProgress at{.warmup = 1000, .draws = 750, .leapfrogs = 1750, .before = 1500};
  EXPECT_EQ(progress_line(run, 0, at, 10, 100),
            "chain 1 [======================    ] 1750/2000 draws, 0 divergent, step 0, 7.0 "
            "grad/draw, 10 s left");
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  {
    ProgressSink sink(ProgressStyle::json, out);
    ASSERT_TRUE(sink.start(two_chains()));  // of 3 + 4 iterations
    ASSERT_TRUE(sink.take(Recovered{.epoch = 1, .chain = 1, .iteration = 1}));
    const Transition t{.leapfrogs = 7};
    ASSERT_TRUE(sink.take(DrawBatch{.epoch = 1, .chain = 1, .first = 2, .transitions = {&t, 1}}));
    ASSERT_TRUE(sink.take(Finished{.epoch = 1, .chain = 1, .draws = 3}));
  }
  std::fclose(out);
  const std::string printed(text, size);
  std::free(text);
  EXPECT_EQ(std::ranges::count(printed, '\n'), 2) << "a tenth, and the end before the last";
  EXPECT_NE(printed.find("\"iteration\":6,"), std::string::npos) << printed;
}

}  // namespace
}  // namespace tyche
