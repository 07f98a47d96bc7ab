// What the attentions share that weigh values by scores of queries with keys.
#include "models/attention/scored_attention.h"

#include <cmath>

#include "sim/grad/mix.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"

namespace bispike {

ScoredAttention::ScoredAttention(const Scope& scope, const MixerSite& site, const QkvOptions& o)
    : Layer(scope.path(), "attention_block"),
      maps_(scope, site, o),
      score_name_(scope.child("score").path()),
      weight_name_(scope.child("weight").path()),
      mix_name_(scope.child("mix").path()) {}

Value ScoredAttention::forward(Pass& pass, Value x) const {
    Value q = pass(maps_.q, x), k = pass(maps_.k, x), v = pass(maps_.v, std::move(x));
    return pass(maps_.proj, mixed(pass, std::move(q), std::move(k), std::move(v)));
}

Value ScoredAttention::attend(Pass& pass, Value q, Value k, Value v, const Weigh& weigh) const {
    q = scaled(pass.tape, std::move(q), 1.0f / std::sqrt(static_cast<float>(q.shape().channels() / heads())));
    const OpCount scored = pass.wants_counts() ? score_count(q, k, heads()) : OpCount{};
    Value scores = score(pass.tape, std::move(q), std::move(k), heads());
    const Shape seen = shown(scores.shape());
    const bool is_whole = seen == scores.shape();  // else these are no scores of all tokens with all
    if (pass.watched())
        pass.show({score_name_, is_whole ? "score" : "mixing", nullptr, Value(scores).reshaped(seen), nullptr, scored,
                   "dense"});
    Value a = weigh(std::move(scores));
    if (pass.watched())
        pass.show(
            {weight_name_, "attention", nullptr, Value(a).reshaped(seen), nullptr, nonlinear_count(seen.size()), ""});
    const OpCount mixed = pass.wants_counts() ? mix_count(a, v, Weights::real) : OpCount{};
    Value y = mix(pass.tape, std::move(a), std::move(v), 1.0f);
    if (pass.watched()) {
        const Shape tokens{seen[0], seen[1], y.shape()[1] / seen[1] * y.shape()[2], y.shape()[3]};
        pass.show(
            {mix_name_, is_whole ? "mix" : "mixing", nullptr, Value(y).reshaped(tokens), nullptr, mixed, "dense"});
    }
    return y;
}

}  // namespace bispike
