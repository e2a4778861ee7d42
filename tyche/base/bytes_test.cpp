#include "tyche/base/bytes.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tyche {
namespace {

ByteView view(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Crc32c, PublishedVectors) {
  EXPECT_EQ(crc32c(view("123456789")), 0xE3069283u);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0x00})), 0x8A9136AAu);  // RFC 3720, B.4
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xFF})), 0x62A8AB43u);
  Bytes rising;
  for (int k = 0; k < 32; ++k) rising.push_back(static_cast<std::byte>(k));
  EXPECT_EQ(crc32c(rising), 0x46DD794Eu);
  EXPECT_EQ(crc32c({}), 0u);
}

TEST(Crc32c, PiecesChain) {
  const std::string_view text = "a chain is a value, a draw is a message";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(view(text.substr(cut)), crc32c(view(text.substr(0, cut)))),
              crc32c(view(text)));
  }
}

Bytes everything() {
  ByteWriter writer;
  writer.u8(200);
  writer.u32(4'000'000'000u);
  writer.u64(std::numeric_limits<std::uint64_t>::max());
  writer.i64(-5);
  writer.f64(-0.1);
  writer.text("θ[1]");
  writer.array(std::vector<double>{1.5, std::numeric_limits<double>::infinity()});
  writer.blob(Bytes{std::byte{1}, std::byte{0}});
  return std::move(writer).bytes();
}

TEST(Bytes, ReadBackAsWritten) {
  const Bytes bytes = everything();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 200);
  EXPECT_EQ(reader.u32(), 4'000'000'000u);
  EXPECT_EQ(reader.u64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(reader.i64(), -5);
  EXPECT_EQ(reader.f64(), -0.1);
  EXPECT_EQ(reader.text(), "θ[1]");
  EXPECT_EQ(reader.array(), (std::vector<double>{1.5, std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(reader.blob(), (Bytes{std::byte{1}, std::byte{0}}));
  EXPECT_TRUE(reader.finish("test").has_value());
}

TEST(Bytes, IntegersAreLittleEndian) {
  ByteWriter writer;
  writer.u32(0x01020304);
  EXPECT_EQ(writer.bytes(), (Bytes{std::byte{4}, std::byte{3}, std::byte{2}, std::byte{1}}));
}

TEST(Bytes, EveryCutIsAnError) {
  const Bytes bytes = everything();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    ByteReader reader(ByteView(bytes).first(size));
    reader.u8(), reader.u32(), reader.u64(), reader.i64(), reader.f64();
    reader.text(), reader.array(), reader.blob();
    EXPECT_EQ(reader.finish("test").has_value(), size == bytes.size()) << size;
  }
}

TEST(Bytes, AWildLengthAllocatesNothing) {
  ByteWriter writer;
  writer.u64(std::numeric_limits<std::uint64_t>::max() / 8);
  ByteReader reader(writer.bytes());
  EXPECT_TRUE(reader.array().empty());
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, LeftOversAreAnError) {
  const Bytes bytes = everything();
  ByteReader reader(bytes);
  reader.u8();
  ASSERT_FALSE(reader.finish("chain state").has_value());
  EXPECT_EQ(reader.finish("chain state").error().where, "chain state");
}

TEST(Frame, FramesFollowEachOther) {
  const Bytes payload = everything();
  Bytes log = write_frame({.kind = 1, .version = 7, .payload = payload});
  const Bytes second = write_frame({.kind = 2, .version = 1, .payload = {}});
  EXPECT_EQ(log.size(), payload.size() + frame_overhead);
  log.insert(log.end(), second.begin(), second.end());
  ByteView rest = log;
  const Result<Frame> first = read_frame(rest);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->kind, 1u);
  EXPECT_EQ(first->version, 7u);
  EXPECT_TRUE(std::ranges::equal(first->payload, payload));
  EXPECT_EQ(read_frame(rest)->kind, 2u);
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(read_frame(rest).has_value());
}

TEST(Frame, EveryCutAndEveryAlteredBitIsDetected) {
  const Bytes payload = everything();
  const Bytes frame = write_frame({.kind = 3, .version = 1, .payload = payload});
  for (std::size_t size = 0; size < frame.size(); ++size) {
    ByteView rest = ByteView(frame).first(size);
    EXPECT_FALSE(read_frame(rest).has_value());
    EXPECT_EQ(rest.size(), size);
  }
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    Bytes altered = frame;
    altered[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
    ByteView rest = altered;
    EXPECT_FALSE(read_frame(rest).has_value()) << "bit " << bit;
  }
}

}  // namespace
}  // namespace tyche
