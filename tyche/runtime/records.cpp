// Generated from records.json by tools/generate_records.py; do not edit.
#include "tyche/runtime/records.hpp"

namespace tyche::record {
namespace {

void put_texts(ByteWriter& to, const std::vector<std::string>& list) {
  to.u64(list.size());
  for (const auto& x : list) to.text(x);
}

std::vector<std::string> get_texts(ByteReader& from) {
  std::vector<std::string> list;
  for (std::uint64_t left = from.u64(); left > 0 && from.ok(); --left) {
    list.push_back(from.text());
  }
  return list;
}

void put_integers(ByteWriter& to, const std::vector<std::int64_t>& list) {
  to.u64(list.size());
  for (const auto& x : list) to.i64(x);
}

std::vector<std::int64_t> get_integers(ByteReader& from) {
  std::vector<std::int64_t> list;
  for (std::uint64_t left = from.u64(); left > 0 && from.ok(); --left) {
    list.push_back(from.i64());
  }
  return list;
}

void write(ByteWriter& to, const Started& r) {
  to.u64(r.run);
  to.text(r.model);
  put_texts(to, r.names);
  put_integers(to, r.shapes);
  to.u32(r.chains);
  to.u32(r.dimension);
  to.i64(r.warmup);
  to.i64(r.draws);
  to.u64(r.seed);
  to.text(r.kernel);
  to.text(r.metric);
  to.f64(r.target_accept);
  to.u32(r.max_depth);
  to.u32(r.arithmetic_version);
  to.text(r.level);
  to.text(r.mapping);
}

Result<Record> read_started(ByteReader from) {
  Started r;
  r.run = from.u64();
  r.model = from.text();
  r.names = get_texts(from);
  r.shapes = get_integers(from);
  r.chains = from.u32();
  r.dimension = from.u32();
  r.warmup = from.i64();
  r.draws = from.i64();
  r.seed = from.u64();
  r.kernel = from.text();
  r.metric = from.text();
  r.target_accept = from.f64();
  r.max_depth = from.u32();
  r.arithmetic_version = from.u32();
  r.level = from.text();
  r.mapping = from.text();
  if (auto whole = from.finish("Started"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Batch& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.u8(r.phase);
  to.i64(r.previous);
  to.i64(r.first);
  to.array(r.values);
  to.array(r.statistics);
  to.array(r.position);
}

Result<Record> read_batch(ByteReader from) {
  Batch r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.phase = from.u8();
  r.previous = from.i64();
  r.first = from.i64();
  r.values = from.array();
  r.statistics = from.array();
  r.position = from.array();
  if (auto whole = from.finish("Batch"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Adapted& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.i64(r.iteration);
  to.f64(r.step_size);
  to.array(r.inverse_mass);
}

Result<Record> read_adapted(ByteReader from) {
  Adapted r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.iteration = from.i64();
  r.step_size = from.f64();
  r.inverse_mass = from.array();
  if (auto whole = from.finish("Adapted"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Diverged& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.u8(r.phase);
  to.i64(r.iteration);
  to.array(r.before);
  to.array(r.position);
}

Result<Record> read_diverged(ByteReader from) {
  Diverged r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.phase = from.u8();
  r.iteration = from.i64();
  r.before = from.array();
  r.position = from.array();
  if (auto whole = from.finish("Diverged"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Recovered& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.u8(r.phase);
  to.i64(r.iteration);
}

Result<Record> read_recovered(ByteReader from) {
  Recovered r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.phase = from.u8();
  r.iteration = from.i64();
  if (auto whole = from.finish("Recovered"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Checkpointed& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.u8(r.phase);
  to.i64(r.iteration);
  to.blob(r.state);
}

Result<Record> read_checkpointed(ByteReader from) {
  Checkpointed r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.phase = from.u8();
  r.iteration = from.i64();
  r.state = from.blob();
  if (auto whole = from.finish("Checkpointed"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Finished& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.i64(r.draws);
  to.u8(r.interrupted);
}

Result<Record> read_finished(ByteReader from) {
  Finished r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.draws = from.i64();
  r.interrupted = from.u8();
  if (auto whole = from.finish("Finished"); !whole) return std::unexpected(whole.error());
  return r;
}

void write(ByteWriter& to, const Failed& r) {
  to.u64(r.run);
  to.u32(r.epoch);
  to.u32(r.chain);
  to.text(r.where);
  to.text(r.expected);
  to.text(r.found);
  to.text(r.remedy);
}

Result<Record> read_failed(ByteReader from) {
  Failed r;
  r.run = from.u64();
  r.epoch = from.u32();
  r.chain = from.u32();
  r.where = from.text();
  r.expected = from.text();
  r.found = from.text();
  r.remedy = from.text();
  if (auto whole = from.finish("Failed"); !whole) return std::unexpected(whole.error());
  return r;
}

Result<Record> read(const Frame& frame) {
  switch (frame.kind) {
    case Started::kind:
      return read_started(ByteReader(frame.payload));
    case Batch::kind:
      return read_batch(ByteReader(frame.payload));
    case Adapted::kind:
      return read_adapted(ByteReader(frame.payload));
    case Diverged::kind:
      return read_diverged(ByteReader(frame.payload));
    case Recovered::kind:
      return read_recovered(ByteReader(frame.payload));
    case Checkpointed::kind:
      return read_checkpointed(ByteReader(frame.payload));
    case Finished::kind:
      return read_finished(ByteReader(frame.payload));
    case Failed::kind:
      return read_failed(ByteReader(frame.payload));
    default:
      return std::unexpected(Error{"record", "a known kind of record",
                                   "kind " + std::to_string(frame.kind),
                                   "read it with the version of Tyche that wrote it"});
  }
}

}  // namespace

Bytes encode(const Record& record) {
  return std::visit(
      [](const auto& r) {
        ByteWriter to;
        write(to, r);
        return write_frame({r.kind, version, to.bytes()});
      },
      record);
}

Result<Record> decode(ByteView& bytes) {
  ByteView rest = bytes;
  const auto frame = read_frame(rest);
  if (!frame) return std::unexpected(frame.error());
  if (frame->version != version) {
    return std::unexpected(Error{"record", "version " + std::to_string(version),
                                 "version " + std::to_string(frame->version),
                                 "read it with the version of Tyche that wrote it"});
  }
  auto record = read(*frame);
  if (record) bytes = rest;
  return record;
}

}  // namespace tyche::record
