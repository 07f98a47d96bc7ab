// sbm: softmax attention with a random mask drawn from a stochastic block model of queries and keys.
//
//   S = softmax over all pairs of C C^T, C k clusters a head;  Q' = sigmoid(mlp(q) C^T), K' = sigmoid(mlp(k) C^T);
//   P = Q' S K'^T + 0.01;  M_ij = 1 with probability min(P_ij, 1), else 0;
//   A = softmax(q k^T / sqrt(d)) M, each row divided by its sum (a row without any stays 0).
// mlp has two layers, d -> d -> d with ReLU between, and is shared by queries, keys and heads. Gradients pass the open
// pairs of M, cut off at +-1. Training adds density_weight times the mean share of open pairs. Masks are drawn when
// simulating too, from the seed, the image and the layer: no result depends on the batch.
//
// Source: Cho et al., "Transformers meet Stochastic Block Models", NeurIPS 2022, sec. 4, and its code: the dense form.
#include <cmath>

#include "models/attention/scored_attention.h"
#include "sim/core/error.h"
#include "sim/grad/activation.h"
#include "sim/grad/mix.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/repeat.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/sampled_mask.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/grad/swap_axes.h"

namespace bispike {
namespace {

struct Options : QkvOptions {
    int clusters = 16;
    float density_weight = 1e-4f;
    static constexpr auto fields() {
        return std::tuple_cat(QkvOptions::fields(),
                              std::tuple(field("clusters", &Options::clusters, "clusters", "k of sbm, a head"),
                                         field("density_weight", &Options::density_weight, "",
                                               "factor of sbm's open pairs in the loss")));
    }
};

Options read_options(const Scope& scope) {
    const auto o = scope.settings().read<Options>("attention");
    if (o.clusters < 1) fail("attention.clusters = {}: at least 1 is needed", o.clusters);
    if (!(o.density_weight >= 0) || !std::isfinite(o.density_weight))
        fail("attention.density_weight = {}: it must be 0 or positive, and finite", o.density_weight);
    return o;
}

class BlockModelAttention : public ScoredAttention {
public:
    BlockModelAttention(const Scope& scope, const MixerSite& site, const Options& o)
        : ScoredAttention(scope, site, o),
          options_(o),
          alike_(site.alike),
          mlp1_(scope.child("mlp1"), width(), width()),
          mlp2_(scope.child("mlp2"), width(), width()),
          clusters_(
              scope.normal("clusters", {heads(), o.clusters, width()}, 1.0f / std::sqrt(static_cast<float>(width())))),
          mask_name_(scope.child("mask").path()) {}

    void prepare(Purpose purpose) override {
        ScoredAttention::prepare(purpose);
        mlp1_.prepare(purpose), mlp2_.prepare(purpose);
    }

protected:
    Value mixed(Pass& pass, Value q, Value k, Value v) const override {
        const Value mask = drawn_mask(pass, q, k);
        return attend(pass, std::move(q), std::move(k), std::move(v), [&](Value scores) {
            return share_rows(pass.tape, product(pass.tape, softmax(pass.tape, std::move(scores)), mask));
        });
    }

private:
    /// The clusters of all heads as tokens [1, k, C].
    Value clusters(Tape* tape) const {
        return swap_axes(tape, value_of(tape, clusters_), 0, 1).reshaped({1, options_.clusters, heads() * width()});
    }

    /// How much each token belongs to each cluster: [t, B, heads, N, k].
    Value membership(Pass& pass, Value x) const {
        const Shape s = x.shape();
        Value y = relu(pass.tape, pass(mlp1_, std::move(x).reshaped({s[0], s[1], s[2] * heads(), width()})));
        y = pass(mlp2_, std::move(y)).reshaped(s);
        Value c = repeat_steps(pass.tape, clusters(pass.tape), s[0] * s[1]);
        c = std::move(c).reshaped({s[0], s[1], options_.clusters, s[3]});
        return sigmoid(pass.tape, score(pass.tape, std::move(y), std::move(c), heads()));
    }

    /// S for each image: as values of k clusters [t, B, k, heads k].
    Value connections(Tape* tape, int64_t steps, int64_t batch) const {
        const int64_t k = options_.clusters;
        Value c = clusters(tape).reshaped({1, 1, k, heads() * width()});
        Value s = score(tape, c, c, heads()).reshaped({heads(), k * k});
        s = swap_axes(tape, softmax(tape, std::move(s)).reshaped({heads(), k, k}), 0, 1).reshaped({1, k, heads() * k});
        return repeat_steps(tape, std::move(s), steps * batch).reshaped({steps, batch, k, heads() * k});
    }

    /// M [t, B, heads, N, N].
    Value drawn_mask(Pass& pass, const Value& q, const Value& k) const {
        Tape* tape = pass.tape;
        const Shape s = q.shape();
        Value from = mix(tape, membership(pass, q), connections(tape, s[0], s[1]), 1.0f);  // [t, B, N, heads k]
        Value to = swap_axes(tape, membership(pass, k), 2, 3).reshaped(from.shape());
        Value p = score(tape, std::move(from), std::move(to), heads());
        p = shifted(tape, std::move(p), 0.01f);
        const auto draws = [&](int64_t step, int64_t image, std::span<float> all) {
            const auto sample = pass.samples.empty() ? image : pass.samples[static_cast<size_t>(image)];
            Rng rng(pass.seed + pass.training_step, name(), static_cast<uint64_t>(sample),
                    static_cast<uint64_t>(pass.first_step + step));
            for (float& v : all) v = rng.uniform();
        };
        Value mask = sampled_mask(tape, std::move(p), draws, pass.smooth_spikes);
        show_mixing(pass, mask_name_, mask, [&] { return mask_count(s[0] * s[1], s[2]); });
        if (tape != nullptr && options_.density_weight > 0) {
            const float share = options_.density_weight / static_cast<float>(mask.shape().size() * alike_);
            pass.penalise(scaled(tape, total(tape, mask), share));
        }
        return mask;
    }

    /// Both memberships, the connections of the clusters, their product, and P; the ReLU, the sigmoids and the softmax.
    OpCount mask_count(int64_t images, int64_t tokens) const {
        const int64_t k = options_.clusters, pairs = 2 * tokens * k;
        const auto macs = static_cast<uint64_t>(
            images * heads() * (pairs * width() + k * k * width() + tokens * k * k + tokens * tokens * k));
        return OpCount{.mac = macs, .dense = macs} +
               nonlinear_count(images * heads() * (2 * tokens * width() + pairs + k * k));
    }

    Options options_;
    int alike_;
    Linear mlp1_, mlp2_;
    const Parameter& clusters_;  // C [heads, k, d]
    std::string mask_name_;
};

}  // namespace

Entry<MakeMixer> attention_sbm() {
    return {"sbm",
            {"softmax attention, mask drawn from k clusters", "Cho et al., NeurIPS 2022", "O(N^2 (D + H k))"},
            [](const Scope& scope, const MixerSite& site) {
                return std::make_unique<BlockModelAttention>(scope, site, read_options(scope));
            }};
}

}  // namespace bispike
