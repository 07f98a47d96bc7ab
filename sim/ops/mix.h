// The weighted sum over the values of an attention head.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/spikes.h"
#include "sim/ops/count.h"
#include "sim/ops/heads.h"

namespace bispike {

/// What attention weights are, which decides what applying one costs.
enum class Weights {
    integer,       // the scores themselves
    real,          // softmax, spike counts
    power_of_two,  // Shiftmax: a shift and an accumulate
};

/// y_ic = sum_j a_ij v_jc, for each y one chain of fused multiply-adds over j in index order: the same bits for spikes
/// and their dense copy. weights a [t, B, heads, N, M], v [t, B, M, C], result [t, B, N, C]. Throws Error if the
/// shapes do not fit.
Tensor mix(const Tensor& weights, const Tensor& v);
Tensor mix(const Tensor& weights, const Spikes& v);
/// Weights that are spikes: event-driven where they are few.
Tensor mix(const Spikes& weights, const Tensor& v);

struct MixGradient {
    Tensor weights;  // [t, B, heads, N, M]
    Tensor v;        // [t, B, M, C]
};
/// dL/da_ij = sum_c g_ic v_jc over the head's channels and dL/dv_jc = sum_i a_ij g_ic, from g = dL/dy [t, B, N, C].
MixGradient mix_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient);

/// Real v, each weight that is not 0 and each channel of its head: a multiply-accumulate; for powers of two a shift
/// and an accumulate.
OpCount mix_count(const Tensor& weights, const Shape& v, Weights kind);
/// Spikes: an accumulate, of their kind, for each weight that is not 0 and each spike that it meets (for integer
/// spikes: each level). What the weights are does not matter: a spike selects them.
OpCount mix_count(const Tensor& weights, const Spikes& v);
/// The same where `met` [t, B, heads, M] says how many weights of each source are not 0.
OpCount mix_count(std::span<const uint32_t> met, const Spikes& v, const Heads& heads);
/// Weights that are spikes: an accumulate, of their kind, for each spike (level) and channel of its head.
OpCount mix_count(const Spikes& weights, const Shape& v);

/// Plain reference.
Tensor mix_reference(const Tensor& weights, const Tensor& v);

}  // namespace bispike
