// sparsebert: softmax attention with a learned mask, one gate a head and distance of two patches in the grid.
//
//   gate = 1 if alpha_1 + g_1 > alpha_0 + g_0, else 0;  A = softmax(q k^T / sqrt(d) + (1 - gate) masked_score).
// g are Gumbel draws while training, one for all images of a step, and 0 afterwards. Gradients pass the
// gate as if it were its probability sigmoid(alpha_1 + g_1 - alpha_0 - g_0). Training adds mask_weight times the number
// of open pairs. A row whose gates are all closed is as if they were open: softmax sees differences only.
//
// Source: Shi et al., "SparseBERT: Rethinking the Importance Analysis in Self-attention", ICML 2021, sec. 4, and its
// code for the gates by distance; here a distance is (rows, columns), and a class token has one of its own.
#include <cmath>

#include "models/attention/scored_attention.h"
#include "sim/core/error.h"
#include "sim/grad/distance_gates.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/scale.h"

namespace bispike {
namespace {

struct Options : QkvOptions {
    float masked_score = -10000.0f, mask_weight = 1e-4f;
    static constexpr auto fields() {
        return std::tuple_cat(
            QkvOptions::fields(),
            std::tuple(field("masked_score", &Options::masked_score, "", "what sparsebert adds to a masked score"),
                       field("mask_weight", &Options::mask_weight, "", "factor of the open pairs in the loss")));
    }
};

Options read_options(const Scope& scope) {
    const auto o = scope.settings().read<Options>("attention");
    if (!(o.masked_score < 0) || !std::isfinite(o.masked_score))
        fail("attention.masked_score = {}: it must be negative and finite", o.masked_score);
    if (!(o.mask_weight >= 0) || !std::isfinite(o.mask_weight))
        fail("attention.mask_weight = {}: it must be 0 or positive, and finite", o.mask_weight);
    return o;
}

class MaskedAttention : public ScoredAttention {
public:
    MaskedAttention(const Scope& scope, const MixerSite& site, const Options& o)
        : ScoredAttention(scope, site, o),
          options_(o),
          distances_(site.rows, site.columns, site.class_token),
          alpha_(scope.normal("alpha", {site.heads, distances_.count(), 2}, 1e-3f)) {
        alpha_.role = Role::scale;
    }

protected:
    Value mixed(Pass& pass, Value q, Value k, Value v) const override {
        Value gates = distance_gates(pass.tape, alpha_, noise(pass), pass.smooth_spikes);
        Value mask = spread_distances(pass.tape, std::move(gates), distances_);  // [heads, N, N]
        if (pass.tape != nullptr && options_.mask_weight > 0)
            pass.penalise(scaled(pass.tape, total(pass.tape, mask), options_.mask_weight));
        return attend(pass, std::move(q), std::move(k), std::move(v), [&](Value scores) {
            return softmax(pass.tape, mask_scores(pass.tape, std::move(scores), mask, options_.masked_score));
        });
    }

private:
    /// Differences of two Gumbel draws, which are logistic; 0 where nothing is trained.
    Tensor noise(const Pass& pass) const {
        Tensor noise({alpha_.value.shape()[0], alpha_.value.shape()[1]});
        if (pass.tape == nullptr) return noise;
        Rng rng(pass.seed, alpha_.name, pass.training_step);
        for (float& g : noise.values()) {
            const float u = std::max(rng.uniform(), 0x1p-24f);
            g = std::log(u) - std::log1p(-u);
        }
        return noise;
    }

    Options options_;
    GridDistances distances_;
    Parameter& alpha_;  // of closed and open [heads, distances, 2]
};

}  // namespace

Entry<MakeMixer> attention_sparsebert() {
    return {"sparsebert",
            {"softmax attention, learned mask of distances", "Shi et al., ICML 2021", "O(N^2 D)"},
            [](const Scope& scope, const MixerSite& site) {
                return std::make_unique<MaskedAttention>(scope, site, read_options(scope));
            }};
}

}  // namespace bispike
