// The input gradient of a 3x3 convolution by Winograd's minimal filtering.
#include "sim/ops/winograd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/winograd.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include "sim/ops/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// B^T d B of one tile: from 4 lines of 4 pixels, `line` floats apart, to 16 places, `place` floats apart.
void to_places(const float* from, int64_t line, int64_t channels, float* HWY_RESTRICT to, int64_t place) {
    for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
        using V = hn::Vec<decltype(d)>;
        V half[4][4];
        for (int x = 0; x < 4; ++x) {
            V p[4];
            for (int y = 0; y < 4; ++y) p[y] = hn::LoadU(d, from + y * line + x * channels + c);
            half[0][x] = hn::Sub(p[0], p[2]), half[1][x] = hn::Add(p[1], p[2]);
            half[2][x] = hn::Sub(p[2], p[1]), half[3][x] = hn::Sub(p[1], p[3]);
        }
        for (int y = 0; y < 4; ++y) {
            float* at = to + 4 * y * place + c;
            hn::StoreU(hn::Sub(half[y][0], half[y][2]), d, at);
            hn::StoreU(hn::Add(half[y][1], half[y][2]), d, at + place);
            hn::StoreU(hn::Sub(half[y][2], half[y][1]), d, at + 2 * place);
            hn::StoreU(hn::Sub(half[y][1], half[y][3]), d, at + 3 * place);
        }
    });
}

