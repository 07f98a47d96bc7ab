// The vision Transformer (Dosovitskiy et al., ICLR 2021), pre-norm: an artificial network, without spikes.
//
//   tokens  x = [class token?, patches(image)] + position, + phi(t) of recordings where network.event_time asks for it
//   block   x = x + attention(norm1(x));  x = x + fc2(activation(fc1(norm2(x))))
//   head    scores = W norm(class token) + b, or W fc_norm(mean of the patches) + b
//
// One dense pass. Where the image is the same at every step, so are the answers: the pass runs once, whatever T.
// With network.quantiser the inputs of linear maps and of attention's products are whole numbers of learned steps: what
// a conversion to spikes starts from (networks/spiking_vit.cpp).
// Positions, norms, activations and attentions (with their projections) are models of their own; blocks may have
// different ones.
#include "models/layers/head.h"
#include "models/layers/linear.h"
#include "models/layers/looks_across.h"
#include "models/layers/mixers.h"
#include "models/layers/once.h"
#include "models/layers/quantiser.h"
#include "models/layers/vision.h"
#include "sim/grad/residual.h"

namespace bispike {
namespace {

struct Block {
    std::unique_ptr<Layer> norm1, attention, norm2;
    std::unique_ptr<Quantiser> input_code;  // null, as all of them: not quantised
    Linear fc1;
    std::unique_ptr<Layer> activation;
    std::unique_ptr<Quantiser> act_code;
    Linear fc2;

    Block(const Scope& scope, const VisionOptions& o, Mixers& mixers)
        : norm1(make_norm(scope.child("norm1"), o)),
          attention(mixers.next(scope.child("attn"))),
          norm2(make_norm(scope.child("norm2"), o)),
          input_code(make_quantiser(scope.child("mlp.input_code"), {})),
          fc1(scope.child("mlp.fc1"), o.dim, o.hidden(), {.input = input_code.get()}),
          activation(make_activation(scope.child("mlp.act"), o)),
          act_code(make_quantiser(scope.child("mlp.act_code"), {.below_zero = goes_below_zero(*activation)})),
          fc2(scope.child("mlp.fc2"), o.hidden(), o.dim, {.input = act_code.get()}) {
        if (input_code && !scope.build().parameters.find(scope.path() + ".attn.input_code.step"))
            fail("network.quantiser = {}: the attention of `{}` has no place for quantisers; choices: softmax",
                 quantiser_word(scope), scope.path());
    }

    Value operator()(Pass& pass, Value x) const {
        Value y = attention->forward(pass, pass(*norm1, x));
        x = residual(pass.tape, std::move(x), std::move(y));
        Value z = pass(*activation, pass(fc1, coded(pass, input_code, pass(*norm2, x))));
        return residual(pass.tape, std::move(x), pass(fc2, coded(pass, act_code, std::move(z))));
    }

    void prepare(Purpose purpose) {
        for (Layer* layer : {norm1.get(), attention.get(), norm2.get(), static_cast<Layer*>(input_code.get()),
                             static_cast<Layer*>(&fc1), activation.get(), static_cast<Layer*>(act_code.get()),
                             static_cast<Layer*>(&fc2)})
            if (layer) layer->prepare(purpose);
    }
};

class VisionTransformer : public Network {
public:
    VisionTransformer(const Scope& scope, const VisionOptions& o)
        : Network(scope.path(), "network"),
          slot_(scope.slot()),
          embedding_(scope, o),
          pool_(scope, o),
          head_code_(make_quantiser(scope.child("head_code"), {})),
          head_(scope.child("head"), o.dim, scope.build().image.classes, {.input = head_code_.get()}) {
        Mixers mixers(scope, embedding_.site(), o.depth);
        for (int i = 0; i < o.depth; ++i)
            blocks_.push_back(std::make_unique<Block>(scope.child("block." + std::to_string(i)), o, mixers));
    }

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        return once_a_run(pass, slot_, [&] {
            Value x = embedding_(pass, std::move(images));
            for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
            return pass(head_, coded(pass, head_code_, pool_(pass, std::move(x))));
        });
    }

    void prepare(Purpose purpose) override {
        embedding_.prepare(purpose);
        for (auto& block : blocks_) block->prepare(purpose);
        pool_.prepare(purpose);
        if (head_code_) head_code_->prepare(purpose);
        head_.prepare(purpose);
    }

    std::string why_images_mix() const override {
        for (const auto& block : blocks_)
            if (const auto* across = dynamic_cast<const LooksAcross*>(block->attention.get())) return across->why();
        return "";
    }

private:
    int slot_;
    Embedding embedding_;
    std::vector<std::unique_ptr<Block>> blocks_;
    TokenPool pool_;
    std::unique_ptr<Quantiser> head_code_;
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
            {[](const Scope& scope) { return std::make_unique<VisionTransformer>(scope, read_vision_options(scope)); },
             keys}};
}

}  // namespace bispike
