// Maximum pooling of bit planes: forward and backward as logic on words of 64 channels.
#include "sim/ops/max_pool_bits.h"

#include <array>
#include <vector>

#include "sim/ops/sum_where.h"
#include "sim/ops/windows.h"

namespace bispike {
namespace {

/// 64 slots of {-1, 0, +1}: which are above and which below 0.
struct Signs {
    uint64_t above, below;
};

Signs signs(const Spikes& x, int64_t row, int64_t word) {
    const uint64_t fired = x.fired(row)[word];
    const uint64_t* negative = x.negative(row);
    const uint64_t below = negative == nullptr ? 0 : negative[word];
    return {fired & ~below, below};
}

/// +1 where any tap is +1, -1 where all taps are -1. Padding is no tap, so it never wins.
Signs maximum(const Spikes& x, const PoolWindow& window, int64_t word) {
    Signs m{0, ~uint64_t{0}};
    window.for_each_row([&](int64_t r) {
        const Signs s = signs(x, r, word);
        m.above |= s.above, m.below &= s.below;
    });
    return m;
}

/// Slots where tap and maximum are the same: both +1, both -1, or neither. (Bits past the last channel mean nothing.)
uint64_t equal(const Signs& a, const Signs& b) { return ~((a.above ^ b.above) | (a.below ^ b.below)); }

/// For each window of one image, tap and word: the channels whose first maximum is there.
class FirstWinners {
public:
    FirstWinners(const Spikes& x, const PoolShape& pool)
        : x_(x),
          pool_(pool),
          y_(pooled_shape(x.shape(), pool)),
          words_(x.words()),
          bits_(static_cast<size_t>(y_[2] * y_[3] * pool.kernel * pool.kernel * words_)) {}

    void find(int64_t image) {
        const int64_t height = x_.shape()[2], width = x_.shape()[3];
        for (int64_t oy = 0; oy < y_[2]; ++oy)
            for (int64_t ox = 0; ox < y_[3]; ++ox) {
                const PoolWindow window{0, image * height * width, width, taps_of_window(oy, height, pool_),
                                        taps_of_window(ox, width, pool_)};
                for (int64_t word = 0; word < words_; ++word) find(window, oy, ox, word);
            }
    }
    /// [words] of window (oy, ox) for the pixel (iy, ix) that it covers.
    const uint64_t* at(int64_t oy, int64_t ox, int64_t iy, int64_t ix) const {
        return bits_.data() + place(oy, ox, iy, ix);
    }

private:
    int64_t place(int64_t oy, int64_t ox, int64_t iy, int64_t ix) const {
        const int64_t ky = iy + pool_.padding - oy * pool_.stride, kx = ix + pool_.padding - ox * pool_.stride;
        return (((oy * y_[3] + ox) * pool_.kernel + ky) * pool_.kernel + kx) * words_;
    }

    void find(const PoolWindow& window, int64_t oy, int64_t ox, int64_t word) {
        const Signs best = maximum(x_, window, word);
        uint64_t open = ~uint64_t{0};  // channels whose winner is still to come
        for (int64_t iy = window.y.first; iy < window.y.last; ++iy)
            for (int64_t ix = window.x.first; ix < window.x.last; ++ix) {
                const uint64_t wins = open & equal(signs(x_, window.image_row + iy * window.width + ix, word), best);
                bits_[static_cast<size_t>(place(oy, ox, iy, ix) + word)] = wins;
                open &= ~wins;
            }
    }

    const Spikes& x_;
    PoolShape pool_;
    Shape y_;
    int64_t words_;
    std::vector<uint64_t> bits_;  // [Ho, Wo, kernel, kernel, words]
};

}  // namespace

Spikes max_pool_bits(const Spikes& x, const PoolShape& pool) {
    Spikes y(pooled_shape(x.shape(), pool), x.kind());
    for_each_window(x.shape(), pool, [&](const PoolWindow& window) {
        uint64_t *fired = y.fired(window.out), *negative = y.negative(window.out);
        for (int64_t word = 0; word < x.words(); ++word) {
            const Signs m = maximum(x, window, word);
            fired[word] = m.above | m.below;
            if (negative != nullptr) negative[word] = m.below;
        }
    });
    return y;
}

Tensor max_pool_bits_backward(const Spikes& x, const PoolShape& pool, const Tensor& gradient) {
    const Shape& in = x.shape();
    const Shape y = pooled_shape(in, pool);
    Tensor out = Tensor::uninitialised(in);
    FirstWinners winners(x, pool);
    std::vector<ChosenRow> rows;  // windows over one pixel, in the order of the output
    for (int64_t image = 0, row = 0; image < in[0] * in[1]; ++image) {
        winners.find(image);
        for (int64_t iy = 0; iy < in[2]; ++iy)
            for (int64_t ix = 0; ix < in[3]; ++ix, ++row) {
                rows.clear();
                const Taps over_y = windows_over(iy, y[2], pool), over_x = windows_over(ix, y[3], pool);
                for (int64_t oy = over_y.first; oy < over_y.last; ++oy)
                    for (int64_t ox = over_x.first; ox < over_x.last; ++ox)
                        rows.push_back({gradient.row((image * y[2] + oy) * y[3] + ox), winners.at(oy, ox, iy, ix)});
                sum_where(rows, out.row(row), in.channels());
            }
    }
    return out;
}

}  // namespace bispike
