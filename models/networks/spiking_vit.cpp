// The vision Transformer in spikes: what `bispike convert` makes of a trained `vit`.
//
// Where the quantised vit has a quantiser, here are neurons, of the method network.method; they send the value that the
// quantiser gave at once as spikes, over T steps. Linear maps and the two products of attention take spikes: they add
// weights, or sums of earlier spikes, and never multiply. Everything between them sees the value so far:
//   V_t = threshold * (spikes up to step t), over t where spikes are rates
// so a norm, softmax or activation f comes to the difference f(V_t) - f(V_t-1) that SpikeZIP-TF sends on, and for rates
// to the t f(V_t) - (t-1) f(V_t-1) of expectation compensation. The residual stream is a sum of values so far.
//
// With st_bif, once no neuron has anything left to send, the sum of the spikes of each is the integer of the quantised
// vit, and the scores have its bits: weights lie on a grid (models/layers/on_grid.h) on which sums are exact. Class
// scores are those so far, so the readout is `last`. Not trained: its backward pass is an Error.
//
// Sources: You et al., "SpikeZIP-TF", ICML 2024; Huang et al., "Towards high-performance spiking Transformers from ANN
// to SNN conversion", ACM MM 2024.
#include <cassert>

#include "models/layers/once.h"
#include "models/layers/spike_softmax.h"
#include "models/layers/vision.h"
#include "sim/core/words.h"
#include "sim/grad/residual.h"

namespace bispike {
namespace {

struct AttentionOptions {
    std::string model = "softmax";
    bool qkv_bias = true;
    static constexpr auto fields() {
        return std::tuple(field("model", &AttentionOptions::model, "softmax", "attention of the converted network"),
                          field("qkv_bias", &AttentionOptions::qkv_bias, "true | false", "a bias in q, k and v"));
    }
};

struct Block {
    int slot;  // of the first norm of the first block, which sees the same at every step
    bool is_first;
    std::unique_ptr<Layer> norm1;
    SpikeSoftmax attention;
    std::unique_ptr<Layer> norm2;
    std::unique_ptr<SpikeCode> input_code;
    SpikeLinear fc1;
    std::unique_ptr<Layer> activation;
    std::unique_ptr<SpikeCode> act_code;
    SpikeLinear fc2;

    Block(const Scope& scope, const VisionOptions& o, const SpikeSoftmax::Sizes& sizes, const Spiking& method,
          int index)
        : slot(scope.slot()),
          is_first(index == 0),
          norm1(make_norm(scope.child("norm1"), o)),
          attention(scope.child("attn"), sizes, method),
          norm2(make_norm(scope.child("norm2"), o)),
          input_code(method.code(scope.child("mlp.input_code"), {})),
          fc1(scope.child("mlp.fc1"), "linear", {o.dim, o.hidden()}, *input_code),
          activation(make_activation(scope.child("mlp.act"), o)),
          act_code(method.code(scope.child("mlp.act_code"), {.below_zero = goes_below_zero(*activation)})),
          fc2(scope.child("mlp.fc2"), "linear", {o.hidden(), o.dim}, *act_code) {}

    Value operator()(Pass& pass, Value x) const {
        const auto normed = [&] { return pass(*norm1, x); };
        Value y = attention.forward(pass, is_first ? once_a_run(pass, slot, normed) : normed());
        x = residual(pass.tape, std::move(x), std::move(y));
        Value z = pass(*activation, pass(fc1, pass(*input_code, pass(*norm2, x))));
        return residual(pass.tape, std::move(x), pass(fc2, pass(*act_code, std::move(z))));
    }

    void prepare(Purpose purpose) {
        for (Layer* layer : {norm1.get(), static_cast<Layer*>(&attention), norm2.get(),
                             static_cast<Layer*>(input_code.get()), static_cast<Layer*>(&fc1), activation.get(),
                             static_cast<Layer*>(act_code.get()), static_cast<Layer*>(&fc2)})
            layer->prepare(purpose);
    }
};

std::vector<std::unique_ptr<Block>> make_blocks(const Scope& scope, const VisionOptions& o, int64_t tokens,
                                                const Spiking& method) {
    const auto attention = scope.settings().read<AttentionOptions>("attention");
    for (const std::string& word : split_words(attention.model, ','))
        if (word != "softmax")
            fail("attention.model = {}: no other attention is converted to spikes; choices: softmax", word);
    const SpikeSoftmax::Sizes sizes{o.dim, o.heads, tokens, attention.qkv_bias};
    std::vector<std::unique_ptr<Block>> blocks;
    for (int i = 0; i < o.depth; ++i)
        blocks.push_back(std::make_unique<Block>(scope.child("block." + std::to_string(i)), o, sizes, method, i));
    return blocks;
}

class SpikingVisionTransformer : public Network {
public:
    SpikingVisionTransformer(const Scope& scope, const VisionOptions& o, const Spiking& method)
        : Network(scope.path(), "network"),
          slot_(scope.slot()),
          embedding_(scope, o),
          blocks_(make_blocks(scope, o, embedding_.site().tokens(), method)),
          pool_(scope, o),
          head_code_(method.code(scope.child("head_code"), {})),
          head_(scope.child("head"), "head", {o.dim, scope.build().image.classes}, *head_code_) {}

    Value forward(Pass& pass, Value images) const override {  // [t, B, H, W, C]
        assert(pass.constant_input);
        Value x = once_a_run(pass, slot_, [&] { return embedding_(pass, std::move(images)); });
        for (const auto& block : blocks_) x = (*block)(pass, std::move(x));
        return pass(head_, pass(*head_code_, pool_(pass, std::move(x))));
    }

    void prepare(Purpose) override {
        constexpr Purpose kOnly = Purpose::simulate;
        embedding_.prepare(kOnly);
        for (auto& block : blocks_) block->prepare(kOnly);
        pool_.prepare(kOnly), head_code_->prepare(kOnly), head_.prepare(kOnly);
    }

private:
    int slot_;
    Embedding embedding_;
    std::vector<std::unique_ptr<Block>> blocks_;
    TokenPool pool_;
    std::unique_ptr<SpikeCode> head_code_;
    SpikeLinear head_;
};

void require_still(const Settings& settings) {
    if (const std::string encoder = settings.peek("encoder.model", "direct"); encoder != "direct")
        fail("encoder.model = {}: network.model = spiking_vit takes images as they are: choose encoder.model = direct",
             encoder);
}

}  // namespace

Entry<MakeNetwork> network_spiking_vit() {
    return {"spiking_vit",
            {"a trained vit in spikes, made by `bispike convert`", "You et al., ICML 2024; Huang et al., ACM MM 2024"},
            {[](const Scope& scope) {
                 require_still(scope.settings());
                 return std::make_unique<SpikingVisionTransformer>(scope, read_vision_options(scope),
                                                                   read_spiking(scope));
             },
             nullptr}};
}

}  // namespace bispike
