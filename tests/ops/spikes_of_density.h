// Random spikes of a chosen density.
#pragma once

#include "sim/core/rng.h"
#include "sim/core/spikes.h"

namespace bispike {

inline constexpr SpikeKind kSpikeKinds[] = {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer};

/// Slots that fire with probability `density` in [0, 1]; levels in +-127 for integer spikes.
inline Spikes spikes_of_density(const Shape& shape, SpikeKind kind, float density, uint64_t seed) {
    Tensor values(shape);
    Rng rng(seed, "spikes of a density");
    for (float& v : values.values()) {
        if (rng.uniform() >= density) continue;
        v = kind == SpikeKind::integer ? static_cast<float>(1 + rng.below(127)) : 1.0f;
        if (kind != SpikeKind::binary && rng.below(2) == 0) v = -v;
    }
    return Spikes::from(values, kind);
}

}  // namespace bispike
