// Dual spike self-attention, with its synapses before and after it.
#pragma once

#include "models/layers/conv_norm.h"
#include "models/layers/linear_norm.h"
#include "models/layers/neuron.h"

namespace bispike {

/// Sizes of a DssaLayer. The heads divide the channels, the patch divides the image.
struct DssaShape {
    int64_t channels, heads;
    int64_t patch;  // [pixels] side of what one pair of k and v sees
};

/// On potentials x [t, B, H, W, C], per head of width d, M = H / patch * W / patch patches and N = H W pixels:
///   s = neuron(x);  k, v = the halves of each head of BN(conv(s)), a convolution from C to 2 C, patch by patch
///   a = neuron(s k^T / sqrt(rate_x d)),  out = neuron(a v / sqrt(rate_attn M)),  y = BN(out Wproj)
/// so that every product is one of spikes with real values: a [t, B, heads, N, M], y [t, B, H, W, C]. The rates are
/// those at which s and a fire, one a head: running means, parameters "firing_rate_x" and "firing_rate_attn" [1, 1,
/// heads, 1, 1], which start at 0.1 and move in training as the statistics of a normalisation do.
///
/// Source: Shi, Hao, Yu: "SpikingResformer: Bridging ResNet and Vision Transformer in Spiking Neural Networks", CVPR
/// 2024. There the rates start at those of the first batch and move by 0.001 a batch.
class DssaLayer : public Layer {
public:
    DssaLayer(const Scope& scope, const DssaShape& shape);
    Value forward(Pass& pass, Value input) const override;
    /// Throws Error for a firing rate that is not positive.
    void prepare(Purpose purpose) override;

private:
    Value attend(Pass& pass, Value spikes, const Value& y) const;
    std::vector<float> factors(const Parameter& rates, int64_t terms) const;

    DssaShape shape_;
    std::unique_ptr<Layer> input_lif_, attn_lif_, out_lif_;
    ConvNorm kv_;
    LinearNorm proj_;
    Parameter& rate_x_;
    Parameter& rate_attn_;
    std::string score_name_, mix_name_;
};

}  // namespace bispike
