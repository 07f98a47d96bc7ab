// Patch embedding of hierarchical networks: convolutions that make wider tokens of a map, beside a shortcut.
#pragma once

#include <vector>

#include "models/layers/conv_norm.h"
#include "models/layers/neuron.h"

namespace bispike {

/// Potentials to spikes, of a quarter of the pixels where `pools` is 1: LIF(pool(x)), x [t, B, H, W, C]. The pool is
/// 3x3 with stride 2 and takes the largest potential.
class PoolFire {
public:
    /// The neuron "<name>_lif" and, where asked for, the pool "<name>_pool".
    PoolFire(const Scope& scope, const std::string& name, int pools);
    Value operator()(Pass& pass, Value x) const;
    void prepare(Purpose purpose) { lif_->prepare(purpose); }

private:
    std::unique_ptr<Layer> pool_, lif_;  // pool_ null: keeps the size
};

/// LIF(pool?(BN(conv3x3(x)))), of a map of spikes.
class ConvFire {
public:
    struct Widths {
        int64_t in = 1, out = 1;
    };
    ConvFire(const Scope& scope, const std::string& name, Widths widths, int pools);
    Value operator()(Pass& pass, Value x) const { return fire_(pass, pass(*conv_, std::move(x))); }
    void prepare(Purpose purpose) { conv_->prepare(purpose), fire_.prepare(purpose); }

private:
    std::unique_ptr<ConvNorm> conv_;
    PoolFire fire_;
};

/// What the embedding's main path is made of. Convolution i is called `first` + i.
struct EmbedShape {
    int64_t in_channels = 1;
    std::vector<int> widths, pools;  // of each convolution: output channels, and 1 where it halves the map
    int first = 0;
};

/// x [t, B, H, W, C] of spikes to conv(...conv(x)) + LIF(BN(conv1x1(x))), a sum of spikes; the convolution of the
/// shortcut strides over as many pixels as the pools of the main path take in.
class PatchEmbed {
public:
    PatchEmbed(const Scope& scope, const EmbedShape& shape);
    Value operator()(Pass& pass, Value x) const;
    void prepare(Purpose purpose);

private:
    std::vector<ConvFire> main_;
    ConvNorm shortcut_;
    std::unique_ptr<Layer> shortcut_lif_;
};

}  // namespace bispike
