// dape_v2: softmax attention whose scores pass through a small convolution, head by head and key by key.
//
//   S = q k^T / sqrt(d);  A = softmax(S + f(S));  f = conv(leaky_relu(conv(S))), heads as channels, `dape_kernel` keys
//   wide, `dape_width` channels between.
// The last convolution is 0 at first: training starts at softmax attention. Without the positional bias and the causal
// mask of language models: the tokens have learned positions.
//
// Source: Zheng et al., "DAPE V2: Process Attention Score as Feature Map for Length Extrapolation", ACL 2025, sec. 3.
#include <cmath>

#include "models/attention/scored_attention.h"
#include "models/layers/count_synapse.h"
#include "sim/core/error.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/residual.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/swap_axes.h"

namespace bispike {
namespace {

struct Options : QkvOptions {
    int dape_width = 32, dape_kernel = 3;
    static constexpr auto fields() {
        return std::tuple_cat(
            QkvOptions::fields(),
            std::tuple(field("dape_width", &Options::dape_width, "channels", "of dape_v2 between its convolutions"),
                       field("dape_kernel", &Options::dape_kernel, "keys", "width of the kernels of dape_v2, odd")));
    }
};

Options read_options(const Scope& scope) {
    const auto o = scope.settings().read<Options>("attention");
    if (o.dape_width < 1) fail("attention.dape_width = {}: at least 1 is needed", o.dape_width);
    if (o.dape_kernel < 1 || o.dape_kernel % 2 == 0)
        fail("attention.dape_kernel = {}: give an odd number of keys", o.dape_kernel);
    return o;
}

ConvShape along_keys(int64_t in, int64_t out, int64_t kernel) {
    return {.in_channels = in,
            .out_channels = out,
            .y = {.kernel = 1, .padding = 0},
            .x = {.kernel = kernel, .padding = kernel / 2}};
}

/// A convolution over the keys of each query, [t, B, N, M, in] to [t, B, N, M, out]. Its maps are no images: to the
/// probes it is an operation of the mixer.
class ScoreConv : public Layer {
public:
    ScoreConv(const Scope& scope, ConvShape shape, InitialWeights initial)
        : Layer(scope.path(), "mixing"),
          shape_(shape),
          weight_(initial == InitialWeights::zero
                      ? scope.constant("weight", {shape.out_channels, shape.in_channels, 1, shape.x.kernel}, 0.0f,
                                       Role::weight)
                      : scope.normal("weight", {shape.out_channels, shape.in_channels, 1, shape.x.kernel},
                                     1.0f / std::sqrt(static_cast<float>(shape.taps() * shape.in_channels)))),
          bias_(scope.constant("bias", {shape.out_channels}, 0.0f, Role::scale)) {}

    Value forward(Pass& pass, Value x) const override {
        show_synapse(pass, x, packed_.groups[0].forward, [&](const auto& maps) { return conv2d_count(maps, shape_); });
        return conv2d(pass.tape, std::move(x), packed_, {&weight_, &bias_});
    }

    void prepare(Purpose purpose) override {
        packed_ = ConvWeights::from(shape_, weight_.value, bias_.value.values(), purpose == Purpose::train);
    }

private:
    ConvShape shape_;
    const Parameter &weight_, &bias_;
    ConvWeights packed_;
};

class DapeAttention : public ScoredAttention {
public:
    DapeAttention(const Scope& scope, const MixerSite& site, const Options& o)
        : ScoredAttention(scope, site, o),
          conv1_(scope.child("conv1"), along_keys(site.heads, o.dape_width, o.dape_kernel), InitialWeights::drawn),
          conv2_(scope.child("conv2"), along_keys(o.dape_width, site.heads, o.dape_kernel), InitialWeights::zero),
          act_name_(scope.child("act").path()) {}

    void prepare(Purpose purpose) override {
        ScoredAttention::prepare(purpose);
        conv1_.prepare(purpose), conv2_.prepare(purpose);
    }

protected:
    Value mixed(Pass& pass, Value q, Value k, Value v) const override {
        return attend(pass, std::move(q), std::move(k), std::move(v),
                      [&](Value scores) { return weights(pass, std::move(scores)); });
    }

private:
    Value weights(Pass& pass, Value scores) const {
        const Shape s = scores.shape();  // [t, B, heads, N, M]
        Value maps = swap_axes(pass.tape, Value(scores).reshaped({s[0], s[1], s[2], s[3] * s[4]}), 2, 3);
        maps = pass(conv1_, std::move(maps).reshaped({s[0], s[1], s[3], s[4], s[2]}));
        maps = shown_nonlinear(pass, act_name_, "activation", leaky_relu(pass.tape, std::move(maps), 0.01f));
        maps = pass(conv2_, std::move(maps));
        maps = swap_axes(pass.tape, std::move(maps).reshaped({s[0], s[1], s[3] * s[4], s[2]}), 2, 3);
        return softmax(pass.tape, residual(pass.tape, std::move(scores), std::move(maps).reshaped(s)));
    }

    ScoreConv conv1_, conv2_;
    std::string act_name_;
};

}  // namespace

Entry<MakeMixer> attention_dape_v2() {
    return {"dape_v2",
            {"softmax attention, scores convolved, w channels", "Zheng et al., ACL 2025", "O(N^2 (D + H w))"},
            [](const Scope& scope, const MixerSite& site) {
                return std::make_unique<DapeAttention>(scope, site, read_options(scope));
            }};
}

}  // namespace bispike
