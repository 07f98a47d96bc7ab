// afno: the adaptive Fourier neural operator, one small complex MLP for all frequencies of the grid of patches.
//
//   X = FFT2(x);  Z = S(W_2 relu(W_1 X + b_1) + b_2) at each frequency;  out = IFFT2(Z) + x.
// W_1, W_2 and their biases are complex, and mix the channels of each of `blocks` groups; relu works on real and
// imaginary parts, as does S, which moves each by afno_shrink towards 0. Transforms are unitary. With afno_modes below
// 1 the higher frequencies are left out, along each axis; x itself still carries them. The class token has no place in
// a grid: network.class_token = false.
//
// Source: Guibas et al., "Adaptive Fourier Neural Operators: Efficient Token Mixers for Transformers", ICLR 2022, and
// its code: the hidden width, the initial width of 0.02, x added behind the transform. It has 8 blocks.
#include <cmath>

#include "models/attention/channel_blocks.h"
#include "models/attention/mixer_parts.h"
#include "sim/grad/activation.h"
#include "sim/grad/mix.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/residual.h"
#include "sim/grad/spectral.h"
#include "sim/grad/swap_axes.h"
#include "sim/grad/tokens.h"

namespace bispike {
namespace {

struct Options {
    float afno_shrink = 0.01f, afno_modes = 1.0f;
    static constexpr auto fields() {
        return std::tuple(
            field("afno_shrink", &Options::afno_shrink, "", "by how much afno moves frequencies towards 0"),
            field("afno_modes", &Options::afno_modes, "(0, 1]",
                  "share of the frequencies along each axis, the lowest"));
    }
};

Options read_options(const Scope& scope) {
    const auto o = scope.settings().read<Options>("attention");
    if (!(o.afno_shrink >= 0 && std::isfinite(o.afno_shrink)))
        fail("attention.afno_shrink = {}: it must be 0 or positive", o.afno_shrink);
    if (!(o.afno_modes > 0 && o.afno_modes <= 1))
        fail("attention.afno_modes = {}: it must be above 0 and at most 1", o.afno_modes);
    return o;
}

/// y = x W + b, complex, within groups of channels. x [t, B, modes, 2, C] to the same shape. Parameters "real" and
/// "imaginary" of W, [C / blocks, C], column c of which the inputs of its group make channel c; "bias" [1, 2, C].
class ComplexBlocks {
public:
    ComplexBlocks(const Scope& scope, int64_t channels, int64_t blocks)
        : blocks_(blocks),
          real_(scope.normal("real", {channels / blocks, channels}, 0.02f)),
          imaginary_(scope.normal("imaginary", {channels / blocks, channels}, 0.02f)),
          bias_(scope.normal("bias", {1, 2, channels}, 0.02f)) {
        bias_.role = Role::scale;
    }

    Value operator()(Tape* tape, Value x) const {
        const Shape s = x.shape();
        x = split_heads(tape, std::move(x).reshaped({1, 1, s.rows(), s.channels()}), blocks_);
        Value turned = times_i(tape, times(tape, x, imaginary_).reshaped(s));
        Value y = residual(tape, times(tape, std::move(x), real_).reshaped(s), std::move(turned));
        return add_positions(tape, std::move(y).reshaped({1, s.rows() / 2, 2, s.channels()}), bias_).reshaped(s);
    }
    /// Real multiply-accumulates for each complex number.
    uint64_t macs() const { return static_cast<uint64_t>(4 * real_.value.shape()[0]); }

private:
    static Value times(Tape* tape, Value x, const Parameter& w) {  // x [1, 1, blocks, rows, C / blocks]
        const Shape s = w.value.shape();
        return mix(tape, std::move(x), value_of(tape, w).reshaped({1, 1, s[0], s[1]}), 1.0f);
    }

    int64_t blocks_;
    const Parameter &real_, &imaginary_;
    Parameter& bias_;
};

/// x [t, B, N, C] to the same shape.
class AdaptiveFourier : public Layer {
public:
    AdaptiveFourier(const Scope& scope, const MixerSite& site, const Options& options)
        : Layer(scope.path(), "attention_block"),
          shrink_(options.afno_shrink),
          modes_(GridModes::lowest(site.rows, site.columns, options.afno_modes)),
          map1_(scope.child("map1"), site.dim, channel_blocks(scope, site)),
          map2_(scope.child("map2"), site.dim, channel_blocks(scope, site)),
          mix_name_(scope.child("mix").path()) {}

    Value forward(Pass& pass, Value x) const override {
        Tape* tape = pass.tape;
        Value z = relu(tape, map1_(tape, grid_spectrum(tape, x, modes_)));
        z = soft_shrink(tape, map2_(tape, std::move(z)), shrink_);
        Value y = residual(tape, spectrum_grid(tape, std::move(z), modes_), std::move(x));
        show_mixing(pass, mix_name_, y, [&] { return count(y.shape()); });
        return y;
    }

private:
    OpCount count(const Shape& x) const {
        const auto numbers = static_cast<uint64_t>(x[0] * x[1] * modes_.count() * x[3]);
        const uint64_t maps = numbers * (map1_.macs() + map2_.macs());
        const uint64_t all = 2 * grid_spectrum_count(x, modes_).mac + maps;
        const auto halves = static_cast<int64_t>(2 * numbers);  // real and imaginary: ReLU and shrinking
        return OpCount{.mac = all, .dense = all} + nonlinear_count(2 * halves);
    }

    float shrink_;
    GridModes modes_;
    ComplexBlocks map1_, map2_;
    std::string mix_name_;
};

}  // namespace

Entry<MakeMixer> attention_afno() {
    return {"afno",
            {"adaptive Fourier neural operator", "Guibas et al., ICLR 2022", "O(N log N D + N D^2 / B)"},
            [](const Scope& scope, const MixerSite& site) {
                require_grid(site, "afno");
                return std::make_unique<AdaptiveFourier>(scope, site, read_options(scope));
            }};
}

}  // namespace bispike
