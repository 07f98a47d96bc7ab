// QKFormer (Zhou et al., NeurIPS 2024): a hierarchical spiking vision Transformer with spike-element-wise residuals.
//
//   stem    x = LIF(pool?(BN(conv(x)))), the convolutions before the first shortcut
//   stage   x = conv(...conv(x)) + LIF(BN(conv1x1(x))), conv(x) = LIF(pool?(BN(conv3x3(x)))); then the blocks
//   block   x = x + LIF(BN(proj(attention(x))));  x = x + LIF(BN(fc2(LIF(BN(fc1(x))))))
//   head    scores = W mean_tokens(x) + b: no neuron before it
//
// Each stage is twice as wide as the one before and halves the map. Attention is qkta in all stages but the last, where
// it is what [attention] asks for; the paper's is ssa. Pools take the largest potential, before the neuron. Defaults
// are the CIFAR form; stem and pools make the other forms:
//
//              dim  depths  stem_widths   stem_pools  stem_shortcut  embed_pools
//   CIFAR      384  1,1,2   48,96         0,0         1              0,1
//   ImageNet   384  1,2,7   48,96,96      1,1,0       1              1,0
//   events     256  1,1     16,32,64,128  0,1,1,1     2              0,1          (heads 16, mlp_ratio 1)
#include <fmt/format.h>

#include "models/layers/batch_mixing.h"
#include "models/layers/head.h"
#include "models/layers/patch_embed.h"
#include "models/layers/qkformer_options.h"
#include "models/layers/spike_block.h"
#include "models/layers/stem_input.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// The main path of a stage's embedding.
EmbedShape embed_shape(const QkformerOptions& o, int stage) {
    if (stage > 0) {
        const std::vector<int> widths(o.embed_pools.size(), static_cast<int>(o.width(stage)));
        return {.in_channels = o.width(stage - 1), .widths = widths, .pools = o.embed_pools};
    }
    const auto before = o.stem_shortcut;
    return {.in_channels = o.stem_widths[static_cast<size_t>(before - 1)],
            .widths = {o.stem_widths.begin() + before, o.stem_widths.end()},
            .pools = {o.stem_pools.begin() + before, o.stem_pools.end()},
            .first = before};
}

VitOptions block_options(const QkformerOptions& o, int stage) {
    VitOptions block;
    block.dim = static_cast<int>(o.width(stage)), block.depth = o.depths[static_cast<size_t>(stage)];
    block.heads = o.heads, block.mlp_ratio = o.mlp_ratio;
    return block;
}

std::unique_ptr<Layer> make_token_attention(const Scope& scope, const VitOptions& o) {
    return find(scope.build().registry.attention, "qkta", "attention.model").make(scope, o.dim, o.heads);
}

std::unique_ptr<SpikeBlock> make_block(const Scope& scope, const QkformerOptions& o, int stage) {
    const VitOptions size = block_options(o, stage);
    if (stage + 1 < o.stages())
        return std::make_unique<SpikeBlock>(scope, size, make_token_attention(scope.child("attn"), size));
    auto block = std::make_unique<SpikeBlock>(scope, size);
    if (o.compat_batch_lif) block->lif = std::make_unique<BatchMixing>(std::move(block->lif));
    return block;
}

/// An embedding and the blocks behind it.
class Stage {
public:
    Stage(const Scope& scope, const QkformerOptions& o, int stage)
        : embed_(stage == 0 ? scope.child("stem") : scope.child("stage." + std::to_string(stage) + ".embed"),
                 embed_shape(o, stage)) {
        const Scope blocks = scope.child("stage." + std::to_string(stage) + ".block");
        for (int i = 0; i < o.depths[static_cast<size_t>(stage)]; ++i)
            blocks_.push_back(make_block(blocks.child(std::to_string(i)), o, stage));
    }

