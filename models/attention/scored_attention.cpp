// What the attentions share that weigh values by scores of queries with keys.
#include "models/attention/scored_attention.h"

#include <cmath>

#include "sim/grad/mix.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

int64_t checked_heads(const MixerSite& site) {
    require_heads(site.dim, site.heads);
    return site.heads;
}

}  // namespace

ScoredAttention::ScoredAttention(const Scope& scope, const MixerSite& site, const QkvOptions& o)
    : Layer(scope.path(), "attention_block"),
      heads_(checked_heads(site)),
      width_(site.dim / site.heads),
      q_(scope.child("q"), site.dim, site.dim, {.bias = o.qkv_bias}),
      k_(scope.child("k"), site.dim, site.dim, {.bias = o.qkv_bias}),
      v_(scope.child("v"), site.dim, site.dim, {.bias = o.qkv_bias}),
      proj_(scope.child("proj"), site.dim, site.dim),
      score_name_(scope.child("score").path()),
      weight_name_(scope.child("weight").path()),
      mix_name_(scope.child("mix").path()) {}

void ScoredAttention::prepare(Purpose purpose) {
    for (Linear* map : {&q_, &k_, &v_, &proj_}) map->prepare(purpose);
}

Value ScoredAttention::forward(Pass& pass, Value x) const {
    Value q = pass(q_, x), k = pass(k_, x), v = pass(v_, std::move(x));
    return pass(proj_, mixed(pass, std::move(q), std::move(k), std::move(v)));
}

Value ScoredAttention::attend(Pass& pass, Value q, Value k, Value v, const Weigh& weigh) const {
    q = scaled(pass.tape, std::move(q), 1.0f / std::sqrt(static_cast<float>(width_)));
    const OpCount scored = pass.wants_counts() ? score_count(q, k, heads_) : OpCount{};
    Value scores = score(pass.tape, std::move(q), std::move(k), heads_);
    const Shape seen = shown(scores.shape());
    const bool is_whole = seen == scores.shape();  // else these are no scores of all tokens with all
    if (pass.watched())
        pass.show({score_name_, is_whole ? "score" : "mixing", nullptr, Value(scores).reshaped(seen), nullptr, scored,
                   "dense"});
    Value a = weigh(std::move(scores));
    if (pass.watched()) pass.show({weight_name_, "attention", nullptr, Value(a).reshaped(seen), nullptr, {}, ""});
    const OpCount mixed = pass.wants_counts() ? mix_count(a, v, Weights::real) : OpCount{};
    Value y = mix(pass.tape, std::move(a), std::move(v), 1.0f);
    if (pass.watched()) pass.show({mix_name_, is_whole ? "mix" : "mixing", nullptr, y, nullptr, mixed, "dense"});
    return y;
}

}  // namespace bispike
