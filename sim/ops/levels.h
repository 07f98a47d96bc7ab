// Spikes of one row as signed bytes, and back: for operations that need numbers instead of bits.
#pragma once

#include "sim/core/spikes.h"

namespace bispike {

/// Writes the channels of one row, of any kind of spikes, to to[0 .. C): -1, 0, +1 or the level.
void unpack_levels(const Spikes& spikes, int64_t row, int8_t* to);
/// Sets both bit planes of one row of integer spikes from its levels.
void pack_levels(Spikes& spikes, int64_t row);

}  // namespace bispike
