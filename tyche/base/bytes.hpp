// Bytes: values written little-endian, and frames whose checksum tells a torn or altered one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tyche/base/error.hpp"

namespace tyche {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4). `seed` is the checksum of what came before.
std::uint32_t crc32c(ByteView bytes, std::uint32_t seed = 0);

/// Appends values to a byte string. Strings and arrays carry their length (64 bits) before them.
class ByteWriter {
 public:
  void u8(std::uint8_t x);
  void u32(std::uint32_t x);
  void u64(std::uint64_t x);
  void i64(std::int64_t x);
  void f64(double x);
  void text(std::string_view x);
  void array(std::span<const double> x);
  void blob(ByteView x);

  const Bytes& bytes() const& { return bytes_; }
  Bytes bytes() && { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

/// Reads back what a ByteWriter wrote. After a read past the end, or of a length that cannot be,
/// every read gives zero or nothing, and finish() is the Error: a reader asks once, at the end.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint32_t u32();
  std::uint64_t u64();
  std::int64_t i64();
  double f64();
  std::string text();
  std::vector<double> array();
  Bytes blob();

  bool ok() const { return ok_; }
  /// An Error unless every read succeeded and nothing is left over. `what` names the thing read.
  Result<void> finish(std::string_view what) const;

 private:
  ByteView take(std::size_t count);
  std::size_t length(std::size_t element_size);

  ByteView rest_;
  bool ok_ = true;
};

/// A payload with its kind and version, as it is stored or sent.
struct Frame {
  std::uint32_t kind = 0;
  std::uint32_t version = 0;
  ByteView payload;  // lies in the bytes that were read
};

inline constexpr std::size_t frame_overhead = 28;

/// mark "TYCHE" 1 2 3 | kind u32 | version u32 | length u64 | payload | CRC-32C of all before it.
Bytes write_frame(const Frame& frame);

/// Reads the frame at the front of `bytes` and moves `bytes` past it. A frame that was cut short,
/// altered, or is none, is an Error, and `bytes` stays.
Result<Frame> read_frame(ByteView& bytes);

}  // namespace tyche
