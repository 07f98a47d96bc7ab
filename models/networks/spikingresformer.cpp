// SpikingResformer (Shi et al., CVPR 2024): stages of narrowing images and widening channels, as in a ResNet, of
// attention between pixels and patches (DSSA) and of group-wise convolutions (GWFFN), with membrane residuals.
//
//   stem    x = BN(conv(image)): 3x3, or 7x7 with stride 2 and max pooling behind it; no neuron
//   stage   but the first: x = BN(conv(LIF(x))), 3x3, stride 2
//           then, `depth` times: x = x + DSSA(x);  x = x + GWFFN(x)
//   GWFFN   u = BN(up(LIF(x)));  u = u + BN(conv(LIF(u))), 3x3 in groups;  BN(down(LIF(u)))
//   head    scores = W mean_pixels(x)
//
// The residual stream carries potentials. No synapse has a bias. The layers of a stage are numbered as in the authors'
// code: stage.1.0 narrows, stage.1.1 is attention, stage.1.2 a feed-forward layer, stage.1.3 attention again.
#include "models/layers/dssa.h"
#include "models/layers/head.h"
#include "models/layers/pool.h"
#include "models/layers/resformer_options.h"
#include "models/layers/stem_input.h"
#include "sim/grad/residual.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// The group-wise spiking feed-forward layer.
struct Gwffn {
    std::unique_ptr<Layer> up_lif, conv_lif, down_lif;
    LinearNorm up, down;
    ConvNorm conv;

    Gwffn(const Scope& scope, const ResformerStage& s)
        : up_lif(make_neuron(scope.child("up_lif"))),
          conv_lif(make_neuron(scope.child("conv_lif"))),
          down_lif(make_neuron(scope.child("down_lif"))),
          up(scope.child("up"), s.plane, s.hidden),
          down(scope.child("down"), s.hidden, s.plane),
          conv(scope.child("conv"), {.in_channels = s.hidden, .out_channels = s.hidden, .groups = s.groups}) {}

    Value operator()(Pass& pass, Value x) const {
        Value inner = pass(up, pass(*up_lif, std::move(x)));
        Value mixed = pass(conv, pass(*conv_lif, inner));
        inner = residual(pass.tape, std::move(mixed), std::move(inner));
        return pass(down, pass(*down_lif, std::move(inner)));
    }
    void prepare(Purpose purpose) {
        for (Layer* layer : {up_lif.get(), conv_lif.get(), down_lif.get(), static_cast<Layer*>(&up),
                             static_cast<Layer*>(&down), static_cast<Layer*>(&conv)})
            layer->prepare(purpose);
    }
};

struct Block {
    DssaLayer attention;
    Gwffn mlp;

    Block(const Scope& attention_scope, const Scope& mlp_scope, const ResformerStage& s)
        : attention(attention_scope, {s.plane, s.heads, s.patch}), mlp(mlp_scope, s) {}

    Value operator()(Pass& pass, Value x) const {
        Value y = attention.forward(pass, x);
        x = residual(pass.tape, std::move(y), std::move(x));
        Value z = mlp(pass, x);
        return residual(pass.tape, std::move(z), std::move(x));
    }
};

class Stage {
public:
    Stage(const Scope& scope, const ResformerStage& s) {
        int layer = 0;
        const auto next = [&] { return scope.child(std::to_string(layer++)); };
        if (s.inputs > 0) {
            const Scope at = next();
            lif_ = make_neuron(at.child("down_lif"));
            down_ = std::make_unique<ConvNorm>(
                at.child("down"), ConvShape{.in_channels = s.inputs, .out_channels = s.plane, .y = {.stride = 2}});
        }
        for (int i = 0; i < s.depth; ++i) {
            const Scope attention = next().child("attn"), mlp = next().child("mlp");
            blocks_.push_back(std::make_unique<Block>(attention, mlp, s));
        }
    }

    Value operator()(Pass& pass, Value x) const {
        if (down_) x = pass(*down_, pass(*lif_, std::move(x)));
        for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
        return x;
    }
    void prepare(Purpose purpose) {
        if (down_) lif_->prepare(purpose), down_->prepare(purpose);
        for (auto& block : blocks_) block->attention.prepare(purpose), block->mlp.prepare(purpose);
    }

private:
    std::unique_ptr<Layer> lif_, down_;  // null: the first stage
    std::vector<std::unique_ptr<Block>> blocks_;
};

class SpikingResformer : public Network {
public:
    SpikingResformer(const Scope& scope, const ResformerOptions& o)
        : Network(scope.path(), "network"),
          input_(scope.child("stem.0"), stem_shape(o, scope.build().image)),
          head_(scope.child("head"), o.planes.back(), scope.build().image.classes, {.bias = o.head_bias}) {
        if (o.stem == "7x7") pool_ = std::make_unique<MaxPool>(scope.child("stem.0_pool"), PoolShape{3, 2, 1});
        for (size_t i = 0; i < o.planes.size(); ++i)
            stages_.push_back(std::make_unique<Stage>(scope.child("stage." + std::to_string(i)), stage_of(o, i)));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        Value x = input_(pass, std::move(images));
        if (pool_) x = pass(*pool_, std::move(x));
        for (const auto& stage : stages_) x = (*stage)(pass, std::move(x));
        const Shape s = x.shape();
        return pass(head_, std::move(x).reshaped({s[0], s[1], s[2] * s[3], s[4]}));
    }

    void prepare(Purpose purpose) override {
        input_.prepare(purpose);
        for (auto& stage : stages_) stage->prepare(purpose);
        head_.prepare(purpose);
    }

private:
    static ConvShape stem_shape(const ResformerOptions& o, const ImageSpec& image) {
        ConvShape shape{.in_channels = image.channels, .out_channels = o.planes.front()};
        if (o.stem == "7x7") shape.y = shape.x = {.kernel = 7, .stride = 2, .padding = 3};
        return shape;
    }

    StemInput input_;
    std::unique_ptr<Layer> pool_;  // null: the 3x3 stem
    std::vector<std::unique_ptr<Stage>> stages_;
    Head head_;
};

/// The four sizes that were published.
NetworkKeys keys(const NetworkSize& size) {
    struct Published {
        int width;
        const char *planes, *heads;
    };
    static constexpr Published kAll[] = {{384, "64,192,384", "1,3,6"},
                                         {512, "64,256,512", "1,4,8"},
                                         {768, "64,384,768", "1,6,12"},
                                         {1024, "128,512,1024", "2,8,16"}};
    for (const Published& p : kAll)
        if (size.depth == 6 && size.width == p.width)
            return {{"network.planes", p.planes},
                    {"network.heads", p.heads},
                    {"network.stem", size.is_large() ? "7x7" : "3x3"}};
    fail("choices: 6-384 (Ti), 6-512 (S), 6-768 (M), 6-1024 (L)");
}

}  // namespace

Entry<MakeNetwork> network_spikingresformer() {
    return {
        "spikingresformer",
        {"stages of DSSA and group-wise convolutions", "Shi et al., CVPR 2024"},
        {[](const Scope& scope) { return std::make_unique<SpikingResformer>(scope, read_resformer_options(scope)); },
         keys}};
}

}  // namespace bispike
