// Sums over the channels of each attention head, and back.
#include "sim/ops/head_sum.h"

#include <algorithm>
#include <bit>

#include "sim/ops/heads.h"
#include "sim/ops/linear.h"

namespace bispike {
namespace {

/// Spikes of one sign count: the positive ones less the negative ones among channels [first, first + count).
int signed_count(const Spikes& x, int64_t row, int64_t first, int64_t count) {
    int sum = 0;
    for (int64_t at = first; at < first + count; at += 32) {
        const int64_t width = std::min<int64_t>(32, first + count - at);
        sum += std::popcount(channel_bits(x.fired(row), at, width));
        if (x.negative(row) != nullptr) sum -= 2 * std::popcount(channel_bits(x.negative(row), at, width));
    }
    return sum;
}

int level_sum(const int8_t* levels, int64_t first, int64_t count) {
    int sum = 0;
    for (int64_t c = first; c < first + count; ++c) sum += levels[c];
    return sum;
}

}  // namespace

Tensor head_sum(const Tensor& x, int64_t heads) {
    const Heads h = heads_of(x.shape(), heads);
    Tensor out(x.shape().with(3, heads));
    for (int64_t row = 0; row < x.rows(); ++row)
        for (int64_t c = 0; c < x.channels(); ++c) out.row(row)[c / h.width] += x.row(row)[c];
    return out;
}

Tensor head_sum(const Spikes& x, int64_t heads) {
    const Heads h = heads_of(x.shape(), heads);
    Tensor out = Tensor::uninitialised(x.shape().with(3, heads));
    for (int64_t row = 0; row < x.rows(); ++row)
        for (int64_t head = 0; head < heads; ++head) {
            const int64_t first = head * h.width;
            const int sum = x.levels(row) != nullptr ? level_sum(x.levels(row), first, h.width)
                                                     : signed_count(x, row, first, h.width);
            out.row(row)[head] = static_cast<float>(sum);
        }
    return out;
}

OpCount head_sum_count(const Spikes& x) {
    OpCount count = accumulates(x.kind(), static_cast<uint64_t>(x.additions()));
    count.dense = static_cast<uint64_t>(x.size());
    return count;
}

Tensor head_spread(const Tensor& x, int64_t channels) {
    const Heads h = heads_of(x.shape().with(3, channels), x.channels());
    Tensor out = Tensor::uninitialised(h.token_shape());
    for (int64_t row = 0; row < x.rows(); ++row)
        for (int64_t c = 0; c < channels; ++c) out.row(row)[c] = x.row(row)[c / h.width];
    return out;
}

Spikes head_spread(const Spikes& x, int64_t channels) {
    const Heads h = heads_of(x.shape().with(3, channels), x.channels());
    Spikes out(h.token_shape(), x.kind());
    for (int64_t row = 0; row < x.rows(); ++row)
        for (int64_t c = 0; c < channels; ++c) {
            const int value = x.value(row, c / h.width);
            const uint64_t bit = uint64_t{1} << (c % 64);
            if (value != 0) out.fired(row)[c / 64] |= bit;
            if (value < 0) out.negative(row)[c / 64] |= bit;
            if (out.levels(row) != nullptr) out.levels(row)[c] = static_cast<int8_t>(value);
        }
    return out;
}

}  // namespace bispike
