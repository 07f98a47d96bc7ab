// Dual spike self-attention.
#include "models/layers/dssa.h"

#include <cmath>

#include "sim/core/error.h"
#include "sim/grad/head_part.h"
#include "sim/grad/mix.h"
#include "sim/grad/score.h"

namespace bispike {
namespace {

constexpr float kFirstRate = 0.1f;

Parameter& rates(const Scope& scope, const char* name, int64_t heads) {
    return scope.constant(name, {1, 1, heads, 1, 1}, kFirstRate, Role::buffer);
}

void require_positive(const Parameter& rates) {
    for (const float rate : rates.value.values())
        if (!(rate > 0.0f && std::isfinite(rate)))
            fail("`{}` holds {}: a firing rate that scales attention must be above 0", rates.name, rate);
}

void measure(Tape* tape, const Parameter& rates, const Value& spikes) {
    if (tape == nullptr) return;
    const std::vector<float> measured = head_rates(spikes.dense(), rates.value.size());
    tape->sums()[rates].add(Tensor(rates.value.shape(), measured));
}

}  // namespace

DssaLayer::DssaLayer(const Scope& scope, const DssaShape& shape)
    : Layer(scope.path(), "attention_block"),
      shape_(shape),
      input_lif_(make_neuron(scope.child("input_lif"))),
      attn_lif_(make_neuron(scope.child("attn_lif"))),
      out_lif_(make_neuron(scope.child("out_lif"))),
      kv_(scope.child("kv"), {.in_channels = shape.channels,
                              .out_channels = 2 * shape.channels,
                              .y = {.kernel = shape.patch, .stride = shape.patch, .padding = 0}}),
      proj_(scope.child("proj"), shape.channels, shape.channels),
      rate_x_(rates(scope, "firing_rate_x", shape.heads)),
      rate_attn_(rates(scope, "firing_rate_attn", shape.heads)),
      score_name_(scope.child("score").path()),
      mix_name_(scope.child("mix").path()) {}

void DssaLayer::prepare(Purpose purpose) {
    for (const Parameter* rate : {&rate_x_, &rate_attn_}) require_positive(*rate);
    for (Layer* layer :
         {static_cast<Layer*>(&kv_), static_cast<Layer*>(&proj_), input_lif_.get(), attn_lif_.get(), out_lif_.get()})
        layer->prepare(purpose);
}

/// 1 / sqrt(rate * terms), head by head: a sum of that many terms, of which that share are not 0, keeps its variance.
std::vector<float> DssaLayer::factors(const Parameter& rates, int64_t terms) const {
    std::vector<float> result;
    for (const float rate : rates.value.values()) result.push_back(1.0f / std::sqrt(rate * static_cast<float>(terms)));
    return result;
}

Value DssaLayer::attend(Pass& pass, Value spikes, const Value& y) const {  // [t, B, N, C], [t, B, M, 2 C]
    const int64_t heads = shape_.heads, width = shape_.channels / heads, patches = y.shape()[2];
    Value k = head_part(pass.tape, y, {heads, 0, 2}, factors(rate_x_, width));
    Value v = head_part(pass.tape, y, {heads, 1, 2}, factors(rate_attn_, patches));

    measure(pass.tape, rate_x_, spikes);
    const OpCount scored = pass.wants_counts() ? score_count(spikes, k, heads) : OpCount{};
    Value scores = score(pass.tape, std::move(spikes), std::move(k), heads);
    if (pass.watched()) pass.show({score_name_, "score", nullptr, scores, nullptr, scored, ""});
    Value weights = pass(*attn_lif_, std::move(scores));

    measure(pass.tape, rate_attn_, weights);
    const OpCount mixed = pass.wants_counts() ? mix_count(weights, v, Weights::integer) : OpCount{};
    Value mixture = mix(pass.tape, std::move(weights), std::move(v), 1.0f);
    if (pass.watched()) pass.show({mix_name_, "mix", nullptr, mixture, nullptr, mixed, ""});
    return mixture;
}

Value DssaLayer::forward(Pass& pass, Value input) const {
    Value spikes = pass(*input_lif_, std::move(input));
    const Shape image = spikes.shape();  // [t, B, H, W, C]
    Value y = pass(kv_, spikes);
    const Shape patches = y.shape();
    y = std::move(y).reshaped({patches[0], patches[1], patches[2] * patches[3], patches[4]});
    spikes = std::move(spikes).reshaped({image[0], image[1], image[2] * image[3], image[4]});
    Value mixture = attend(pass, std::move(spikes), y).reshaped(image);
    return pass(proj_, pass(*out_lif_, std::move(mixture)));
}

}  // namespace bispike
