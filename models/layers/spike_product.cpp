// Products of two values that both come as spikes.
#include "models/layers/spike_product.h"

#include "sim/grad/mix.h"
#include "sim/grad/score.h"

namespace bispike {
namespace {

/// Sums of spikes, shown.
Value shown_sum(Pass& pass, const std::string& name, const char* kind, const Value& spikes, Tensor sum) {
    Value value = made_of(pass, {spikes.node()}, std::move(sum));
    if (pass.watched()) pass.show({name, kind, nullptr, value, nullptr, {}, ""});
    return value;
}

/// scores [t, B, heads, N, M] += transposed [t, B, heads, M, N]
void add_transposed(const Tensor& transposed, Tensor& scores) {
    const int64_t rows = scores.shape()[3], columns = scores.shape()[4];
    for (int64_t block = 0; block < scores.size() / (rows * columns); ++block) {
        const float* from = transposed.data() + block * rows * columns;
        float* to = scores.data() + block * rows * columns;
        for (int64_t i = 0; i < rows; ++i)
            for (int64_t j = 0; j < columns; ++j) to[i * columns + j] += from[j * rows + i];
    }
}

/// The value so far of what a product grew by in each step.
Tensor grown(const Pass& pass, const RunningSum& sum, Coding coding, Tensor growth, float unit) {
    Tensor product = sum.upto(pass, std::move(growth));
    divide_by_weight(pass, coding, 2, product);
    product.scale(unit);
    return product;
}

}  // namespace

ScoreSoFar::ScoreSoFar(const Scope& scope, const ProductSite& site)
    : site_(site),
      q_(scope),
      k_(scope),
      product_(scope),
      q_sum_(scope.child("q_sum").path()),
      k_sum_(scope.child("k_sum").path()),
      of_q_(scope.child("score_q").path()),
      of_k_(scope.child("score_k").path()) {}

Value ScoreSoFar::operator()(Pass& pass, const Value& q, const Value& k, float unit) const {
    const auto half = [&](const std::string& name, const Value& spikes, const Value& sums) {
        const OpCount count = pass.wants_counts() ? score_count(spikes, sums, site_.heads) : OpCount{};
        Value y = score(pass.tape, spikes, sums, site_.heads);
        if (pass.watched()) pass.show({name, "score", nullptr, y, nullptr, count, "event"});
        return y;
    };
    const Value keys = shown_sum(pass, k_sum_, "sum", k, k_.both(pass, k.dense()).before);
    const Value of_q = half(of_q_, q, keys);
    const Value queries = shown_sum(pass, q_sum_, "sum", q, q_.upto(pass, q.dense()));
    const Value of_k = half(of_k_, k, queries);
    Tensor growth = of_q.dense();
    add_transposed(*of_k.tensor(), growth);
    return made_of(pass, {of_q.node(), of_k.node()}, grown(pass, product_, site_.coding, std::move(growth), unit));
}

MixSoFar::MixSoFar(const Scope& scope, const ProductSite& site)
    : site_(site),
      weights_(scope),
      v_(scope),
      product_(scope),
      weight_sum_(scope.child("weight_sum").path()),
      v_sum_(scope.child("v_sum").path()),
      of_weights_(scope.child("mix_weight").path()),
      of_v_(scope.child("mix_v").path()) {}

Value MixSoFar::operator()(Pass& pass, const Value& weights, const Value& v, float unit) const {
    const auto half = [&](const std::string& name, const Value& a, const Value& b) {
        const OpCount count = pass.wants_counts() ? mix_count(a, b, Weights::real) : OpCount{};
        Value y = mix(pass.tape, a, b, 1.0f);
        if (pass.watched()) pass.show({name, "mix", nullptr, y, nullptr, count, "event"});
        return y;
    };
    const Value values = shown_sum(pass, v_sum_, "sum", v, v_.both(pass, v.dense()).before);
    const Value of_weights = half(of_weights_, weights, values);
    const Value sums = shown_sum(pass, weight_sum_, "attention", weights, weights_.upto(pass, weights.dense()));
    const Value of_v = half(of_v_, sums, v);
    Tensor growth = of_weights.dense();
    growth.add(*of_v.tensor());
    return made_of(pass, {of_weights.node(), of_v.node()},
                   grown(pass, product_, site_.coding, std::move(growth), unit));
}

}  // namespace bispike
