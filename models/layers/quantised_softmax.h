// Softmax attention of values in whole numbers of steps: `softmax` with network.quantiser.
#pragma once

#include "models/layers/linear.h"
#include "sim/net/registry.h"

namespace bispike {

/// x [t, B, N, C] to the same shape. What goes into maps and products is quantised: x, q, k, v, the weights, and the
/// mix before the projection; 1 / sqrt(d) is taken on the scores. Shows itself as `softmax` does.
class QuantisedSoftmax : public Layer {
public:
    QuantisedSoftmax(const Scope& scope, const MixerSite& site, bool qkv_bias);
    Value forward(Pass& pass, Value x) const override;
    void prepare(Purpose purpose) override;

private:
    Value scores(Pass& pass, Value q, Value k) const;
    Value mixed(Pass& pass, Value weights, Value v) const;

    int64_t heads_;
    float scale_;
    std::unique_ptr<Quantiser> input_code_;
    Linear q_, k_, v_;
    std::unique_ptr<Quantiser> q_code_, k_code_, v_code_, weight_code_, mix_code_;
    Linear proj_;
    std::string score_name_, weight_name_, mix_name_;
};

}  // namespace bispike
