// npt: attention between datapoints, of which a batch is the set: each image looks at the other images.
//
//   q, k, v = x W + b;  a_bc = softmax over images c of sum_n q_bn . k_cn / sqrt(N d), per head of width d;
//   y_bn = sum_c a_bc v_cn;  out = y W_proj + b.
// The paper flattens the N tokens of an image to a row of N D values and maps rows, by (N D)^2 weights each; those do
// not fit (N = 64, D = 192: 151 M). Here the maps are shared by the tokens, W = I_N kron W: our reading. Scores are
// divided by the root of what they sum over; the code divides by the width of all heads together.
// Alternated with attention within the images, `npt,softmax`, it is ABD, ABA, ... of the paper. Answers depend on what
// else is in the batch (in training, the micro-batch); in which order does not matter. A batch of one has nobody to
// look at.
//
// Source: Kossen, Band et al., "Self-Attention Between Datapoints", NeurIPS 2021, sec. 2.4.
#include <cmath>

#include "models/attention/mixer_parts.h"
#include "models/layers/looks_across.h"
#include "sim/grad/mix.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/grad/swap_axes.h"
#include "sim/ops/swap_axes.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape. Probes see scores and weights [t, B, heads, 1, B] under "<path>.score" and
/// "<path>.weight".
class DatapointAttention : public LooksAcross {
public:
    DatapointAttention(const Scope& scope, const MixerSite& site, const QkvOptions& options)
        : LooksAcross(scope.path(), "npt"),
          maps_(scope, site, options),
          score_name_(scope.child("score").path()),
          weight_name_(scope.child("weight").path()),
          mix_name_(scope.child("mix").path()) {}

    Value forward(Pass& pass, Value x) const override {
        const Shape s = x.shape();
        require_others(pass, s[1]);
        Value q = row(pass.tape, pass(maps_.q, x)), k = row(pass.tape, pass(maps_.k, x)),
              v = row(pass.tape, pass(maps_.v, std::move(x)));
        Value y = attend(pass, std::move(q), std::move(k), std::move(v));
        y = std::move(y).reshaped({s[0], s[1], maps_.heads, s[2], maps_.width});
        return pass(maps_.proj, swap_axes(pass.tape, std::move(y), 2, 3).reshaped(s));
    }

    void prepare(Purpose purpose) override { maps_.prepare(purpose); }

private:
    /// Images as the tokens of one: [t, B, N, C] to [t, 1, B, N C], the channels of a head side by side.
    Value row(Tape* tape, Value x) const {
        const Shape s = x.shape();
        return split_heads(tape, std::move(x), maps_.heads).reshaped({s[0], 1, s[1], s[2] * s[3]});
    }

    /// y of q, k and v [t, 1, B, N C].
    Value attend(Pass& pass, Value q, Value k, Value v) const {
        const auto width = static_cast<float>(q.shape().channels() / maps_.heads);
        q = scaled(pass.tape, std::move(q), 1.0f / std::sqrt(width));
        const OpCount scored = pass.wants_counts() ? score_count(q, k, maps_.heads) : OpCount{};
        Value a = score(pass.tape, std::move(q), std::move(k), maps_.heads);  // [t, 1, heads, B, B]
        show(pass, score_name_, a, scored);
        a = softmax(pass.tape, std::move(a));
        show(pass, weight_name_, a, nonlinear_count(a.shape().size()));
        const OpCount mixed = pass.wants_counts() ? mix_count(a, v, Weights::real) : OpCount{};
        Value y = mix(pass.tape, std::move(a), std::move(v), 1.0f);
        const Shape s = y.shape();
        show_mixing(pass, mix_name_, Value(y).reshaped({s[0], s[2], s[3]}), [&] { return mixed; });
        return y;
    }

    /// By image: those who look come first.
    static void show(const Pass& pass, const std::string& name, const Value& a, const OpCount& count) {
        if (pass.watched()) show_mixing(pass, name, {swap_axes(*a.tensor(), 1, 3), a.node()}, [&] { return count; });
    }

    Qkv maps_;
    std::string score_name_, weight_name_, mix_name_;
};

}  // namespace

Entry<MakeMixer> attention_npt() {
    return {"npt",
            {"attention between the images of a batch", "Kossen et al., NeurIPS 2021", "O(B N D)"},
            [](const Scope& scope, const MixerSite& site) {
                const auto options = scope.settings().read<QkvOptions>("attention");
                return std::make_unique<DatapointAttention>(scope, site, options);
            }};
}

}  // namespace bispike
