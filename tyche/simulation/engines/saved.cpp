#include "tyche/simulation/engines/saved.hpp"

#include <limits>
#include <string>

namespace tyche::simulation {
namespace {

constexpr std::uint32_t kind = 0x6d6973;  // "sim"
constexpr std::uint32_t version = 1;

std::unexpected<Error> not_ours(std::string expected, std::string found) {
  return std::unexpected(Error{.where = "saved simulation",
                               .expected = std::move(expected),
                               .found = std::move(found),
                               .remedy = "give the bytes that `save` gave, for the same model"});
}

}  // namespace

Bytes seal(ByteWriter payload) {
  const Bytes bytes = std::move(payload).bytes();
  return write_frame({.kind = kind, .version = version, .payload = bytes});
}

Result<ByteView> unseal(ByteView bytes) {
  const auto frame = read_frame(bytes);
  if (!frame) return std::unexpected(frame.error());
  if (frame->kind != kind) {
    return not_ours("a simulation", "a record of kind " + std::to_string(frame->kind));
  }
  if (frame->version != version) {
    return not_ours("version " + std::to_string(version), std::to_string(frame->version));
  }
  if (!bytes.empty()) return not_ours("one record", std::to_string(bytes.size()) + " bytes more");
  return frame->payload;
}

void save_settings(ByteWriter& to, const RunSettings& settings, SavedSizes sizes) {
  to.u64(sizes.entity);
  to.u64(sizes.message);
  to.f64(settings.stop);
  to.u64(settings.seed);
  to.u32(settings.replication);
  to.u8(settings.antithetic);
  to.f64(settings.lookahead);
  to.u64(settings.most_depth);
}

Result<RunSettings> load_settings(ByteReader& from, SavedSizes sizes) {
  const std::uint64_t entity = from.u64(), message = from.u64();
  if (from.ok() && (entity != sizes.entity || message != sizes.message)) {
    const auto bytes = [](std::uint64_t e, std::uint64_t m) {
      return "entities of " + std::to_string(e) + " bytes and messages of " + std::to_string(m);
    };
    return not_ours(bytes(sizes.entity, sizes.message), bytes(entity, message));
  }
  RunSettings settings;
  settings.stop = from.f64();
  settings.seed = from.u64();
  settings.replication = from.u32();
  settings.antithetic = from.u8() != 0;
  settings.lookahead = from.f64();
  settings.most_depth = from.u64();
  return settings;
}

void save_key(ByteWriter& to, const Key& key) {
  to.f64(key.time);
  to.u64(key.rank.bits);
  to.u32(key.from);
  to.u32(key.to);
}

Result<Key> load_key(ByteReader& from, const Rules& rules) {
  Key key;
  key.time = from.f64();
  key.rank.bits = from.u64();
  key.from = from.u32();
  key.to = from.u32();
  const bool sound = key.time >= 0 && key.time <= std::numeric_limits<double>::max() &&
                     key.from < rules.entities && key.to < rules.entities;
  if (!sound) return not_ours("events between its entities", "an event of others");
  return key;
}

void save_report(ByteWriter& to, const RunReport& report) {
  to.u64(report.events);
  to.u64(report.trace_hash);
  to.f64(report.last);
}

RunReport load_report(ByteReader& from) {
  RunReport report;
  report.events = from.u64();
  report.trace_hash = from.u64();
  report.last = from.f64();
  return report;
}

}  // namespace tyche::simulation
