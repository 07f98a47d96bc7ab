// The vision Transformer (Dosovitskiy et al., ICLR 2021), pre-norm: an artificial network, without spikes.
//
//   tokens  x = [class token?, patches(image)] + position
//   block   x = x + attention(norm1(x));  x = x + fc2(activation(fc1(norm2(x))))
//   head    scores = W norm(class token) + b, or W fc_norm(mean of the patches) + b
//
// One dense pass. Where the image is the same at every step, so are the answers: the pass runs once, whatever T.
// Positions, norms, activations and attentions (with their projections) are models of their own; blocks may have
// different ones.
#include "models/layers/head.h"
#include "models/layers/linear.h"
#include "models/layers/mixers.h"
#include "models/layers/once.h"
#include "models/layers/patches.h"
#include "models/layers/vit_options.h"
#include "sim/grad/mean.h"
#include "sim/grad/residual.h"
#include "sim/grad/tokens.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

struct Options : BlockOptions {
    int patch = 4, image_size = 0;
    bool class_token = true;
    std::string pool = "token", position = "learned", norm = "layer", activation = "gelu";

    static constexpr auto fields() {
        return std::tuple_cat(
            BlockOptions::fields(),
            std::tuple(
                field("patch", &Options::patch, "pixels", "side of the square patches"),
                field("image_size", &Options::image_size, "pixels",
                      "side of the images that the positions are for; 0: that of the data"),
                field("class_token", &Options::class_token, "true | false", "a learned token before the patches"),
                field("pool", &Options::pool, "token | mean",
                      "what the head sees: the class token, or the mean of the patches"),
                field("position", &Options::position, "name", "positions of the tokens; see `bispike info`"),
                field("norm", &Options::norm, "name", "normalisation; see `bispike info`"),
                field("activation", &Options::activation, "name", "between fc1 and fc2; see `bispike info`")));
    }
};

Options read_options(const Scope& scope) {
    Options o = scope.settings().read<Options>("network");
    require_sizes(o);
    if (o.pool == "token" && !o.class_token)
        fail("network.pool = token: there is none with network.class_token = false; choose mean");
    const ImageSpec& image = scope.build().image;
    if (o.image_size != 0 && (image.height != o.image_size || image.width != o.image_size))
        fail("network.image_size = {0}: the positions are for images of {0}x{0} pixels, these have {1}x{2}",
             o.image_size, image.height, image.width);
    return o;
}

std::unique_ptr<Layer> make_norm(const Scope& scope, const Options& o) {
    return find(scope.build().registry.norms, o.norm, "network.norm").make(scope, o.dim);
}

/// The class token: drawn at the usual width, and not decayed.
Parameter& make_class_token(const Scope& scope, int64_t dim) {
    Parameter& p = scope.normal("class_token", {1, 1, dim}, 0.02f);
    p.role = Role::scale;
    return p;
}

class Embedding {
public:
    Embedding(const Scope& scope, const Options& o)
        : patches_(scope.child("patches"), o.patch, o.dim),
          class_token_(o.class_token ? &make_class_token(scope, o.dim) : nullptr),
          site_{.dim = o.dim,
                .heads = o.heads,
                .rows = patches_.rows(),
                .columns = patches_.columns(),
                .class_token = o.class_token},
          position_(find(scope.build().registry.positions, o.position, "network.position").make(scope, site_)) {}

    Value operator()(Pass& pass, Value images) const {  // [t, B, H, W, C] to tokens [t, B, N, C]
        Value x = pass(patches_, std::move(images));
        if (class_token_) x = prepend_token(pass.tape, std::move(x), *class_token_);
        return position_->forward(pass, std::move(x));
    }
    void prepare(Purpose purpose) { patches_.prepare(purpose), position_->prepare(purpose); }
    /// That of the first block.
    const MixerSite& site() const { return site_; }

private:
    Patches patches_;
    Parameter* class_token_;  // null: there is none
    MixerSite site_;
    std::unique_ptr<Layer> position_;
};

struct Block {
    std::unique_ptr<Layer> norm1, attention, norm2;
    Linear fc1;
    std::unique_ptr<Layer> activation;
    Linear fc2;