    Value operator()(Pass& pass, Value x) const {  // [t, B, H, W, C]
        x = embed_(pass, std::move(x));
        const Shape map = x.shape();
        x = std::move(x).reshaped({map[0], map[1], map[2] * map[3], map[4]});  // tokens [t, B, N, C]
        for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
        return std::move(x).reshaped(map);
    }

    void prepare(Purpose purpose) {
        embed_.prepare(purpose);
        for (auto& block : blocks_) block->prepare(purpose);
    }

private:
    PatchEmbed embed_;
    std::vector<std::unique_ptr<SpikeBlock>> blocks_;
};

class Qkformer : public Network {
public:
    Qkformer(const Scope& scope, const QkformerOptions& o)
        : Network(scope.path(), "network"),
          mixes_batch_(o.compat_batch_lif),
          input_(scope.child("stem.0"),
                 {.in_channels = scope.build().image.channels, .out_channels = o.stem_widths[0]}),
          input_fire_(scope.child("stem"), "0", o.stem_pools[0]),
          head_(scope.child("head"), o.dim, scope.build().image.classes) {
        for (size_t i = 1; i < static_cast<size_t>(o.stem_shortcut); ++i)
            stem_.emplace_back(scope.child("stem"), std::to_string(i),
                               ConvFire::Widths{o.stem_widths[i - 1], o.stem_widths[i]}, o.stem_pools[i]);
        for (int s = 0; s < o.stages(); ++s) stages_.push_back(std::make_unique<Stage>(scope, o, s));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        Value x = input_fire_(pass, input_(pass, std::move(images)));
        for (const ConvFire& conv : stem_) x = conv(pass, std::move(x));
        for (const auto& stage : stages_) x = (*stage)(pass, std::move(x));
        const Shape s = x.shape();
        return pass(head_, std::move(x).reshaped({s[0], s[1], s[2] * s[3], s[4]}));
    }

    void prepare(Purpose purpose) override {
        input_.prepare(purpose), input_fire_.prepare(purpose);
        for (ConvFire& conv : stem_) conv.prepare(purpose);
        for (auto& stage : stages_) stage->prepare(purpose);
        head_.prepare(purpose);
    }

    std::string why_images_mix() const override {
        return mixes_batch_ ? "network.compat_batch_lif = true: the answer to an image depends on the images in its "
                              "batch and on the batch size, as published figures of QKFormer do"
                            : "";
    }

private:
    bool mixes_batch_;
    StemInput input_;
    PoolFire input_fire_;
    std::vector<ConvFire> stem_;  // convolutions 1, 2, ... before the first shortcut
    std::vector<std::unique_ptr<Stage>> stages_;
    Head head_;
};

/// Three stages, with the authors' depths for CIFAR or ImageNet.
NetworkKeys keys(const NetworkSize& size) {
    if (size.depth < 4) fail("three stages need a depth of 4 or more");
    if (size.width % 64 != 0) fail("its stem begins with an eighth of the width and has 8 heads: 64 must divide it");
    if (!size.is_large())
        return {{"network.depths", fmt::format("1,1,{}", size.depth - 2)},
                {"network.dim", std::to_string(size.width)},
                {"attention.model", "ssa"}};
    return {{"network.depths", fmt::format("1,2,{}", size.depth - 3)},
            {"network.dim", std::to_string(size.width)},
            {"network.stem_widths", fmt::format("{},{},{}", size.width / 8, size.width / 4, size.width / 4)},
            {"network.stem_pools", "1,1,0"},
            {"network.embed_pools", "1,0"},
            {"network.heads", std::to_string(size.width / 64)},
            {"attention.model", "ssa"}};
}

}  // namespace

Entry<MakeNetwork> network_qkformer() {
    return {"qkformer",
            {"hierarchical spiking ViT, qkta before the last stage", "Zhou et al., NeurIPS 2024"},
            {[](const Scope& scope) { return std::make_unique<Qkformer>(scope, read_qkformer_options(scope)); }, keys}};
}

}  // namespace bispike
