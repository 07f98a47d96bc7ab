// Spikformer (Zhou et al., ICLR 2023): a spiking vision Transformer with spike-element-wise residuals.
//
//   stem    each stage: x = pool?(LIF(BN(conv(x)))); then x = x + LIF(BN(rpe(x)))
//   block   x = x + LIF(BN(proj(attention(x))));  x = x + LIF(BN(fc2(LIF(BN(fc1(x))))))
//   head    scores = W mean_tokens(x) + b: no neuron before it
//
// The residual stream is a sum of spikes, an integer from 0 to 2 depth + 2 that the next synapse takes as integer
// spikes. All convolutions are 3x3, padding 1, without bias; proj, fc1 and fc2 have a bias. CIFAR form: four stages,
// the last two pooled.
#include "models/layers/head.h"
#include "models/layers/pool.h"
#include "models/layers/spike_block.h"
#include "models/layers/stem_input.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// What follows a stage's convolution: neuron, and pooling where asked for.
struct Activation {
    std::unique_ptr<Layer> lif;
    std::unique_ptr<Layer> pool;  // null: keeps the size

    Activation(const Scope& stem, size_t index, const VitOptions& o)
        : lif(make_neuron(stem.child(std::to_string(index) + "_lif"))) {
        if (o.stem_pools[index])
            pool = std::make_unique<MaxPool>(stem.child(std::to_string(index) + "_pool"), PoolShape{3, 2, 1});
    }
    Value pooled(Pass& pass, Value x) const { return pool ? pass(*pool, std::move(x)) : std::move(x); }
};

class Spikformer : public Network {
public:
    Spikformer(const Scope& scope, const VitOptions& o)
        : Network(scope.path(), "network"),
          input_(scope.child("stem.0"),
                 {.in_channels = scope.build().image.channels, .out_channels = o.stem_widths[0]}),
          rpe_(scope.child("stem.rpe"), {.in_channels = o.dim, .out_channels = o.dim}),
          rpe_lif_(make_neuron(scope.child("stem.rpe_lif"))),
          head_(scope.child("head"), o.dim, scope.build().image.classes) {
        const Scope stem = scope.child("stem");
        for (size_t i = 0; i < o.stem_widths.size(); ++i) {
            activations_.push_back(std::make_unique<Activation>(stem, i, o));
            if (i > 0)
                convs_.push_back(std::make_unique<ConvNorm>(
                    stem.child(std::to_string(i)),
                    ConvShape{.in_channels = o.stem_widths[i - 1], .out_channels = o.stem_widths[i]}));
        }
        for (int i = 0; i < o.depth; ++i)
            blocks_.push_back(std::make_unique<SpikeBlock>(scope.child("block." + std::to_string(i)), o));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        Value x = activations_[0]->pooled(pass, pass(*activations_[0]->lif, input_(pass, std::move(images))));
        for (size_t i = 0; i < convs_.size(); ++i) {
            const Activation& after = *activations_[i + 1];
            x = after.pooled(pass, pass(*convs_[i], *after.lif, std::move(x)));
        }
        Value position = pass(rpe_, *rpe_lif_, x);
        x = residual(pass.tape, std::move(position), std::move(x));
        const Shape s = x.shape();
        x = std::move(x).reshaped({s[0], s[1], s[2] * s[3], s[4]});  // tokens [t, B, N, C]
        for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
        return pass(head_, std::move(x));
    }

    void prepare(Purpose purpose) override {
        input_.prepare(purpose);
        for (auto& a : activations_) a->lif->prepare(purpose);
        for (auto& conv : convs_) conv->prepare(purpose);
        rpe_.prepare(purpose), rpe_lif_->prepare(purpose);
        for (auto& block : blocks_) block->prepare(purpose);
        head_.prepare(purpose);
    }

private:
    StemInput input_;
    std::vector<std::unique_ptr<Activation>> activations_;
    std::vector<std::unique_ptr<ConvNorm>> convs_;  // stages 1, 2, ...
    ConvNorm rpe_;
    std::unique_ptr<Layer> rpe_lif_;
    std::vector<std::unique_ptr<SpikeBlock>> blocks_;
    Head head_;
};

}  // namespace

Entry<MakeNetwork> network_spikformer() {
    return {"spikformer",
            {"spiking ViT with spike-element-wise residuals", "Zhou et al., ICLR 2023"},
            {[](const Scope& scope) {
                 const VitOptions o = read_vit_options(scope, {8, 4, 2, 1}, {0, 0, 1, 1});
                 return std::make_unique<Spikformer>(scope, o);
             },
             [](const NetworkSize& size) { return four_stage_keys(size, "ssa"); }}};
}

}  // namespace bispike
