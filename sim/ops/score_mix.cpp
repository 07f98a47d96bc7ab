// The mix of spikes under their own scores: (q k^T) v = q (k^T v), exact in integers.
#include "sim/ops/score_mix.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/score_mix.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include <algorithm>
#include <span>

#include "sim/ops/events.h"
#include "sim/ops/heads.h"

#ifndef BISPIKE_SIM_OPS_SCORE_MIX_ROW
#define BISPIKE_SIM_OPS_SCORE_MIX_ROW
namespace bispike {
namespace {
/// One row's events, and where those of each head begin.
class Row {
public:
    Row(const Events& x, int64_t row)
        : channel(x.channel.data() + x.begin[static_cast<size_t>(row)]),
          value(x.has_values() ? x.value.data() + x.begin[static_cast<size_t>(row)] : nullptr),
          count(x.count(row)) {}
    /// The first event from `from` on that lies at or beyond a channel.
    int64_t find(int64_t from, int64_t first) const {
        while (from < count && channel[from] < first) ++from;
        return from;
    }
    float value_of(int64_t i) const { return value != nullptr ? value[i] : 1.0f; }

    const uint32_t* channel;
    const float* value;
    int64_t count;
};

}  // namespace
}  // namespace bispike
#endif

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Tokens [0, queries.rows()): the sum of what their events share, times `scale`, to out [rows, C]. All are integers,
/// so a product before the sum or a fused one come out the same.
void ask(const Events& queries, const float* HWY_RESTRICT shared, const Heads& s, float scale,
         float* HWY_RESTRICT out) {
    const hn::CappedTag<float, 16> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d)), width = s.width, whole = width / lanes * lanes;
    for (int64_t token = 0; token < queries.rows(); ++token, out += s.channels()) {
        std::fill_n(out, s.channels(), 0.0f);
        const Row query(queries, token);
        for (int64_t i = 0; i < query.count; ++i) {
            const float* from = shared + query.channel[i] * width;
            float* to = out + query.channel[i] / static_cast<uint32_t>(width) * width;
            const float value = query.value_of(i);
            const auto times = hn::Set(d, value);
            for (int64_t c = 0; c < whole; c += lanes)
                hn::StoreU(hn::MulAdd(times, hn::LoadU(d, from + c), hn::LoadU(d, to + c)), d, to + c);
            for (int64_t c = whole; c < width; ++c) to[c] += value * from[c];
        }
        for (int64_t c = 0; c < s.channels(); ++c) out[c] *= scale;
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {
namespace {

HWY_EXPORT(ask);

constexpr int64_t kExact = int64_t{1} << 24;  // integers below it are float32

int64_t most(SpikeKind kind) { return has_levels(kind) ? 127 : 1; }

/// k^T v of each head, for one group: to shared [C, width], where row c belongs to channel c of k.
void share(const Events& keys, const Events& values, int64_t width, std::span<float> shared) {
    std::ranges::fill(shared, 0.0f);
    for (int64_t source = 0; source < keys.rows(); ++source) {
        const Row k(keys, source), v(values, source);
        int64_t begin = 0, end = 0, head_end = 0;  // v's events of the head of k's event
        for (int64_t i = 0; i < k.count; ++i) {
            if (k.channel[i] >= head_end) {
                head_end = (k.channel[i] / width + 1) * width;
                begin = v.find(end, head_end - width), end = v.find(begin, head_end);
            }
            float* const to = shared.data() + k.channel[i] * width - (head_end - width);
            for (int64_t j = begin; j < end; ++j) to[v.channel[j]] += k.value_of(i) * v.value_of(j);
        }
    }
}

}  // namespace

bool score_mix_is_exact(const Spikes& q, const Spikes& k, const Spikes& v, int64_t heads) {
    const int64_t width = q.channels() / heads, sources = k.shape()[2];
    return most(q.kind()) * most(k.kind()) * most(v.kind()) * width * sources < kExact;
}

Tensor score_mix(const Spikes& q, const Spikes& k, const Spikes& v, int64_t heads, float scale) {
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    require_shape(v.shape(), s.source_shape(), "the values");
    Tensor out = Tensor::uninitialised(s.token_shape());
    AlignedVector<float> shared(static_cast<size_t>(s.channels() * s.width));
    for (int64_t group = 0; group < s.groups(); ++group) {
        const int64_t source = group * s.sources, token = group * s.tokens;
        share(events_of(k, source, source + s.sources), events_of(v, source, source + s.sources), s.width, shared);
        HWY_DYNAMIC_DISPATCH(ask)
        (events_of(q, token, token + s.tokens), shared.data(), s, scale, out.row(token));
    }
    return out;
}

}  // namespace bispike
#endif
