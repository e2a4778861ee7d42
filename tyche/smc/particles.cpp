#include "tyche/smc/particles.hpp"

namespace tyche {

namespace plain {
extern const ParticleTable particle_table;
}
namespace avx2 {
extern const ParticleTable particle_table;
}
namespace avx512 {
extern const ParticleTable particle_table;
}

const ParticleTable& particle_functions() {
  static const ParticleTable& table = cpu_level() == Level::avx512 ? avx512::particle_table
                                      : cpu_level() == Level::avx2 ? avx2::particle_table
                                                                   : plain::particle_table;
  return table;
}

}  // namespace tyche
