// What the two Fourier neural operators share.
#pragma once

#include <cmath>

#include "models/attention/mixer_parts.h"
#include "sim/grad/activation.h"
#include "sim/grad/spectral.h"

namespace bispike {

/// out = relu(w * x) W_proj + b, w * x the circular convolution along the N tokens with kernels of that length, in
/// `blocks` groups of channels. x [t, B, N, C] to the same shape. Parameters "weight" [C, C / blocks, N] and "proj".
class FourierOperator : public Layer {
public:
    FourierOperator(const Scope& scope, const MixerSite& site, int64_t blocks)
        : Layer(scope.path(), "attention_block"),
          weight_(scope.normal("weight", {site.dim, site.dim / blocks, site.tokens()},
                               1.0f / std::sqrt(static_cast<float>(site.dim / blocks * site.tokens())))),
          proj_(scope.child("proj"), site.dim, site.dim),
          mix_name_(scope.child("mix").path()),
          act_name_(scope.child("act").path()) {}

    Value forward(Pass& pass, Value x) const override {
        Value y = circular_conv(pass.tape, std::move(x), kernels_, weight_);
        show_mixing(pass, mix_name_, y, [&] { return circular_conv_count(y.shape(), kernels_); });
        return pass(proj_, shown_nonlinear(pass, act_name_, "activation", relu(pass.tape, std::move(y))));
    }

    void prepare(Purpose purpose) override {
        kernels_ = CircularKernels::from(weight_.value);
        proj_.prepare(purpose);
    }

private:
    const Parameter& weight_;
    CircularKernels kernels_;
    Linear proj_;
    std::string mix_name_, act_name_;
};

}  // namespace bispike
