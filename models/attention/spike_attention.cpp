// Self-attention of spikes: what SSA and BSA share.
#include "models/attention/spike_attention.h"

#include "sim/core/error.h"
#include "sim/grad/score.h"
#include "sim/ops/heads.h"
#include "sim/ops/score.h"
#include "sim/ops/score_mix.h"

namespace bispike {
namespace {

int64_t checked_heads(int64_t dim, int64_t heads) {
    require_heads(dim, heads);
    return heads;
}

float scale_of(const AttentionOptions& options, const ScoreNorm& norm) {
    if (!(options.scale >= 0.0f))
        fail("attention.scale = {}: give a positive factor, or 0 for the norm's own", options.scale);
    return options.scale == 0.0f ? norm.scale : options.scale;
}

std::unique_ptr<Layer> make_query_neuron(const Scope& scope, const AttentionOptions& options) {
    return options.query_key == "ternary" ? make_neuron(scope, "ternary_lif") : make_unsigned_neuron(scope);
}

std::unique_ptr<Layer> make_output_neuron(const Scope& scope, const std::string& model, float threshold) {
    require_threshold(threshold);
    return model.empty() ? make_unsigned_neuron(scope, {threshold}) : make_neuron(scope, model, {threshold});
}

}  // namespace

std::unique_ptr<Layer> make_unsigned_neuron(const Scope& scope, NeuronRole role) {
    const bool is_ternary = scope.settings().peek("neuron.model", "lif") == "ternary_lif";
    return is_ternary ? make_neuron(scope, "lif", role) : make_neuron(scope, role);
}

void require_threshold(float threshold) {
    if (!(threshold > 0.0f)) fail("attention.threshold = {}: it must be positive", threshold);
}

SpikeAttention::SpikeAttention(const Scope& scope, int64_t dim, int64_t heads, const AttentionOptions& options,
                               const std::string& output_neuron)
    : Layer(scope.path(), "attention_block"),
      heads_(checked_heads(dim, heads)),
      norm_(find_score_norm(options.score_norm)),
      gamma_(options.gamma == "fp32" ? Gamma::fp32 : Gamma::exact),
      scale_(scale_of(options, norm_)),
      q_(scope.child("q"), dim, dim, {.bias = options.qkv_bias}),
      k_(scope.child("k"), dim, dim, {.bias = options.qkv_bias}),
      v_(scope.child("v"), dim, dim, {.bias = options.qkv_bias}),
      q_lif_(make_query_neuron(scope.child("q_lif"), options)),
      k_lif_(make_query_neuron(scope.child("k_lif"), options)),
      v_lif_(options.spike_v ? make_unsigned_neuron(scope.child("v_lif")) : nullptr),
      attn_lif_(make_output_neuron(scope.child("attn_lif"), output_neuron, options.threshold)),
      score_name_(scope.child("score").path()),
      weight_name_(scope.child("weight").path()),
      mix_name_(scope.child("mix").path()) {}

void SpikeAttention::prepare(Purpose purpose) {
    for (Layer* layer : {static_cast<Layer*>(&q_), static_cast<Layer*>(&k_), static_cast<Layer*>(&v_), q_lif_.get(),
                         k_lif_.get(), v_lif_.get(), attn_lif_.get()})
        if (layer != nullptr) layer->prepare(purpose);
}

Value SpikeAttention::forward(Pass& pass, Value x) const {
    Value q = pass(q_, *q_lif_, x);
    Value k = pass(k_, *k_lif_, x);
    Value v = v_lif_ ? pass(v_, *v_lif_, std::move(x)) : pass(v_, std::move(x));

    if (pass.tape == nullptr && is_integer(q, k, v) && !pass.wants_scores(score_name_) &&
        !pass.wants_scores(weight_name_))
        return pass(*attn_lif_, mix_without_scores(pass, *q.spikes(), *k.spikes(), *v.spikes()));

    const OpCount scored = pass.wants_counts() ? score_count(q, k, heads_) : OpCount{};
    Value scores = score(pass.tape, std::move(q), std::move(k), heads_);
    if (pass.watched()) pass.show({score_name_, "score", nullptr, scores, nullptr, scored, ""});
    Value weights = norm_.apply(pass.tape, std::move(scores), pass.smooth_spikes ? Gamma::smooth : gamma_);
    const OpCount normalised = norm_.weights == Weights::real ? nonlinear_count(weights.shape().size()) : OpCount{};
    if (pass.watched()) pass.show({weight_name_, "attention", nullptr, weights, nullptr, normalised, ""});

    const OpCount mixed = pass.wants_counts() ? mix_count(weights, v, norm_.weights) : OpCount{};
    Value y = mix(pass.tape, std::move(weights), std::move(v), scale_);
    if (pass.watched()) pass.show({mix_name_, "mix", nullptr, y, nullptr, mixed, ""});
    return pass(*attn_lif_, std::move(y));
}

Value SpikeAttention::mix_without_scores(const Pass& pass, const Spikes& q, const Spikes& k, const Spikes& v) const {
    Value y = score_mix(q, k, v, heads_, scale_);
    if (pass.watched()) {
        const OpCount scored = pass.wants_counts() ? score_count(q, k, heads_) : OpCount{};
        pass.show({score_name_, "score", nullptr, Value(), nullptr, scored, ""});
        pass.show({weight_name_, "attention", nullptr, Value(), nullptr, {}, ""});
        const Heads heads = heads_between(q.shape(), k.shape(), heads_, "the keys");
        const OpCount mixed = pass.wants_counts() ? mix_count(queries_met(q, k, heads_), v, heads) : OpCount{};
        pass.show({mix_name_, "mix", nullptr, y, nullptr, mixed, ""});
    }
    return y;
}

/// Whether the whole attention is sums of small integers, which come out the same in any order.
bool SpikeAttention::is_integer(const Value& q, const Value& k, const Value& v) const {
    return norm_.weights == Weights::integer && q.spikes() && k.spikes() && v.spikes() &&
           score_mix_is_exact(*q.spikes(), *k.spikes(), *v.spikes(), heads_);
}

}  // namespace bispike
