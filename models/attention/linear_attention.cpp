// linear_attention: weights that are products of positive features.
//
//   q, k = 1 + elu(x W + b), v = x W + b;  y_i = q_i (sum_j k_j^T v_j) / (q_i . sum_j k_j), per head;  out = y W_proj +
//   b.
// Rows of the weights q_i . k_j sum to 1 like those of softmax, and need not be made: linear in the number of tokens.
//
// Source: Katharopoulos et al., "Transformers are RNNs: Fast Autoregressive Transformers with Linear Attention",
// ICML 2020, eqs. 5 and 7.
#include "models/attention/kernel_attention.h"
#include "sim/grad/head_sum.h"
#include "sim/grad/mean.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/grad/swap_axes.h"

namespace bispike {
namespace {

class LinearAttention : public KernelAttention {
public:
    LinearAttention(const Scope& scope, const MixerSite& site, const QkvOptions& options)
        : KernelAttention(scope, site, options),
          sum_name_(scope.child("row_sum").path()),
          norm_name_(scope.child("row_norm").path()) {}

protected:
    Value features(Tape* tape, Value x) const override { return positive_elu(tape, std::move(x)); }

    Value finished(Pass& pass, Value y, Value q, Value k) const override {
        const Shape s = q.shape();
        Value keys = scaled(pass.tape, mean_tokens(pass.tape, std::move(k)), static_cast<float>(s[2]));
        keys = std::move(keys).reshaped(s.with(2, 1));
        const OpCount counted = pass.wants_counts() ? score_count(q, keys, heads()) : OpCount{};
        Value sums = score(pass.tape, std::move(q), std::move(keys), heads()).reshaped({s[0], s[1], heads(), s[2]});
        show_mixing(pass, sum_name_, sums, [&] { return counted; });
        Value shares = reciprocal(pass.tape, swap_axes(pass.tape, std::move(sums), 2, 3));  // [t, B, N, heads]
        y = product(pass.tape, std::move(y), head_spread(pass.tape, std::move(shares), s[3]));
        return shown_nonlinear(pass, norm_name_, "norm", std::move(y));
    }

private:
    std::string sum_name_, norm_name_;
};

}  // namespace

Entry<MakeMixer> attention_linear_attention() {
    return {"linear_attention",
            {"linear attention, features 1 + elu", "Katharopoulos et al., ICML 2020", "O(N D^2 / H)"},
            [](const Scope& scope, const MixerSite& site) {
                const auto options = scope.settings().read<QkvOptions>("attention");
                return std::make_unique<LinearAttention>(scope, site, options);
            }};
}

}  // namespace bispike
