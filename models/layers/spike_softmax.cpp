// Softmax attention whose maps and products take spikes.
#include "models/layers/spike_softmax.h"

#include <cmath>

#include "models/layers/quantiser.h"
#include "sim/ops/softmax.h"

namespace bispike {

SpikeSoftmax::SpikeSoftmax(const Scope& scope, const Sizes& s, const Spiking& method)
    : Layer(scope.path(), "attention_block"),
      scale_(1.0f / std::sqrt(static_cast<float>(s.dim) / static_cast<float>(s.heads))),
      input_code_(method.code(scope.child("input_code"), {})),
      q_(scope.child("q"), "linear", {s.dim, s.dim, s.qkv_bias}, *input_code_),
      k_(scope.child("k"), "linear", {s.dim, s.dim, s.qkv_bias}, *input_code_),
      v_(scope.child("v"), "linear", {s.dim, s.dim, s.qkv_bias}, *input_code_),
      q_code_(method.code(scope.child("q_code"), {})),
      k_code_(method.code(scope.child("k_code"), {})),
      v_code_(method.code(scope.child("v_code"), {})),
      score_(scope, {s.heads, method.coding()}, kScore),
      weight_code_(method.code(scope.child("weight_code"), attention_weights(s.tokens))),
      mix_(scope, {s.heads, method.coding()}, kMix),
      mix_code_(method.code(scope.child("mix_code"), {})),
      proj_(scope.child("proj"), "linear", {s.dim, s.dim, true}, *mix_code_),
      weight_name_(scope.child("weight").path()) {}

/// Shown apart from what the neurons take, whose origin are the scores: that makes them weights to those who count.
Value SpikeSoftmax::weights(Pass& pass, Value scores) const {
    const int node = scores.node();
    Tensor weights = softmax(std::move(scores).take());
    if (pass.watched()) {
        const Value shown = made_of(pass, {node}, weights);
        pass.show({weight_name_, "attention", nullptr, shown, nullptr, nonlinear_count(weights.size()), ""});
    }
    return made_of(pass, {node}, std::move(weights));
}

Value SpikeSoftmax::forward(Pass& pass, Value input) const {
    const Value x = pass(*input_code_, std::move(input));
    const Value q = pass(*q_code_, pass(q_, x)), k = pass(*k_code_, pass(k_, x)), v = pass(*v_code_, pass(v_, x));
    Value scores = score_(pass, q, k, scale_ * q_code_->threshold() * k_code_->threshold());
    const Value a = pass(*weight_code_, weights(pass, std::move(scores)));
    Value y = mix_(pass, a, v, weight_code_->threshold() * v_code_->threshold());
    return pass(proj_, pass(*mix_code_, std::move(y)));
}

void SpikeSoftmax::prepare(Purpose purpose) {
    for (SpikeCode* code :
         {input_code_.get(), q_code_.get(), k_code_.get(), v_code_.get(), weight_code_.get(), mix_code_.get()})
        code->prepare(purpose);
    for (SpikeLinear* map : {&q_, &k_, &v_, &proj_}) map->prepare(purpose);
}

}  // namespace bispike
