// primal: Primal-Attention, self-attention as an asymmetric kernel singular value decomposition of rank s.
//
//   q, k = x W + b;  phi = q / |q|, psi = k / |k|, per head of width d;
//   e = phi F^T W_e,  r = psi F^T W_r, [N, s] each;  y = [e, r] W_c + b, W_c shared by the heads;  out = y W_proj + b.
// F are n = min(N, s rank_multi) tokens of the block's input, evenly apart, the channels of the head: W_e and W_r are
// [n, s], for one number of tokens. With data_dependent = false there is no F, and they are [d, s]; with r_scores =
// false y = e W_c + b, and r is but for the loss.
//
// With causal = true, after the code for sequences of decisions, q and k are replaced by their means over the tokens up
// to each, before phi and psi: no token sees a later one. That needs data_dependent = false, as F are tokens from
// everywhere.
//
// Training adds ksvd_weight times the mean over such blocks of J^2, which is 0 at every solution of the decomposition
// K = H_e Lambda^-1 H_r^T of the kernel K_ij = <F phi_i, F psi_j>:
//   theory  J = 1/2 sum_i e_i Lambda e_i + 1/2 sum_j r_j Lambda r_j - tr(W_e^T W_r), mean over heads and images
//   repo    J = 1/2 mean |e Lambda|^2 + 1/2 mean |r Lambda|^2 - tr(W_e^T W_r), mean over tokens too, as the code has it
//
// Source: Chen et al., "Primal-Attention: Self-attention through Asymmetric Kernel SVD in Primal Representation",
// NeurIPS 2023, eqs. 6, 8 and 12, and its code for the second form.
#include <cmath>

#include "models/attention/mixer_parts.h"
#include "models/layers/orthogonal.h"
#include "sim/core/error.h"
#include "sim/grad/mean.h"
#include "sim/grad/mix.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/residual.h"
#include "sim/grad/scale.h"
#include "sim/grad/swap_axes.h"
#include "sim/grad/tokens.h"
#include "sim/grad/unit_rows.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

struct Options : QkvOptions {
    int rank = 10, rank_multi = 10;
    bool data_dependent = true, r_scores = true, causal = false;
    std::string ksvd_loss = "repo";
    float ksvd_weight = 0.05f;

    static constexpr auto fields() {
        return std::tuple_cat(
            QkvOptions::fields(),
            std::tuple(
                field("rank", &Options::rank, "ranks", "s of primal: at most the number of tokens"),
                field("rank_multi", &Options::rank_multi, "x rank",
                      "tokens of the input that make the weights of primal"),
                field("data_dependent", &Options::data_dependent, "true | false", "primal: weights made of the input"),
                field("r_scores", &Options::r_scores, "true | false", "primal: scores of the keys beside the queries'"),
                field("causal", &Options::causal, "true | false", "primal: no token sees those after it"),
                field("ksvd_loss", &Options::ksvd_loss, "theory | repo", "J of primal: as derived, or as in its code"),
                field("ksvd_weight", &Options::ksvd_weight, "", "factor of J^2 in the loss; 0: not taken")));
    }
};

Options read_options(const Scope& scope, const MixerSite& site) {
    const auto o = scope.settings().read<Options>("attention");
    require_heads(site.dim, site.heads);
    if (o.rank < 1 || o.rank > site.tokens())
        fail("attention.rank = {}: give 1 to {}, the number of tokens", o.rank, site.tokens());
    if (o.causal && o.data_dependent)
        fail(
            "attention.causal = true: the weights are made of tokens from everywhere; set attention.data_dependent = "
            "false");
    if (o.rank_multi < 1) fail("attention.rank_multi = {}: at least 1 is needed", o.rank_multi);
    if (!(o.ksvd_weight >= 0 && std::isfinite(o.ksvd_weight)))
        fail("attention.ksvd_weight = {}: it must be 0 or positive", o.ksvd_weight);
    return o;
}

/// n tokens of `all`, evenly apart.
std::vector<int64_t> sampled(int64_t n, int64_t all) {
    std::vector<int64_t> at;
    for (int64_t i = 0; i < n; ++i) at.push_back(n == 1 ? 0 : i * (all - 1) / (n - 1));
    return at;
}

/// One side of the decomposition: the queries' (e) or the keys' (r).
struct Side {
    Linear map;         // to q or k
    Parameter& weight;  // W_e or W_r [heads, n or d, s]
    std::string norm_name, scores_name;

    Side(const Scope& scope, const MixerSite& site, const Options& o, const char* map_name, const char* name,
         int64_t rows)
        : map(scope.child(map_name), site.dim, site.dim, {.bias = o.qkv_bias}),
          weight(orthogonal(scope.child(name), "weight", site.heads, rows, o.rank)),
          norm_name(scope.child(name).child("norm").path()),
          scores_name(scope.child(name).path()) {}
};

/// x [t, B, N, C] to the same shape. Probes see e and r [t, B, N, heads s].
class Primal : public Layer {
public:
    Primal(const Scope& scope, const MixerSite& site) : Primal(scope, site, read_options(scope, site)) {}

