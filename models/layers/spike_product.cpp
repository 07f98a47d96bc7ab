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

Value score_half(Tape* tape, const Value& q, const Value& k, int64_t heads, OpCount* count) {
    if (count != nullptr) *count = score_count(q, k, heads);
    return score(tape, q, k, heads);
}

/// The spikes come first, so that they drive the product: scores of k with q.
Value score_of_k(Tape* tape, const Value& q, const Value& k, int64_t heads, OpCount* count) {
    return score_half(tape, k, q, heads, count);
}

Value mix_half(Tape* tape, const Value& weights, const Value& v, int64_t, OpCount* count) {
    if (count != nullptr) *count = mix_count(weights, v, Weights::real);
    return mix(tape, weights, v, 1.0f);
}

void add_of_v(const Tensor& of_v, Tensor& of_weights) { of_weights.add(of_v); }

}  // namespace

const ProductKind kScore{"score", "q", "k", "sum", score_half, score_of_k, add_transposed};
const ProductKind kMix{"mix", "weight", "v", "attention", mix_half, mix_half, add_of_v};

ProductSoFar::ProductSoFar(const Scope& scope, const ProductSite& site, const ProductKind& kind)
    : site_(site),
      kind_(kind),
      a_(scope),
      b_(scope),
      product_(scope),
      a_sum_(scope.child(std::string(kind.a) + "_sum").path()),
      b_sum_(scope.child(std::string(kind.b) + "_sum").path()),
      of_a_(scope.child(std::string(kind.name) + "_" + kind.a).path()),
      of_b_(scope.child(std::string(kind.name) + "_" + kind.b).path()) {}

Value ProductSoFar::operator()(Pass& pass, const Value& a, const Value& b, float unit) const {
    const auto half = [&](const std::string& name, const auto& product, const Value& x, const Value& y) {
        OpCount count;
        Value z = product(pass.tape, x, y, site_.heads, pass.wants_counts() ? &count : nullptr);
        if (pass.watched()) pass.show({name, kind_.name, nullptr, z, nullptr, count, "event"});
        return z;
    };
    const Value b_before = shown_sum(pass, b_sum_, "sum", b, b_.both(pass, b.dense()).before);
    const Value of_a = half(of_a_, kind_.of_a, a, b_before);
    const Value a_upto = shown_sum(pass, a_sum_, kind_.kind_of_sum, a, a_.upto(pass, a.dense()));
    const Value of_b = half(of_b_, kind_.of_b, a_upto, b);
    Tensor product = of_a.dense();
    kind_.add(*of_b.tensor(), product);
    product = product_.upto(pass, std::move(product));
    divide_by_weight(pass, site_.coding, 2, product);
    product.scale(unit);
    return made_of(pass, {of_a.node(), of_b.node()}, std::move(product));
}

}  // namespace bispike
