#include "tyche/simulation/random.hpp"

namespace tyche {
namespace plain {
extern const simulation::VariateTable variate_table;
}
namespace avx2 {
extern const simulation::VariateTable variate_table;
}
namespace avx512 {
extern const simulation::VariateTable variate_table;
}

namespace simulation {
namespace {

/// FNV-1a of 64 bits.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

const VariateTable& variate_table(Level level) {
  switch (level) {
    case Level::avx512:
      return avx512::variate_table;
    case Level::avx2:
      return avx2::variate_table;
    case Level::plain:
      break;
  }
  return plain::variate_table;
}

const VariateTable& variates() {
  static const VariateTable& table = variate_table(cpu_level());
  return table;
}

Source::Source(const Source& other) : stream(other.stream) {
  // The stream itself keeps the second half of a block that was drawn number by number alone.
  if (!other.ahead || stream.next % 2 == 0) return;
  const std::uint64_t at = stream.next - other.ahead->first;
  if (at < DrawnAhead::count) stream.second_half = other.ahead->bits[at] ^ stream.flipped;
}

std::uint64_t Streams::key(std::string_view name) const {
  return numeric::derive(seed_, purpose::simulation, hash_of(name));
}

Random Streams::operator()(std::string_view name, std::uint32_t index) const {
  return at(key(name), index);
}

}  // namespace simulation
}  // namespace tyche
