// Softmax attention whose maps and products take spikes: a converted `softmax`.
#pragma once

#include "models/layers/spike_linear.h"
#include "models/layers/spike_product.h"
#include "models/layers/spiking.h"

namespace bispike {

/// Values so far x [t, B, N, C] to values so far of the same shape. The softmax itself is taken of real values at every
/// step. Parameters as those of the attention `softmax` with quantisers.
class SpikeSoftmax : public Layer {
public:
    struct Sizes {
        int64_t dim = 0, heads = 1, tokens = 0;
        bool qkv_bias = true;
    };
    SpikeSoftmax(const Scope& scope, const Sizes& sizes, const Spiking& method);
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;

private:
    Value weights(Pass& pass, Value scores) const;

    float scale_;
    std::unique_ptr<SpikeCode> input_code_;
    SpikeLinear q_, k_, v_;
    std::unique_ptr<SpikeCode> q_code_, k_code_, v_code_;
    ProductSoFar score_;
    std::unique_ptr<SpikeCode> weight_code_;
    ProductSoFar mix_;
    std::unique_ptr<SpikeCode> mix_code_;
    SpikeLinear proj_;
    std::string weight_name_;
};

}  // namespace bispike