    Value forward(Pass& pass, Value x) const override {
        Value features;  // F, of each channel: [t, B, heads, d, n]
        if (options_.data_dependent)
            features = split_channels(pass.tape, pick_tokens(pass.tape, x, sampled(samples_, x.shape()[2])), heads_);
        Value e = scores(pass, e_, features, x), r;
        // Probes look for what a simulation runs: r for the loss alone is not of it.
        const bool penalised =
            pass.tape != nullptr && options_.ksvd_weight > 0 && (out_r_ != nullptr || !pass.watched());
        if (out_r_ || penalised) r = scores(pass, r_, features, std::move(x));
        if (penalised) penalise(pass, e, r);
        Value y = channels(pass, out_e_, std::move(e));
        if (out_r_) y = residual(pass.tape, std::move(y), channels(pass, *out_r_, std::move(r)));
        return pass(proj_, std::move(y));
    }

    void prepare(Purpose purpose) override {
        for (Linear* map : {&e_.map, &r_.map, &out_e_, out_r_.get(), &proj_})
            if (map != nullptr) map->prepare(purpose);
    }

private:
    Primal(const Scope& scope, const MixerSite& site, const Options& o)
        : Layer(scope.path(), "attention_block"),
          options_(o),
          heads_(site.heads),
          alike_(site.alike),
          samples_(std::min<int64_t>(site.tokens(), int64_t{o.rank} * o.rank_multi)),
          e_(scope, site, o, "q", "e", o.data_dependent ? samples_ : site.dim / site.heads),
          r_(scope, site, o, "k", "r", o.data_dependent ? samples_ : site.dim / site.heads),
          out_e_(scope.child("out_e"), o.rank, site.dim / site.heads),
          out_r_(o.r_scores ? std::make_unique<Linear>(scope.child("out_r"), o.rank, site.dim / site.heads,
                                                       Linear::Options{.bias = false})
                            : nullptr),
          lambda_(scope.constant("lambda", {site.heads * o.rank}, 0.5f, Role::scale)),
          proj_(scope.child("proj"), site.dim, site.dim) {
        if (scope.build().initial == InitialWeights::zero) return;
        Rng rng(scope.build().seed, lambda_.name);
        for (float& v : lambda_.value.values()) v = rng.uniform();
    }

    /// e or r [t, B, N, heads s].
    Value scores(Pass& pass, const Side& side, const Value& features, Value x) const {
        const Shape s = x.shape();
        const int64_t rows = side.weight.value.shape()[1], width = s[3] / heads_;
        Value weight = swap_axes(pass.tape, value_of(pass.tape, side.weight), 0, 1);
        weight = for_each_image(pass.tape, std::move(weight).reshaped({rows, lambda_.value.size()}), s);
        if (options_.data_dependent) weight = mix(pass.tape, features, std::move(weight), 1.0f);  // [t, B, d, heads s]
        Value mapped = pass(side.map, std::move(x));
        if (options_.causal) mapped = running_mean(pass.tape, std::move(mapped));
        Value unit = unit_rows(pass.tape, std::move(mapped).reshaped({s[0], s[1], s[2], heads_, width}), 1e-12f);
        unit = shown_nonlinear(pass, side.norm_name, "norm", std::move(unit));
        Value y = mix(pass.tape, swap_axes(pass.tape, std::move(unit), 2, 3), std::move(weight), 1.0f);
        show_mixing(pass, side.scores_name, y, [&] {
            const int64_t each = s[3] * options_.rank * (s[2] + (options_.data_dependent ? rows : 0));
            const auto macs = static_cast<uint64_t>(s[0] * s[1] * each);
            return OpCount{.mac = macs, .dense = macs};
        });
        return y;
    }

    /// Scores to channels [t, B, N, C], each head by the same map.
    Value channels(Pass& pass, const Linear& out, Value y) const {
        const Shape s = y.shape();
        Value each = pass(out, std::move(y).reshaped({s[0], s[1], s[2] * heads_, options_.rank}));
        const int64_t width = each.shape()[3];
        return std::move(each).reshaped({s[0], s[1], s[2], heads_ * width});
    }

    void penalise(Pass& pass, const Value& e, const Value& r) const {
        Tape* tape = pass.tape;
        const auto heads = static_cast<float>(heads_);
        Value j = product(tape, value_of(tape, e_.weight), value_of(tape, r_.weight));
        j = scaled(tape, total(tape, std::move(j)), -1.0f / heads);
        for (const Value* side : {&e, &r}) j = residual(tape, std::move(j), energy(tape, *side));
        pass.penalise(scaled(tape, product(tape, j, j), options_.ksvd_weight / static_cast<float>(alike_)));
    }

    /// Half the squares of the scores, weighed by Lambda.
    Value energy(Tape* tape, const Value& y) const {
        const Shape s = y.shape();
        const int64_t groups = s[0] * s[1] * heads_;
        Value weighed = scale_channels(tape, y, lambda_);
        if (options_.ksvd_loss == "theory")
            return scaled(tape, total(tape, product(tape, std::move(weighed), y)), 0.5f / static_cast<float>(groups));
        return scaled(tape, total(tape, product(tape, weighed, weighed)), 0.5f / static_cast<float>(groups * s[2]));
    }

    Options options_;
    int64_t heads_;
    int alike_;
    int64_t samples_;  // n
    Side e_, r_;
    Linear out_e_;                   // scores of a head [s] to its channels [d], the same for all heads
    std::unique_ptr<Linear> out_r_;  // null: without r
    Parameter& lambda_;              // of the scores [heads s]
    Linear proj_;
};

}  // namespace

Entry<MakeMixer> attention_primal() {
    return {"primal",
            {"Primal-Attention: asymmetric kernel SVD of rank s", "Chen et al., NeurIPS 2023", "O(N D s)"},
            [](const Scope& scope, const MixerSite& site) { return std::make_unique<Primal>(scope, site); }};
}

}  // namespace bispike