/// A^T m A of the `count` tiles of a panel: from 16 places of 32 channels, `place` floats apart, to 4 pixels each.
void from_places(const float* HWY_RESTRICT from, int64_t place, int64_t count, float* HWY_RESTRICT to) {
    const hn::CappedTag<float, 16> d;
    using V = hn::Vec<decltype(d)>;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    for (int64_t c = 0; c < count * 32; c += lanes) {
        V half[2][4];
        for (int x = 0; x < 4; ++x) {
            V p[4];
            for (int y = 0; y < 4; ++y) p[y] = hn::Load(d, from + (4 * y + x) * place + c);
            half[0][x] = hn::Add(hn::Add(p[0], p[1]), p[2]);
            half[1][x] = hn::Sub(hn::Sub(p[1], p[2]), p[3]);
        }
        float* at = to + c / 32 * 128 + c % 32;
        for (int y = 0; y < 2; ++y) {
            hn::Store(hn::Add(hn::Add(half[y][0], half[y][1]), half[y][2]), d, at + 64 * y);
            hn::Store(hn::Sub(hn::Sub(half[y][1], half[y][2]), half[y][3]), d, at + 64 * y + 32);
        }
    }
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "sim/ops/add_product.h"
#include "sim/ops/conv_frame.h"
#include "sim/ops/conv_slide.h"

namespace bispike {
namespace {

HWY_EXPORT(to_places);
HWY_EXPORT(from_places);

constexpr int64_t kPanel = PackedMatrix::kPanel;
constexpr int64_t kPlaces = 16;  // of a tile
constexpr int64_t kFloats =
    int64_t{1} << 18;  // of the places of all tiles of a stripe, 1 MB: they stay in the L2 cache

int64_t images_of(const Shape& x) { return x.product(0, x.rank() - 3); }

/// A whole panel is the usual case: a copy of known size is a few instructions.
void copy_panel(const float* from, int64_t columns, float* to) {
    columns == kPanel ? std::copy_n(from, kPanel, to) : std::copy_n(from, columns, to);
}

/// The tiles of a stripe, numbered along lines. An odd extent has a last tile that sticks out.
struct Tiles {
    Frame frame;
    Stripe stripe;
    int64_t high, wide;

    Tiles(const Frame& f, const Stripe& s)
        : frame(f), stripe(s), high((s.height + 1) / 2), wide((f.window.width + 1) / 2) {}
    int64_t count() const { return stripe.images * high * wide; }
    /// Calls visit(tile, image of the stripe, y, x of the tile's first pixel).
    template <class Visit>
    void for_each(Visit visit) const {
        int64_t tile = 0;
        for (int64_t i = 0; i < stripe.images; ++i)
            for (int64_t y = 0; y < stripe.height; y += 2)
                for (int64_t x = 0; x < frame.window.width; x += 2) visit(tile++, i, y, x);
    }
};

/// One stripe at a time; keeps its scratch.
class Stripes {
public:
    Stripes(const Frame& frame, const PackedMatrix& weights, Tensor& dx) : frame_(frame), weights_(weights), dx_(dx) {}

    void run(const Stripe& s, const Tensor& dy) {
        const Tiles tiles(frame_, s);
        read(tiles, dy);
        for (int64_t p = 0; p < weights_.panels(); ++p) {
            multiply(tiles, p);
            write(tiles, p);
        }
    }

private:
    int64_t outputs() const { return frame_.window.shape.out_channels; }

    void read(const Tiles& tiles, const Tensor& dy) {
        frame_.fill(tiles.stripe, dy, 0, outputs(), outputs(), pixels_);
        const int64_t place = tiles.count() * outputs();
        places_.resize(static_cast<size_t>(kPlaces * place));
        tiles.for_each([&](int64_t tile, int64_t i, int64_t y, int64_t x) {
            HWY_DYNAMIC_DISPATCH(to_places)
            (pixels_.data() + frame_.row(tiles.stripe, i, y, x) * outputs(), frame_.width * outputs(), outputs(),
             places_.data() + tile * outputs(), place);
        });
    }

    void multiply(const Tiles& tiles, int64_t panel) {
        products_.assign(static_cast<size_t>(kPlaces * tiles.count() * kPanel), 0.0f);
        for (int64_t place = 0; place < kPlaces; ++place)
            add_product({places_.data() + place * tiles.count() * outputs(), tiles.count(), outputs()},
                        weights_.panel(panel) + place * outputs() * kPanel, outputs(),
                        {products_.data() + place * tiles.count() * kPanel, tiles.count(), kPanel});
    }

    void write(const Tiles& tiles, int64_t panel) {
        results_.resize(static_cast<size_t>(4 * tiles.count() * kPanel));
        HWY_DYNAMIC_DISPATCH(from_places)
        (products_.data(), tiles.count() * kPanel, tiles.count(), results_.data());
        const ConvWindow& w = frame_.window;
        tiles.for_each([&](int64_t tile, int64_t i, int64_t y, int64_t x) {
            const float* from = results_.data() + 4 * tile * kPanel;
            const int64_t first = frame_.first_row(tiles.stripe) + (i * tiles.stripe.height + y) * w.width + x;
            for (int64_t down = 0; down < std::min<int64_t>(2, tiles.stripe.height - y); ++down)
                for (int64_t right = 0; right < std::min<int64_t>(2, w.width - x); ++right)
                    copy_panel(from + (2 * down + right) * kPanel, weights_.columns(panel),
                               dx_.row(first + down * w.width + right) + panel * kPanel);
        });
    }

    Frame frame_;
    const PackedMatrix& weights_;
    Tensor& dx_;
    AlignedVector<float> pixels_, places_, products_, results_;  // places [16, tiles, out], products [16, tiles, 32]
};

/// G w G^T of the 3x3 weights between one pair of channels, turned by 180 degrees: tap(ky, kx) to place(y, x).
void filter_places(const float (&tap)[3][3], float (&place)[4][4]) {
    float half[4][3];
    for (int x = 0; x < 3; ++x) {
        const float a = tap[2][x], b = tap[1][x], c = tap[0][x];
        half[0][x] = a, half[1][x] = 0.5f * (a + b + c), half[2][x] = 0.5f * (a - b + c), half[3][x] = c;
    }
    for (int y = 0; y < 4; ++y) {
        const float a = half[y][2], b = half[y][1], c = half[y][0];
        place[y][0] = a, place[y][1] = 0.5f * (a + b + c), place[y][2] = 0.5f * (a - b + c), place[y][3] = c;
    }
}

}  // namespace

bool takes_winograd(const ConvShape& s) {
    const auto fits = [](const ConvAxis& a) { return a.kernel == 3 && a.dilation == 1; };
    return slides(s) && fits(s.y) && fits(s.x);
}

PackedMatrix winograd_weights(const Tensor& rows, const ConvShape& s) {
    PackedMatrix m(kPlaces * s.out_channels, s.in_channels);
    for (int64_t o = 0; o < s.out_channels; ++o)
        for (int64_t c = 0; c < s.in_channels; ++c) {
            float tap[3][3], place[4][4];
            for (int64_t t = 0; t < 9; ++t) tap[t / 3][t % 3] = rows.row(o)[t * s.in_channels + c];
            filter_places(tap, place);
            float* to = m.panel(c / kPanel) + o * kPanel + c % kPanel;
            for (int64_t i = 0; i < kPlaces; ++i) to[i * s.out_channels * kPanel] = place[i / 4][i % 4];
        }
    return m;
}

Tensor winograd_input_gradient(const Tensor& dy, const PackedMatrix& weights, const ConvShape& shape, const Shape& x) {
    Frame frame{ConvWindow(shape, x)};
    frame.width += x[-2] % 2;  // a tile that sticks out reads zeros
    frame.below = x[-3] % 2;
    Tensor dx = Tensor::uninitialised(x);
    Stripes stripes(frame, weights, dx);
    for_each_stripe(frame.window, images_of(x), 4 * kFloats / (kPlaces * shape.out_channels),
                    [&](const Stripe& s) { stripes.run(s, dy); });
    return dx;
}

}  // namespace bispike
#endif
