// diag_attention: TransNormer's attention for the earlier blocks, each token within its window.
//
//   q, k, v = x W + b;  y = softmax(q k^T / sqrt(d)) v among the `window` tokens side by side in rows, per head (t2),
//   or y = RMSNorm(elu(q k^T / sqrt(d)) v) (t1);  out = y W_proj + b.
// Windows do not overlap. One window of all N tokens is full attention.
//
// Source: Qin et al., "The Devil in Linear Transformer", EMNLP 2022, sec. 4.2.
#include "models/attention/scored_attention.h"
#include "models/attention/transnormer.h"
#include "sim/core/error.h"
#include "sim/grad/row_norm.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

struct DiagOptions : TransnormerOptions {
    int window = 16;
    static constexpr auto fields() {
        return std::tuple_cat(TransnormerOptions::fields(),
                              std::tuple(field("window", &DiagOptions::window, "tokens",
                                               "tokens that see each other; they divide the number of tokens")));
    }
};

int64_t windows_of(const MixerSite& site, int64_t window) {
    if (window < 1 || site.tokens() % window != 0)
        fail("attention.window = {}: windows of that many do not divide the {} tokens; choices: {}", window,
             site.tokens(), divisors(site.tokens()));
    return site.tokens() / window;
}

/// Attention as it is within one window; forward() of the base sees windows as images.
class DiagAttention : public ScoredAttention {
public:
    DiagAttention(const Scope& scope, const MixerSite& site, const DiagOptions& options)
        : ScoredAttention(scope, site, options), window_(options.window), windows_(windows_of(site, options.window)) {
        if (options.transnormer == "t1") norm_.emplace(scope.child("norm"), site.dim);
    }

protected:
    /// The heads of one window after those of another.
    Shape shown(const Shape& s) const override { return {s[0], s[1] / windows_, windows_ * s[2], window_, window_}; }

    Value mixed(Pass& pass, Value q, Value k, Value v) const override {
        const Shape all = q.shape(), cut{all[0], all[1] * windows_, window_, all[3]};
        const auto weigh = [&](Value scores) {
            return norm_ ? elu(pass.tape, std::move(scores)) : softmax(pass.tape, std::move(scores));
        };
        Value y =
            attend(pass, std::move(q).reshaped(cut), std::move(k).reshaped(cut), std::move(v).reshaped(cut), weigh);
        y = std::move(y).reshaped(all);
        return norm_ ? (*norm_)(pass, std::move(y)) : y;
    }

private:
    int64_t window_, windows_;
    std::optional<RmsNorm> norm_;  // none: softmax
};

}  // namespace

Entry<MakeMixer> attention_diag_attention() {
    return {"diag_attention",
            {"TransNormer's DiagAttention: windows of w tokens", "Qin et al., EMNLP 2022", "O(N w D)"},
            [](const Scope& scope, const MixerSite& site) {
                const auto options = scope.settings().read<DiagOptions>("attention");
                return std::make_unique<DiagAttention>(scope, site, options);
            }};
}

}  // namespace bispike
