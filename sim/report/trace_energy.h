// The energy of traced images, by layer, step, head and patch, as arrays of a trace.
#pragma once

#include <span>

#include "sim/energy/attribution.h"
#include "sim/report/trace_lane.h"

namespace bispike {

inline constexpr const char* kImageEnergy = "/samples/energy";  // of all layers together

/// Adds "/samples/energy" [samples, T, rows, columns] and, of the layers that `glob` names, "/energy/<layer>", those of
/// attention [samples, T, heads, rows, columns]. [pJ] `images` are those of the lane, in its order; at least one.
void add_energy(TraceLane& lane, std::span<const Attribution> images, const LayerGlob& glob);

}  // namespace bispike
