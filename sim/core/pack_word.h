// Values of spikes as bits.
#pragma once

#include <cstdint>

namespace bispike {

/// Whole numbers that a spike may be.
struct LevelRange {
    float least, most;  // within [-127, 127]
};

/// Up to 64 slots of a row: bit i of `fired` where value i is not 0, of `negative` where it is below 0.
struct PackedWord {
    uint64_t fired = 0, negative = 0;
    bool fits = true;  // all values are whole numbers in the range
};

/// Packs 1 <= count <= 64 values; `levels` [count] gets them as bytes unless it is null. What does not fit is left to
/// the caller to find.
PackedWord pack_word(const float* values, int64_t count, const LevelRange& range, int8_t* levels);

}  // namespace bispike
