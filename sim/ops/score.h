// Attention scores: the product of every query with every key, by popcount where both are spikes.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/spikes.h"
#include "sim/ops/count.h"

namespace bispike {

/// x_ij = sum over the head's channels of q_i k_j: homopolar minus heteropolar coincidences, an integer. q [t, B, N, C]
/// and k [t, B, M, C] of any kinds, result [t, B, heads, N, M]. Bit planes take two popcounts a word, one where both
/// are binary. Throws Error if the shapes do not fit or the heads do not divide C.
Tensor score(const Spikes& q, const Spikes& k, int64_t heads);
/// The same for real values: one chain of fused multiply-adds over the channels for each score.
Tensor score(const Tensor& q, const Tensor& k, int64_t heads);
/// Spikes that meet real keys: event-driven where they are few. The bits of the dense copy of q.
Tensor score(const Spikes& q, const Tensor& k, int64_t heads);

/// For each key the queries whose score with it is not 0, without keeping the scores: [t, B, heads, M].
std::vector<uint32_t> queries_met(const Spikes& q, const Spikes& k, int64_t heads);
/// The same of scores or weights [t, B, heads, N, M].
std::vector<uint32_t> rows_met(const Tensor& scores);

struct ScoreGradient {
    Tensor q;  // [t, B, N, C]
    Tensor k;  // [t, B, M, C]
};
/// dL/dq_i = sum_j g_ij k_j and dL/dk_j = sum_i g_ij q_i from g = dL/dx [t, B, heads, N, M].
ScoreGradient score_backward(const Tensor& q, const Tensor& k, const Tensor& gradient);

/// Accumulates: one for each channel where a query and a key of the same head both fired (for integer spikes the
/// product of the levels), of the richer of the two kinds.
OpCount score_count(const Spikes& q, const Spikes& k, int64_t heads);
/// Real values: a multiply-accumulate for every pair and channel.
OpCount score_count(const Shape& q, const Shape& k, int64_t heads);
/// Spikes and real keys: an accumulate, of their kind, for each spike (level) and key.
OpCount score_count(const Spikes& q, const Shape& k, int64_t heads);

/// Plain reference.
Tensor score_reference(const Tensor& q, const Tensor& k, int64_t heads);

}  // namespace bispike
