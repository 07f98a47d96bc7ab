// The mix of spikes under their own scores, without ever making the scores.
#pragma once

#include "sim/core/spikes.h"

namespace bispike {

/// Whether every number that score_mix() meets is an integer that a float32 holds, whatever spikes come: then the order
/// of its sums does not matter.
bool score_mix_is_exact(const Spikes& q, const Spikes& k, const Spikes& v, int64_t heads);

/// scale * mix(score(q, k, heads), v) to the bit, as q (k^T v): what a pair of tokens shares is never looked at, so the
/// cost is that of the spikes alone. q [t, B, N, C], k and v [t, B, M, C], result [t, B, N, C]. Throws Error if the
/// shapes do not fit. Only where score_mix_is_exact().
Tensor score_mix(const Spikes& q, const Spikes& k, const Spikes& v, int64_t heads, float scale);

}  // namespace bispike
