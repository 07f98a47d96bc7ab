// norm_attention: TransNormer's attention for the later blocks, linear in the number of tokens.
//
//   q, k = f(x W + b), v = x W + b;  y = q (k^T v), per head;  out = RMSNorm(y) W_proj + b, over all channels of a
//   token.
// No denominator, whose gradient has no bound: the norm keeps y in range instead. f is 1 + elu (t2) or elu (t1).
//
// Source: Qin et al., "The Devil in Linear Transformer", EMNLP 2022, sec. 4.1.
#include "models/attention/kernel_attention.h"
#include "models/attention/transnormer.h"

namespace bispike {
namespace {

class NormAttention : public KernelAttention {
public:
    NormAttention(const Scope& scope, const MixerSite& site, const TransnormerOptions& options)
        : KernelAttention(scope, site, options),
          positive_(options.transnormer == "t2"),
          norm_(scope.child("norm"), site.dim) {}

protected:
    Value features(Tape* tape, Value x) const override { return (positive_ ? positive_elu : elu)(tape, std::move(x)); }
    Value finished(Pass& pass, Value y, Value, Value) const override { return norm_(pass, std::move(y)); }

private:
    bool positive_;
    RmsNorm norm_;
};

}  // namespace

Entry<MakeMixer> attention_norm_attention() {
    return {"norm_attention",
            {"TransNormer's NormAttention", "Qin et al., EMNLP 2022", "O(N D^2 / H)"},
            [](const Scope& scope, const MixerSite& site) {
                const auto options = scope.settings().read<TransnormerOptions>("attention");
                return std::make_unique<NormAttention>(scope, site, options);
            }};
}

}  // namespace bispike
