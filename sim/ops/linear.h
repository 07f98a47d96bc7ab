// The linear map over channels: event-driven on spikes, dense on tensors.
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/count.h"
#include "sim/ops/packed_matrix.h"

namespace bispike {

/// Packed weights of a synaptic operation: forward, and transposed for the backward pass (empty when simulating).
struct SynapseWeights {
    PackedMatrix forward, transposed;
};

/// Whether spikes of this density should take the event-driven kernel. Both kernels give the same bits, so the
/// choice is free. Where they cross: tests/bench/linear_bench.cpp. Quantised weights are for events alone.
bool prefers_events(const Spikes& x);
bool prefers_events(const Spikes& x, const PackedMatrix& w);

/// y = x W^T + b; x [..., K], y [..., D]. Throws Error if x does not have K channels.
Tensor linear(const Tensor& x, const PackedMatrix& w);
Tensor linear(const Spikes& x, const PackedMatrix& w);
/// dL/dx from dL/dy [..., D].
Tensor linear_input_gradient(const Tensor& dy, const PackedMatrix& transposed);
/// dL/dW [D, K] += dy^T x.
void linear_weight_gradient(const Tensor& x, const Tensor& dy, Tensor& dw);
void linear_weight_gradient(const Spikes& x, const Tensor& dy, Tensor& dw);

/// dense: one MAC for each input value and output. Spikes: one accumulate for each spike (level) and output.
OpCount linear_count(const Tensor& x, int64_t outputs);
OpCount linear_count(const Spikes& x, int64_t outputs);

/// `events` accumulates, booked under the kind of the spikes that caused them.
OpCount accumulates(SpikeKind kind, uint64_t events);

}  // namespace bispike
