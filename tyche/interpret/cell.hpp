// The run-time form of a value: a number, or a shared box of numbers or items.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "tyche/ir/value.hpp"

namespace tyche::interpret {

struct Box;

/// Which field is meant is known from the static type: `real`; `integer` (integers, booleans,
/// numbers of functions); `box` (containers, tuples). A box is a value: who writes to a shared one
/// copies it first.
struct Cell {
  double real = 0;
  std::int64_t integer = 0;
  std::shared_ptr<Box> box = {};
};

struct Box {
  ir::Array array;          // of a container
  std::vector<Cell> items;  // of a tuple
};

/// The part of a container that leading indices name: element number k lies at
/// offset + k stride of the storage.
struct Part {
  ir::Type type;
  std::int64_t offset = 0;
  std::int64_t stride = 1;
  std::int64_t count = 1;
  int outside = -1;  // which index is out of range; -1: none is
};

Part locate(const ir::Type& container, std::span<const std::int64_t> indices);

Cell box_of(ir::Array array);
/// Zeros of the type; NaN for reals if `undefined`.
ir::Array filled(const ir::Type& type, bool undefined);

Cell load(const ir::Array& container, const Part& part);
/// False where the shape of `value` is not that of the part.
bool store(ir::Array& container, const Part& part, const Cell& value);
/// Elements [first, first + count) along index 0.
ir::Array slice(const ir::Array& container, std::int64_t first, std::int64_t count);

/// A scalar or container as an array, for the outside.
ir::Array to_array(const Cell& cell, const ir::Type& type);
Cell to_cell(const ir::Array& array);

}  // namespace tyche::interpret
