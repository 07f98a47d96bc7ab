// The parameters of a batch normalisation, for the layers that end with one.
#pragma once

#include <optional>

#include "sim/grad/batch_norm.h"
#include "sim/net/scope.h"
#include "sim/ops/batch_norm.h"

namespace bispike {

/// Parameters "weight" (gamma), "bias" (beta), "running_mean", "running_var", each [C], under a scope.
class BatchNorm {
public:
    BatchNorm(const Scope& scope, int64_t channels);
    void prepare(Purpose purpose);
    /// What to fold into the weights before it, from the running statistics.
    ChannelAffine folded() const;
    /// On a tape with the statistics of x; else with the running ones, or not at all where the weights hold them.
    Value operator()(Tape* tape, Value x) const;
    /// On a tape, but left to the neurons that take its output.
    Normalised normalised(Tape& tape, Value x) const { return bispike::normalised(tape, std::move(x), parameters_); }
    /// Whether simulating it takes an operation of its own, because the weights do not hold it.
    bool is_apart() const { return unfolded_.has_value(); }

private:
    BatchNormParameters parameters_;
    std::optional<ChannelAffine> unfolded_;
};

/// Weight rows times scale[row], for folding a normalisation into the synapse before it. weight [out, ...].
Tensor scaled_rows(const Tensor& weight, const Tensor& scale);
/// bias * scale + shift; an absent bias (null) counts as 0. [out]
Tensor folded_bias(const Parameter* bias, const ChannelAffine& norm);

}  // namespace bispike
