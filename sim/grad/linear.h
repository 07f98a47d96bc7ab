// The linear map and the convolution on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/conv2d.h"

namespace bispike {

/// The parameters whose gradients a synaptic operation feeds. `bias` is null where there is none.
struct SynapseParameters {
    const Parameter* weight = nullptr;
    const Parameter* bias = nullptr;
};

/// y = x W^T + b; see sim/ops/linear.h. A null tape records nothing; then `weights` may be folded.
Value linear(Tape* tape, Value x, const SynapseWeights& weights, SynapseParameters parameters);

/// See sim/ops/conv2d.h.
Value conv2d(Tape* tape, Value x, const ConvWeights& weights, SynapseParameters parameters);

}  // namespace bispike
