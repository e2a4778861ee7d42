// The JSON form of every verb, once, for reading and writing: describe(io, step) names the fields.
// `io.field` is there always, `io.option` may be left out if it is as in a fresh struct.
#pragma once
#include "tyche/simulation/flows/flow.hpp"

namespace tyche::simulation::flows {

template <class Io>
void describe(Io& io, Arrive& s) {
  io.field("arrive", s.name);
  io.option("every", s.every);
  io.option("rate", s.rate.pieces);
  io.option("period", s.rate.period);
  io.option("at", s.at);
  io.option("limit", s.limit);
}
template <class Io>
void describe(Io& io, Seize& s) {
  io.field("seize", s.resource);
  io.option("units", s.units);
  io.option("priority", s.priority);
}
template <class Io>
void describe(Io& io, Hold& s) {
  io.field("hold", s.time);
  io.option("name", s.name);
}
template <class Io>
void describe(Io& io, Release& s) {
  io.field("release", s.resource);
  io.option("units", s.units);
}
template <class Io>
void describe(Io& io, Route& s) {
  io.field("route", s.branches);
  io.option("name", s.name);
}
template <class Io>
void describe(Io& io, Decide& s) {
  io.field("decide", s.when);
  io.field("to", s.to);
  io.option("otherwise", s.otherwise);
  io.option("name", s.name);
}
template <class Io>
void describe(Io& io, Batch& s) {
  io.field("batch", s.size);
  io.option("temporary", s.temporary);
}
template <class Io>
void describe(Io& io, Split& s) {
  io.count_or("split", s.copies, "members");
  io.option("to", s.to);
  io.option("as", s.as);
}
template <class Io>
void describe(Io& io, Combine& s) {
  io.field("combine", s.parts);
}
template <class Io>
void describe(Io& io, Assign& s) {
  io.field("assign", s.attribute);
  io.field("value", s.value);
  io.option("name", s.name);
}
template <class Io>
void describe(Io& io, Transport& s) {
  io.field("transport", s.to);
  io.field("time", s.time);
  io.option("vehicles", s.vehicles);
  io.option("back", s.back);
  io.option("name", s.name);
}
template <class Io>
void describe(Io& io, Label& s) {
  io.field("label", s.name);
}
template <class Io>
void describe(Io& io, Depart& s) {
  io.field("depart", s.exit);
}
template <class Io>
void describe(Io& io, Schedule& s) {
  io.field("schedule", s.resource);
  io.field("capacity", s.capacity.pieces);
  io.option("period", s.capacity.period);
}

}  // namespace tyche::simulation::flows
