#include "tyche/base/bytes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace tyche {
namespace {

static_assert(std::endian::native == std::endian::little);

// tables[k][b]: the effect of byte b followed by k zero bytes, so that eight bytes go at once.
constexpr auto crc_tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0u);
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      const std::uint32_t before = tables[k - 1][b];
      tables[k][b] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}();

constexpr std::array<char, 8> frame_mark = {'T', 'Y', 'C', 'H', 'E', 1, 2, 3};
constexpr std::size_t header_size = frame_overhead - sizeof(std::uint32_t);

template <class T>
void put(Bytes& bytes, T x) {
  const auto raw = std::bit_cast<std::array<std::byte, sizeof(T)>>(x);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

template <class T>
T get(ByteView bytes) {
  T x{};
  if (bytes.size() >= sizeof(T)) std::memcpy(&x, bytes.data(), sizeof(T));
  return x;
}

std::unexpected<Error> bad_frame(std::string expected, std::string found) {
  return std::unexpected(Error{.where = "record",
                               .expected = std::move(expected),
                               .found = std::move(found),
                               .remedy = "what precedes this record is whole and can be used"});
}

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  while (bytes.size() >= 8) {
    const std::uint64_t word = get<std::uint64_t>(bytes) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= crc_tables[7 - k][(word >> (8 * k)) & 0xFF];
    bytes = bytes.subspan(8);
  }
  for (std::byte b : bytes) {
    crc = (crc >> 8) ^ crc_tables[0][(crc ^ std::to_integer<std::uint32_t>(b)) & 0xFF];
  }
  return ~crc;
}

void ByteWriter::u8(std::uint8_t x) { put(bytes_, x); }
void ByteWriter::u32(std::uint32_t x) { put(bytes_, x); }
void ByteWriter::u64(std::uint64_t x) { put(bytes_, x); }
void ByteWriter::i64(std::int64_t x) { put(bytes_, x); }
void ByteWriter::f64(double x) { put(bytes_, x); }
void ByteWriter::text(std::string_view x) { blob(std::as_bytes(std::span(x))); }
void ByteWriter::array(std::span<const double> x) {
  u64(x.size());
  const ByteView raw = std::as_bytes(x);
  bytes_.insert(bytes_.end(), raw.begin(), raw.end());
}
void ByteWriter::blob(ByteView x) {
  u64(x.size());
  bytes_.insert(bytes_.end(), x.begin(), x.end());
}

ByteView ByteReader::take(std::size_t count) {
  ok_ = ok_ && count <= rest_.size();
  if (!ok_) return {};
  const ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

// Checked against what is there, so that a wild length never allocates.
std::size_t ByteReader::length(std::size_t element_size) {
  const std::uint64_t count = u64();
  ok_ = ok_ && count <= rest_.size() / element_size;
  return ok_ ? count : 0;
}

std::uint8_t ByteReader::u8() { return get<std::uint8_t>(take(1)); }
std::uint32_t ByteReader::u32() { return get<std::uint32_t>(take(4)); }
std::uint64_t ByteReader::u64() { return get<std::uint64_t>(take(8)); }
std::int64_t ByteReader::i64() { return get<std::int64_t>(take(8)); }
double ByteReader::f64() { return get<double>(take(8)); }

std::string ByteReader::text() {
  const Bytes raw = blob();
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

std::vector<double> ByteReader::array() {
  std::vector<double> out(length(sizeof(double)));
  const ByteView raw = take(out.size() * sizeof(double));
  std::ranges::copy(raw, std::as_writable_bytes(std::span(out)).begin());
  return out;
}

Bytes ByteReader::blob() {
  const ByteView raw = take(length(1));
  return {raw.begin(), raw.end()};
}

Result<void> ByteReader::finish(std::string_view what) const {
  if (ok_ && rest_.empty()) return {};
  return std::unexpected(
      Error{.where = std::string(what),
            .expected = "bytes that end where its last field does",
            .found = ok_ ? std::to_string(rest_.size()) + " bytes left over" : "an end before that",
            .remedy = "it was written by another version, or is not this kind of thing"});
}

Bytes write_frame(const Frame& frame) {
  Bytes out;
  out.reserve(frame.payload.size() + frame_overhead);
  put(out, frame_mark);
  put(out, frame.kind);
  put(out, frame.version);
  put(out, std::uint64_t{frame.payload.size()});
  out.insert(out.end(), frame.payload.begin(), frame.payload.end());
  put(out, crc32c(out));
  return out;
}

Result<Frame> read_frame(ByteView& bytes) {
  if (bytes.size() < frame_overhead) {
    return bad_frame("at least " + std::to_string(frame_overhead) + " bytes",
                     std::to_string(bytes.size()));
  }
  if (get<std::array<char, 8>>(bytes) != frame_mark) {
    return bad_frame("the mark of a Tyche record", "other bytes");
  }
  const std::uint64_t length = get<std::uint64_t>(bytes.subspan(16));
  if (length > bytes.size() - frame_overhead) {
    return bad_frame(std::to_string(length) + " bytes of payload",
                     std::to_string(bytes.size() - frame_overhead) + " (cut short)");
  }
  const std::size_t checked = header_size + length;
  const std::uint32_t stored = get<std::uint32_t>(bytes.subspan(checked));
  if (crc32c(bytes.first(checked)) != stored) {
    return bad_frame("the checksum that was written with it", "another (the bytes were altered)");
  }
  const Frame frame{.kind = get<std::uint32_t>(bytes.subspan(8)),
                    .version = get<std::uint32_t>(bytes.subspan(12)),
                    .payload = bytes.subspan(header_size, length)};
  bytes = bytes.subspan(frame_overhead + length);
  return frame;
}

}  // namespace tyche
