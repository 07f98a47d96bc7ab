// Softmax attention of values in whole numbers of steps.
#include "models/layers/quantised_softmax.h"

#include <cmath>

#include "models/layers/quantiser.h"
#include "sim/grad/mix.h"
#include "sim/grad/row_norm.h"
#include "sim/grad/scale.h"
#include "sim/grad/score.h"
#include "sim/ops/heads.h"

namespace bispike {

QuantisedSoftmax::QuantisedSoftmax(const Scope& scope, const MixerSite& s, bool qkv_bias)
    : Layer(scope.path(), "attention_block"),
      heads_((require_heads(s.dim, s.heads), s.heads)),
      scale_(1.0f / std::sqrt(static_cast<float>(s.dim) / static_cast<float>(s.heads))),
      input_code_(make_required_quantiser(scope.child("input_code"), {})),
      q_(scope.child("q"), s.dim, s.dim, {.bias = qkv_bias, .input = input_code_.get()}),
      k_(scope.child("k"), s.dim, s.dim, {.bias = qkv_bias, .input = input_code_.get()}),
      v_(scope.child("v"), s.dim, s.dim, {.bias = qkv_bias, .input = input_code_.get()}),
      q_code_(make_required_quantiser(scope.child("q_code"), {})),
      k_code_(make_required_quantiser(scope.child("k_code"), {})),
      v_code_(make_required_quantiser(scope.child("v_code"), {})),
      weight_code_(make_required_quantiser(scope.child("weight_code"), attention_weights(s.tokens()))),
      mix_code_(make_required_quantiser(scope.child("mix_code"), {})),
      proj_(scope.child("proj"), s.dim, s.dim, {.input = mix_code_.get()}),
      score_name_(scope.child("score").path()),
      weight_name_(scope.child("weight").path()),
      mix_name_(scope.child("mix").path()) {}

Value QuantisedSoftmax::scores(Pass& pass, Value q, Value k) const {
    const OpCount count = pass.wants_counts() ? score_count(q, k, heads_) : OpCount{};
    Value scores = score(pass.tape, std::move(q), std::move(k), heads_);
    if (pass.watched()) pass.show({score_name_, "score", nullptr, scores, nullptr, count, "dense"});
    return scaled(pass.tape, std::move(scores), scale_ * q_code_->unit() * k_code_->unit());
}

Value QuantisedSoftmax::mixed(Pass& pass, Value weights, Value v) const {
    const OpCount count = pass.wants_counts() ? mix_count(weights, v, Weights::real) : OpCount{};
    Value y = mix(pass.tape, std::move(weights), std::move(v), weight_code_->unit() * v_code_->unit());
    if (pass.watched()) pass.show({mix_name_, "mix", nullptr, y, nullptr, count, "dense"});
    return y;
}

Value QuantisedSoftmax::forward(Pass& pass, Value x) const {
    x = pass(*input_code_, std::move(x));
    Value q = pass(*q_code_, pass(q_, x)), k = pass(*k_code_, pass(k_, x)), v = pass(*v_code_, pass(v_, std::move(x)));
    Value weights = softmax(pass.tape, scores(pass, std::move(q), std::move(k)));
    if (pass.watched())
        pass.show({weight_name_, "attention", nullptr, weights, nullptr, nonlinear_count(weights.shape().size()), ""});
    Value y = mixed(pass, pass(*weight_code_, std::move(weights)), std::move(v));
    return pass(proj_, pass(*mix_code_, std::move(y)));
}

void QuantisedSoftmax::prepare(Purpose purpose) {
    for (const auto* code : {&input_code_, &q_code_, &k_code_, &v_code_, &weight_code_, &mix_code_})
        (*code)->prepare(purpose);
    for (Linear* map : {&q_, &k_, &v_, &proj_}) map->prepare(purpose);
}

}  // namespace bispike
