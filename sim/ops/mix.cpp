// The weighted sum over the values of an attention head.
#include "sim/ops/mix.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>
#include <vector>

#include "sim/core/error.h"
#include "sim/ops/event_product.h"
#include "sim/ops/heads.h"
#include "sim/ops/linear.h"
#include "sim/ops/score.h"
#include "sim/ops/small_product.h"

namespace bispike {
namespace {

Heads checked_heads(const Shape& weights, const Shape& v) {
    if (weights.rank() != 5) fail("attention weights must be [t, B, heads, N, M], got {}", weights.str());
    Heads s = heads_of(v, weights[2]);
    s.tokens = weights[3];
    require_shape(weights, s.score_shape(), "the attention weights");
    return s;
}

/// One head of one group: the first row of its weights, and where its channels begin in the arrays of tokens.
struct Head {
    int64_t row;   // in [t, B, heads, N]
    int64_t to;    // in [t, B, N, C]
    int64_t from;  // in [t, B, M, C]
};

template <class Visit>
void for_each_head(const Heads& s, Visit visit) {
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < s.heads; ++head) {
            const int64_t channel = head * s.width;
            visit(Head{(group * s.heads + head) * s.tokens, group * s.tokens * s.channels() + channel,
                       group * s.sources * s.channels() + channel});
        }
}

StridedMatrix weights_of(const Tensor& weights, const Heads& s, const Head& head) {
    return {weights.row(head.row), s.tokens, s.sources, s.sources, 1};
}

/// The channels of a head in an array of tokens.
StridedMatrix slice(const Tensor& x, const Heads& s, int64_t at) {
    return {x.data() + at, x.shape()[2], s.width, s.channels(), 1};
}

/// Additions of one row's spikes in channels [first, first + count).
uint64_t spikes_in(const Spikes& x, int64_t row, int64_t first, int64_t count) {
    uint64_t n = 0;
    if (x.kind() == SpikeKind::integer) {
        const int8_t* levels = x.levels(row);
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
    const Heads s = checked_heads(weights.shape(), v.shape());
    Tensor out = Tensor::uninitialised(s.token_shape());
    SmallProduct multiply;
    for_each_head(s, [&](const Head& head) {
        multiply(weights_of(weights, s, head), slice(v, s, head.from), out.data() + head.to, s.channels());
    });
    return out;
}

Tensor mix(const Tensor& weights, const Spikes& v) { return mix(weights, v.to_tensor()); }

Tensor mix(const Spikes& weights, const Tensor& v) {
    if (!prefers_events(weights)) return mix(weights.to_tensor(), v);
    const Heads s = checked_heads(weights.shape(), v.shape());
    Tensor out = Tensor::uninitialised(s.token_shape());
    EventProduct multiply;
    for_each_head(s, [&](const Head& head) {
        multiply(events_of(weights, head.row, head.row + s.tokens), slice(v, s, head.from), out.data() + head.to,
                 s.channels());
    });
    return out;
}

MixGradient mix_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient) {
    const Heads s = checked_heads(weights.shape(), v.shape());
    require_shape(gradient.shape(), s.token_shape(), "the gradient of the mix");
    MixGradient d{Tensor::uninitialised(weights.shape()), Tensor::uninitialised(v.shape())};
    SmallProduct multiply;
    for_each_head(s, [&](const Head& head) {
        const StridedMatrix g = slice(gradient, s, head.to);
        multiply(g, slice(v, s, head.from).transposed(), d.weights.row(head.row), s.sources);
        multiply(weights_of(weights, s, head).transposed(), g, d.v.data() + head.from, s.channels());
    });
    return d;
}

OpCount mix_count(const Tensor& weights, const Shape& v, Weights kind) {
    const Heads s = checked_heads(weights.shape(), v);
    uint64_t terms = 0;
    for (float a : weights.values()) terms += a != 0.0f;
    terms *= static_cast<uint64_t>(s.width);
    if (kind == Weights::power_of_two) return {.ac = terms, .shift = terms, .dense = s.dense()};
    return {.mac = terms, .dense = s.dense()};
}

OpCount mix_count(const Tensor& weights, const Spikes& v) {
    const Heads s = checked_heads(weights.shape(), v.shape());
    return mix_count(rows_met(weights), v, s);
}

OpCount mix_count(std::span<const uint32_t> met, const Spikes& v, const Heads& s) {
    assert(met.size() == static_cast<size_t>(s.groups() * s.heads * s.sources));
    uint64_t events = 0;
    auto next = met.begin();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < s.heads; ++head)
            for (int64_t j = 0; j < s.sources; ++j, ++next)
                if (*next != 0) events += *next * spikes_in(v, group * s.sources + j, head * s.width, s.width);
    OpCount count = accumulates(v.kind(), events);
    count.dense = s.dense();
    return count;
}

OpCount mix_count(const Spikes& weights, const Shape& v) {
    const Heads s = checked_heads(weights.shape(), v);
    OpCount count = accumulates(weights.kind(), static_cast<uint64_t>(weights.additions() * s.width));
    count.dense = s.dense();
    return count;
}

Tensor mix_reference(const Tensor& weights, const Tensor& v) {
    const Heads s = checked_heads(weights.shape(), v.shape());
    Tensor out = Tensor::uninitialised(s.token_shape());
    for_each_head(s, [&](const Head& head) {
        small_product_reference(weights_of(weights, s, head), slice(v, s, head.from), out.data() + head.to,
                                s.channels());
    });
    return out;
}

}  // namespace bispike
