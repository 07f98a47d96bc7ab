// Spikingformer (Zhou et al. 2023): a spiking vision Transformer with pre-activation and membrane residuals.
//
//   stem    x = BN(conv(image)); for each further stage: x = BN(conv(pool?(LIF(x))))
//   block   x = x + BN(proj(attention(LIF(x))));  x = x + BN(fc2(LIF(BN(fc1(LIF(x))))))
//   head    scores = W mean_tokens(x) + b, a real-valued mean: no neuron before it
//
// The residual stream carries potentials; every synapse but the first and the head sees spikes. All convolutions are
// 3x3, padding 1, without bias; proj, fc1 and fc2 have a bias. CIFAR form: five stages, the last two pooled.
#include <fmt/format.h>

#include "models/layers/head.h"
#include "models/layers/membrane_block.h"
#include "models/layers/pool.h"
#include "models/layers/stem_input.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// One stage after the first: neuron, pooling where asked for, convolution.
struct Stage {
    std::unique_ptr<Layer> lif;
    std::unique_ptr<Layer> pool;  // null: keeps the size
    ConvNorm conv;

    Stage(const Scope& stem, int index, const VitOptions& o)
        : lif(make_neuron(stem.child(std::to_string(index) + "_lif"))),
          conv(stem.child(std::to_string(index)), {.in_channels = o.stem_widths[static_cast<size_t>(index) - 1],
                                                   .out_channels = o.stem_widths[static_cast<size_t>(index)]}) {
        if (o.stem_pools[static_cast<size_t>(index)])
            pool = std::make_unique<MaxPool>(stem.child(std::to_string(index) + "_pool"), PoolShape{3, 2, 1});
    }
    Value pooled(Pass& pass, Value x) const { return pool ? pass(*pool, std::move(x)) : std::move(x); }
};

class Spikingformer : public Network {
public:
    Spikingformer(const Scope& scope, const VitOptions& o)
        : Network(scope.path(), "network"),
          input_(scope.child("stem.0"),
                 {.in_channels = scope.build().image.channels, .out_channels = o.stem_widths[0]}),
          head_(scope.child("head"), o.dim, scope.build().image.classes) {
        if (o.stem_pools[0])
            fail("network.stem_pools: the first stage of a spikingformer has no neuron to pool; give 0 there");
        for (size_t i = 1; i < o.stem_widths.size(); ++i)
            stem_.push_back(std::make_unique<Stage>(scope.child("stem"), static_cast<int>(i), o));
        for (int i = 0; i < o.depth; ++i)
            blocks_.push_back(std::make_unique<MembraneBlock>(scope.child("block." + std::to_string(i)), o));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        Value x = stem(pass, input_(pass, std::move(images)));
        const Shape s = x.shape();
        x = std::move(x).reshaped({s[0], s[1], s[2] * s[3], s[4]});  // tokens [t, B, N, C]
        for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
        return pass(head_, std::move(x));
    }

    void prepare(Purpose purpose) override {
        input_.prepare(purpose);
        for (auto& stage : stem_) stage->lif->prepare(purpose), stage->conv.prepare(purpose);
        for (auto& block : blocks_) block->prepare(purpose);
        head_.prepare(purpose);
    }

private:
    /// Each convolution goes with the neuron of the next stage.
    Value stem(Pass& pass, Value x) const {
        if (stem_.empty()) return x;
        x = pass(*stem_[0]->lif, std::move(x));
        for (size_t i = 0; i + 1 < stem_.size(); ++i)
            x = pass(stem_[i]->conv, *stem_[i + 1]->lif, stem_[i]->pooled(pass, std::move(x)));
        return pass(stem_.back()->conv, stem_.back()->pooled(pass, std::move(x)));
    }

    StemInput input_;
    std::vector<std::unique_ptr<Stage>> stem_;
    std::vector<std::unique_ptr<MembraneBlock>> blocks_;
    Head head_;
};

NetworkKeys keys(const NetworkSize& size) {
    NetworkKeys keys = block_keys(size, "ssa");
    if (!size.is_large()) return keys;
    if (size.width % 8 != 0) fail("its stem begins with an eighth of the width: 8 must divide it");
    keys.emplace_back("network.stem_widths", fmt::format("{},{},{},{},{}", size.width / 8, size.width / 4,
                                                         size.width / 2, size.width, size.width));
    keys.emplace_back("network.stem_pools", "0,1,1,1,1");
    return keys;
}

}  // namespace

Entry<MakeNetwork> network_spikingformer() {
    return {"spikingformer",
            {"pre-activation spiking ViT with membrane residuals", "Zhou et al. 2023"},
            {[](const Scope& scope) {
                 const VitOptions o = read_vit_options(scope, {8, 4, 2, 1, 1}, {0, 0, 0, 1, 1});
                 return std::make_unique<Spikingformer>(scope, o);
             },
             keys}};
}

}  // namespace bispike
