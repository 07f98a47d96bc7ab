// fnet: the Fourier transform over tokens and channels in the place of attention; nothing is learned.
//
//   out = Re F_N x F_C / sqrt(N C), F_N and F_C the discrete Fourier transforms.
// The factor, which the paper leaves to the norm behind it, keeps the size of x here, where a residual sum follows.
//
// Source: Lee-Thorp et al., "FNet: Mixing Tokens with Fourier Transforms", NAACL 2022, eq. 3.
#include "models/attention/mixer_parts.h"
#include "sim/grad/spectral.h"
#include "sim/ops/fourier.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape.
class Fnet : public Layer {
public:
    explicit Fnet(const Scope& scope) : Layer(scope.path(), "attention_block"), mix_name_(scope.child("mix").path()) {}

    Value forward(Pass& pass, Value x) const override {
        Value y = fourier_real(pass.tape, std::move(x));
        show_mixing(pass, mix_name_, y, [&] { return fourier_real_count(y.shape()); });
        return y;
    }

private:
    std::string mix_name_;
};

}  // namespace

Entry<MakeMixer> attention_fnet() {
    return {"fnet",
            {"Fourier transform over tokens and channels", "Lee-Thorp et al., NAACL 2022", "O(N D log(N D))"},
            [](const Scope& scope, const MixerSite&) { return std::make_unique<Fnet>(scope); }};
}

}  // namespace bispike
