// The parameters of a batch normalisation, for the layers that end with one.
#pragma once

#include "sim/grad/batch_norm.h"
#include "sim/net/scope.h"
#include "sim/ops/batch_norm.h"

namespace bispike {

/// Parameters "weight" (gamma), "bias" (beta), "running_mean", "running_var", each [C], under a scope.
class BatchNorm {
public:
    BatchNorm(const Scope& scope, int64_t channels);
    /// Training: normalise with the statistics of x.
    Value operator()(Tape& tape, Value x) const { return batch_norm(tape, std::move(x), parameters_); }
    /// Simulating: what to fold into the weights before it, from the running statistics.
    ChannelAffine folded() const;

private:
    BatchNormParameters parameters_;
};

/// Weight rows times scale[row], for folding a normalisation into the synapse before it. weight [out, ...].
Tensor scaled_rows(const Tensor& weight, const Tensor& scale);
/// bias * scale + shift; an absent bias (null) counts as 0. [out]
Tensor folded_bias(const Parameter* bias, const ChannelAffine& norm);

}  // namespace bispike
