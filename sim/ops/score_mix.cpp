// The mix of spikes under their own scores: (q k^T) v = q (k^T v), exact in integers.
#include "sim/ops/score_mix.h"

#include "sim/ops/event_product.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

constexpr int64_t kExact = int64_t{1} << 24;  // integers below it are float32

int64_t most(SpikeKind kind) { return kind == SpikeKind::integer ? 127 : 1; }

/// The events of a transposed matrix: for each of x's `width` channels, which rows it fired in.
Events transposed(const Events& x, int64_t width) {
    Events out;
    out.clear(x.has_values());
    out.begin.assign(static_cast<size_t>(width) + 1, 0);
    for (const uint32_t channel : x.channel) ++out.begin[channel + 1];
    for (size_t c = 1; c < out.begin.size(); ++c) out.begin[c] += out.begin[c - 1];
    std::vector<int64_t> at(out.begin.begin(), out.begin.end() - 1);
    out.channel.resize(x.channel.size());
    out.value.resize(x.value.size());
    for (int64_t row = 0; row < x.rows(); ++row)
        for (auto i = static_cast<size_t>(x.begin[static_cast<size_t>(row)]),
                  end = static_cast<size_t>(x.begin[static_cast<size_t>(row) + 1]);
             i < end; ++i) {
            const auto to = static_cast<size_t>(at[x.channel[i]]++);
            out.channel[to] = static_cast<uint32_t>(row);
            if (x.has_values()) out.value[to] = x.value[i];
        }
    return out;
}

}  // namespace

bool score_mix_is_exact(const Spikes& q, const Spikes& k, const Spikes& v, int64_t heads) {
    const int64_t width = q.channels() / heads, sources = k.shape()[2];
    return most(q.kind()) * most(k.kind()) * most(v.kind()) * width * sources < kExact;
}

Tensor score_mix(const Spikes& q, const Spikes& k, const Spikes& v, int64_t heads) {
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    require_shape(v.shape(), s.source_shape(), "the values");
    const Tensor values = v.to_tensor();
    Tensor out = Tensor::uninitialised(s.token_shape());
    AlignedVector<float> shared(static_cast<size_t>(s.width * s.width));  // k^T v of a head
    EventProduct keys_by_values, queries_by_shared;
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t channel = 0; channel < s.channels(); channel += s.width) {
            const int64_t source = group * s.sources, token = group * s.tokens;
            const Events keys = events_of(k, source, source + s.sources, channel, channel + s.width);
            keys_by_values(transposed(keys, s.width),
                           {values.row(source) + channel, s.sources, s.width, s.channels(), 1}, shared.data(), s.width);
            queries_by_shared(events_of(q, token, token + s.tokens, channel, channel + s.width),
                              {shared.data(), s.width, s.width, s.width, 1}, out.row(token) + channel, s.channels());
        }
    return out;
}

}  // namespace bispike
