// The spike-driven Transformer, version 1 (Yao et al., NeurIPS 2023): membrane residuals, and attention without
// products.
//
//   stem    each stage but the last: x = pool?(LIF(BN(conv(x)))); the last: x = pool?(BN(conv(x)))
//           then x = x + BN(rpe(LIF(x)))
//   block   x = x + BN(proj(attention(LIF(x))));  x = x + BN(fc2(LIF(BN(fc1(LIF(x))))))
//   head    scores = W LIF(mean_tokens(x)) + b
//
// The residual stream carries potentials. All convolutions are 3x3, padding 1, without bias; proj, fc1 and fc2 have a
// bias. CIFAR form: four stages, the last two pooled; the last pools potentials, not spikes.
#include "models/layers/head.h"
#include "models/layers/membrane_block.h"
#include "models/layers/pool.h"
#include "models/layers/stem_input.h"
#include "sim/grad/mean.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// The stem's stages, and the position embedding behind them.
class Stem {
public:
    Stem(const Scope& scope, const VitOptions& o)
        : input_(scope.child("0"), {.in_channels = scope.build().image.channels, .out_channels = o.stem_widths[0]}),
          rpe_(scope.child("rpe"), {.in_channels = o.dim, .out_channels = o.dim}),
          rpe_lif_(make_neuron(scope.child("rpe_lif"))) {
        for (size_t i = 0; i < o.stem_widths.size(); ++i) {
            const std::string name = std::to_string(i);
            const bool is_last = i + 1 == o.stem_widths.size();
            lifs_.push_back(is_last ? nullptr : make_neuron(scope.child(name + "_lif")));
            pools_.push_back(
                o.stem_pools[i] ? std::make_unique<MaxPool>(scope.child(name + "_pool"), PoolShape{3, 2, 1}) : nullptr);
            if (i > 0)
                convs_.push_back(std::make_unique<ConvNorm>(
                    scope.child(name),
                    ConvShape{.in_channels = o.stem_widths[i - 1], .out_channels = o.stem_widths[i]}));
        }
    }

    Value operator()(Pass& pass, Value images) const {  // [t, B, H, W, C]
        Value x = activate(pass, 0, input_(pass, std::move(images)));
        for (size_t i = 0; i < convs_.size(); ++i) x = activate(pass, i + 1, pass(*convs_[i], std::move(x)));
        Value fired = pass(*rpe_lif_, x);
        return pass.onto(std::move(x), rpe_, std::move(fired));
    }

    void prepare(Purpose purpose) {
        input_.prepare(purpose);
        for (auto& lif : lifs_)
            if (lif) lif->prepare(purpose);
        for (auto& conv : convs_) conv->prepare(purpose);
        rpe_.prepare(purpose), rpe_lif_->prepare(purpose);
    }

private:
    Value activate(Pass& pass, size_t stage, Value x) const {
        if (lifs_[stage]) x = pass(*lifs_[stage], std::move(x));
        return pools_[stage] ? pass(*pools_[stage], std::move(x)) : std::move(x);
    }

    StemInput input_;
    std::vector<std::unique_ptr<ConvNorm>> convs_;  // stages 1, 2, ...
    std::vector<std::unique_ptr<Layer>> lifs_;      // null: the last stage
    std::vector<std::unique_ptr<Layer>> pools_;     // null: keeps the size
    ConvNorm rpe_;
    std::unique_ptr<Layer> rpe_lif_;
};

class SpikeDrivenTransformer : public Network {
public:
    SpikeDrivenTransformer(const Scope& scope, const VitOptions& o)
        : Network(scope.path(), "network"),
          stem_(scope.child("stem"), o),
          head_lif_(make_neuron(scope.child("head_lif"))),
          head_(scope.child("head"), o.dim, scope.build().image.classes) {
        for (int i = 0; i < o.depth; ++i)
            blocks_.push_back(std::make_unique<MembraneBlock>(scope.child("block." + std::to_string(i)), o));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        Value x = stem_(pass, std::move(images));
        const Shape s = x.shape();
        x = std::move(x).reshaped({s[0], s[1], s[2] * s[3], s[4]});  // tokens [t, B, N, C]
        for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
        return pass(head_, pass(*head_lif_, mean_tokens(pass.tape, std::move(x))));
    }

    void prepare(Purpose purpose) override {
        stem_.prepare(purpose);
        for (auto& block : blocks_) block->prepare(purpose);
        head_lif_->prepare(purpose), head_.prepare(purpose);
    }

private:
    Stem stem_;
    std::vector<std::unique_ptr<MembraneBlock>> blocks_;
    std::unique_ptr<Layer> head_lif_;
    Head head_;
};

}  // namespace

Entry<MakeNetwork> network_sdt() {
    return {"sdt",
            {"spike-driven Transformer, version 1; made for sdsa", "Yao et al., NeurIPS 2023"},
            {[](const Scope& scope) {
                 const VitOptions o = read_vit_options(scope, {8, 4, 2, 1}, {0, 0, 1, 1});
                 return std::make_unique<SpikeDrivenTransformer>(scope, o);
             },
             [](const NetworkSize& size) { return four_stage_keys(size, "sdsa"); }}};
}

}  // namespace bispike
