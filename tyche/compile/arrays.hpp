// The memory that compiled code reads: copies of data, aligned and padded.
#pragma once
#include "tyche/base/aligned_bytes.hpp"
#include "tyche/base/error.hpp"
#include "tyche/codegen/emit.hpp"
#include "tyche/ir/value.hpp"

namespace tyche {

/// The smallest range that holds the integers of `array`; empty arrays: [0, 0].
codegen::Range range_of(const ir::Array& array);

/// An Error if a number lies outside what the declaration says.
Result<void> check_support(const ir::Data& declared, const ir::Array& array);

/// Memory for one slot.
AlignedBytes memory_of(const codegen::Slot& slot);
/// Copies the elements into the memory of the slot, in the form that the code reads.
void fill(const codegen::Slot& slot, const ir::Array& array, void* memory);

}  // namespace tyche
