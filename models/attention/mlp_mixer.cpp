// mlp_mixer: a two-layer perceptron along the tokens, the same for every channel.
//
//   out^T = gelu(x^T W_1 + b) W_2 + b, with W_1 from N tokens to `token_hidden`.
// For one number of tokens. Without a projection: the MLP of the block mixes channels.
//
// Source: Tolstikhin et al., "MLP-Mixer: An all-MLP Architecture for Vision", NeurIPS 2021, eq. 1.
#include "models/attention/mixer_parts.h"
#include "sim/core/error.h"
#include "sim/grad/activation.h"
#include "sim/grad/swap_axes.h"

namespace bispike {
namespace {

struct Options {
    int token_hidden = 64;
    static constexpr auto fields() {
        return std::tuple(
            field("token_hidden", &Options::token_hidden, "units", "hidden width of mlp_mixer along tokens"));
    }
};

/// x [t, B, N, C] to the same shape.
class MlpMixer : public Layer {
public:
    MlpMixer(const Scope& scope, const MixerSite& site, const Options& o)
        : Layer(scope.path(), "attention_block"),
          fc1_(scope.child("fc1"), site.tokens(), o.token_hidden),
          fc2_(scope.child("fc2"), o.token_hidden, site.tokens()),
          act_name_(scope.child("act").path()) {}

    Value forward(Pass& pass, Value x) const override {
        Value hidden = gelu(pass.tape, pass(fc1_, swap_axes(pass.tape, std::move(x), 2, 3)));
        hidden = shown_nonlinear(pass, act_name_, "activation", std::move(hidden));
        return swap_axes(pass.tape, pass(fc2_, std::move(hidden)), 2, 3);
    }

    void prepare(Purpose purpose) override { fc1_.prepare(purpose), fc2_.prepare(purpose); }

private:
    Linear fc1_, fc2_;
    std::string act_name_;
};

}  // namespace

Entry<MakeMixer> attention_mlp_mixer() {
    return {"mlp_mixer",
            {"MLP along the tokens, of hidden width h", "Tolstikhin et al., NeurIPS 2021", "O(N h D)"},
            [](const Scope& scope, const MixerSite& site) {
                const auto options = scope.settings().read<Options>("attention");
                if (options.token_hidden < 1)
                    fail("attention.token_hidden = {}: at least 1 is needed", options.token_hidden);
                return std::make_unique<MlpMixer>(scope, site, options);
            }};
}

}  // namespace bispike
