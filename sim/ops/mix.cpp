// The weighted sum over the values of an attention head.
#include "sim/ops/mix.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <vector>

#include "sim/core/error.h"
#include "sim/ops/heads.h"
#include "sim/ops/linear.h"
#include "sim/ops/small_product.h"

namespace bispike {
namespace {

Heads checked_heads(const Tensor& weights, const Shape& v) {
    if (weights.shape().rank() != 5)
        fail("attention weights must be [t, B, heads, N, N], got {}", weights.shape().str());
    const Heads s = heads_of(v, weights.shape()[2]);
    require_shape(weights.shape(), s.score_shape(), "the attention weights");
    return s;
}

/// One head of one group: its weights and where its channels begin in a [t, B, N, C] array.
struct Head {
    StridedMatrix weights;
    int64_t at;
};

template <class Visit>
void for_each_head(const Tensor& weights, const Heads& s, Visit visit) {
    const int64_t area = s.tokens * s.tokens;
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < s.heads; ++head)
            visit(Head{{weights.data() + (group * s.heads + head) * area, s.tokens, s.tokens, s.tokens, 1},
                       group * s.tokens * s.channels() + head * s.width});
}

StridedMatrix slice(const Tensor& x, const Heads& s, int64_t at) {
    return {x.data() + at, s.tokens, s.width, s.channels(), 1};
}

/// Spikes (levels) of one row in channels [first, first + count).
uint64_t spikes_in(const Spikes& x, int64_t row, int64_t first, int64_t count) {
    uint64_t n = 0;
    if (const int8_t* levels = x.levels(row)) {
        for (int64_t c = first; c < first + count; ++c) n += static_cast<uint64_t>(std::abs(levels[c]));
        return n;
    }
    for (int64_t c = 0; c < count; c += 32)
        n += static_cast<uint64_t>(
            std::popcount(channel_bits(x.fired(row), first + c, std::min<int64_t>(32, count - c))));
    return n;
}

}  // namespace

Tensor mix(const Tensor& weights, const Tensor& v) {
    const Heads s = checked_heads(weights, v.shape());
    Tensor out = Tensor::uninitialised(v.shape());
    SmallProduct multiply;
    for_each_head(weights, s, [&](const Head& head) {
        multiply(head.weights, slice(v, s, head.at), out.data() + head.at, s.channels());
    });
    return out;
}

Tensor mix(const Tensor& weights, const Spikes& v) { return mix(weights, v.to_tensor()); }

MixGradient mix_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient) {
    const Heads s = checked_heads(weights, v.shape());
    require_shape(gradient.shape(), v.shape(), "the gradient of the mix");
    MixGradient d{Tensor::uninitialised(weights.shape()), Tensor::uninitialised(v.shape())};
    SmallProduct multiply;
    for_each_head(weights, s, [&](const Head& head) {
        const StridedMatrix g = slice(gradient, s, head.at);
        float* to = d.weights.data() + (head.weights.data - weights.data());
        multiply(g, slice(v, s, head.at).transposed(), to, s.tokens);
        multiply(head.weights.transposed(), g, d.v.data() + head.at, s.channels());
    });
    return d;
}

OpCount mix_count(const Tensor& weights, const Shape& v, Weights kind) {
    const Heads s = checked_heads(weights, v);
    uint64_t terms = 0;
    for (float a : weights.values()) terms += a != 0.0f;
    terms *= static_cast<uint64_t>(s.width);
    if (kind == Weights::power_of_two) return {.ac = terms, .shift = terms, .dense = s.dense()};
    return {.mac = terms, .dense = s.dense()};
}

OpCount mix_count(const Tensor& weights, const Spikes& v) {
    const Heads s = checked_heads(weights, v.shape());
    uint64_t events = 0;
    std::vector<uint32_t> used(static_cast<size_t>(s.tokens));  // weights of each column that are not 0
    for_each_head(weights, s, [&](const Head& head) {
        std::ranges::fill(used, 0u);
        for (int64_t i = 0; i < s.tokens; ++i)
            for (int64_t j = 0; j < s.tokens; ++j)
                used[static_cast<size_t>(j)] += head.weights.data[i * s.tokens + j] != 0.0f;
        const int64_t first_row = head.at / (s.tokens * s.channels()) * s.tokens, channel = head.at % s.channels();
        for (int64_t j = 0; j < s.tokens; ++j)
            events += used[static_cast<size_t>(j)] * spikes_in(v, first_row + j, channel, s.width);
    });
    OpCount count = accumulates(v.kind(), events);
    count.dense = s.dense();
    return count;
}

Tensor mix_reference(const Tensor& weights, const Tensor& v) {
    const Heads s = checked_heads(weights, v.shape());
    Tensor out = Tensor::uninitialised(v.shape());
    for_each_head(weights, s, [&](const Head& head) {
        small_product_reference(head.weights, slice(v, s, head.at), out.data() + head.at, s.channels());
    });
    return out;
}

}  // namespace bispike
