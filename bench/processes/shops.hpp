// Queues, shops and a fab as processes: what bench/simpy/shops.py says in SimPy.
#pragma once
#include <cstdint>
#include <string>

namespace bench {

/// What a run showed: how long the customers of all stations waited for a unit.
struct Shown {
  std::uint64_t waits = 0;  // how many, zeros included
  double mean_wait = 0;
};

struct ShopRun {
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  double stop = 200'000;
};

/// M/M/1, inter-arrival mean 18, service mean 16.
Shown barbershop(const ShopRun& run);
/// Five stages of two machines each, means 8, 6, 10, 5, 7, inter-arrival mean 6.
Shown job_shop(const ShopRun& run);
/// Three machines of mean 5; 15 % go on to one of mean 8; inter-arrival mean 4.
Shown rework(const ShopRun& run);
/// Lots come every 10. Cleaning: two tools, 12. A furnace that takes four lots at once, 30.
/// Lithography: two tools, 14; inspection: one, 7; 15 % go back to lithography. Etching: two, 14.
Shown fab(const ShopRun& run);

/// One of the four by its name; ends the program if there is none.
Shown shop(const std::string& name, const ShopRun& run);

}  // namespace bench