    Block(const Scope& scope, const Options& o, Mixers& mixers)
        : norm1(make_norm(scope.child("norm1"), o)),
          attention(mixers.next(scope.child("attn"))),
          norm2(make_norm(scope.child("norm2"), o)),
          fc1(scope.child("mlp.fc1"), o.dim, o.hidden()),
          activation(find(scope.build().registry.activations, o.activation, "network.activation")
                         .make(scope.child("mlp.act"))),
          fc2(scope.child("mlp.fc2"), o.hidden(), o.dim) {}

    Value operator()(Pass& pass, Value x) const {
        Value y = attention->forward(pass, pass(*norm1, x));
        x = residual(pass.tape, std::move(x), std::move(y));
        Value z = pass(*activation, pass(fc1, pass(*norm2, x)));
        return residual(pass.tape, std::move(x), pass(fc2, std::move(z)));
    }

    void prepare(Purpose purpose) {
        for (Layer* layer : {norm1.get(), attention.get(), norm2.get(), static_cast<Layer*>(&fc1), activation.get(),
                             static_cast<Layer*>(&fc2)})
            layer->prepare(purpose);
    }
};

/// What the head sees of the tokens. The norm of one token has the same bits before and after it is picked.
class Pool {
public:
    Pool(const Scope& scope, const Options& o)
        : is_mean_(o.pool == "mean"),
          first_patch_(o.class_token ? 1 : 0),
          norm_(make_norm(scope.child(is_mean_ ? "fc_norm" : "norm"), o)) {}

    Value operator()(Pass& pass, Value x) const {  // tokens [t, B, N, C] to [t, B, C]
        const Shape s = x.shape();
        const int64_t first = is_mean_ ? first_patch_ : 0, count = is_mean_ ? s[2] - first_patch_ : 1;
        return pass(*norm_, mean_tokens(pass.tape, slice_tokens(pass.tape, std::move(x), first, count)));
    }
    void prepare(Purpose purpose) { norm_->prepare(purpose); }

private:
    bool is_mean_;
    int64_t first_patch_;
    std::unique_ptr<Layer> norm_;
};

class VisionTransformer : public Network {
public:
    VisionTransformer(const Scope& scope, const Options& o)
        : Network(scope.path(), "network"),
          slot_(scope.slot()),
          embedding_(scope, o),
          pool_(scope, o),
          head_(scope.child("head"), o.dim, scope.build().image.classes) {
        Mixers mixers(scope, embedding_.site(), o.depth);
        for (int i = 0; i < o.depth; ++i)
            blocks_.push_back(std::make_unique<Block>(scope.child("block." + std::to_string(i)), o, mixers));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        return once_a_run(pass, slot_, [&] {
            Value x = embedding_(pass, std::move(images));
            for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
            return pass(head_, pool_(pass, std::move(x)));
        });
    }

    void prepare(Purpose purpose) override {
        embedding_.prepare(purpose);
        for (auto& block : blocks_) block->prepare(purpose);
        pool_.prepare(purpose), head_.prepare(purpose);
    }

private:
    int slot_;
    Embedding embedding_;
    std::vector<std::unique_ptr<Block>> blocks_;
    Pool pool_;
    Head head_;
};

/// DeiT's 64 channels a head where they divide the width.
NetworkKeys keys(const NetworkSize& size) {
    const int heads = size.width % 64 == 0 ? size.width / 64 : usual_heads(size.width);
    return {{"network.depth", std::to_string(size.depth)},
            {"network.dim", std::to_string(size.width)},
            {"network.heads", std::to_string(heads)},
            {"network.patch", size.is_large() ? "16" : "4"},
            {"attention.model", "softmax"}};
}

}  // namespace

Entry<MakeNetwork> network_vit() {
    return {"vit",
            {"vision Transformer, an artificial network without spikes", "Dosovitskiy et al., ICLR 2021"},
            {[](const Scope& scope) { return std::make_unique<VisionTransformer>(scope, read_options(scope)); }, keys}};
}

}  // namespace bispike
