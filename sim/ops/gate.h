// Attention without products of tokens: coincidences summed over tokens gate the queries (Yao et al., NeurIPS 2023).
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/count.h"

namespace bispike {

/// y_c = sum over tokens of k_ic v_ic. k, v [t, B, N, C], result [t, B, 1, C]: integers where both are spikes. Throws
/// Error if the shapes differ.
Tensor token_sum(const Spikes& k, const Spikes& v);
/// The plain form, the reference of the other.
Tensor token_sum(const Tensor& k, const Tensor& v);

struct TokenSumGradient {
    Tensor k, v;  // [t, B, N, C]
};
/// From g = dL/dy [t, B, 1, C].
TokenSumGradient token_sum_backward(const Tensor& k, const Tensor& v, const Tensor& gradient);

/// Accumulates: one for each slot where both fired (for integer spikes the product of the levels).
OpCount token_sum_count(const Spikes& k, const Spikes& v);

/// q_ic s_c: the queries of every token behind the same gate. q [t, B, N, C], gate [t, B, 1, C]. Spikes of both kinds
/// but integer; bipolar if one of the two is. A gate opens or closes: no synaptic operation.
Spikes gate(const Spikes& q, const Spikes& gate);
/// The plain form, the reference of the other.
Tensor gate(const Tensor& q, const Tensor& gate);

struct GateGradient {
    Tensor q;     // [t, B, N, C]
    Tensor gate;  // [t, B, 1, C]
};
/// From g = dL/d(output) [t, B, N, C].
GateGradient gate_backward(const Tensor& q, const Tensor& gate, const Tensor& gradient);

}  // namespace bispike
