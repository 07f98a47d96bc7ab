// Gradients of convolutions whose window slides pixel by pixel.
#include "sim/ops/conv_slide.h"

#include "sim/ops/add_product.h"
#include "sim/ops/conv_frame.h"
#include "sim/ops/list_product.h"

namespace bispike {
namespace {

constexpr int64_t kPanel = PackedMatrix::kPanel;
constexpr int64_t kWeightPixels = 192;   // of a stripe: with 32 columns its frame of 40 kB stays in the L1 cache
constexpr int64_t kInputFloats = 49152;  // of a stripe with all columns: its frame of 256 kB stays in the L2 cache

int64_t images_of(const Shape& x) { return x.product(0, x.rank() - 3); }

/// dL/dx of the columns of one panel, of all pixels of a stripe: to [pixels, 32].
void sum_taps(const Frame& f, const Stripe& s, const AlignedVector<float>& frame, const float* panel, float* to) {
    const int64_t outputs = f.window.shape.out_channels;
    const std::vector<int64_t> taps = f.taps();
    std::fill_n(to, f.pixels(s) * kPanel, 0.0f);
    for (size_t tap = 0; tap < taps.size(); ++tap, panel += outputs * kPanel)
        for (int64_t line = 0; line < s.images * s.height; ++line) {
            const int64_t at = f.row(s, line / s.height, line % s.height, 0) + taps[tap];
            add_product({frame.data() + at * outputs, f.window.width, outputs}, panel, outputs,
                        {to + line * f.window.width * kPanel, f.window.width, kPanel});
        }
}

}  // namespace

PackedMatrix slide_transposed(const Tensor& rows, const ConvShape& shape) {
    PackedMatrix m(shape.taps() * shape.out_channels, shape.in_channels);
    for (int64_t o = 0; o < shape.out_channels; ++o)
        for (int64_t tap = 0; tap < shape.taps(); ++tap)
            for (int64_t c = 0; c < shape.in_channels; ++c)
                m.at(tap * shape.out_channels + o, c) = rows.row(o)[tap * shape.in_channels + c];
    return m;
}

Tensor slide_input_gradient(const Tensor& dy, const PackedMatrix& transposed, const ConvShape& shape, const Shape& x) {
    const Frame f(ConvWindow(shape, x));
    Tensor dx = Tensor::uninitialised(x);
    AlignedVector<float> frame, sums;
    for_each_stripe(f.window, images_of(x), kInputFloats / shape.out_channels, [&](const Stripe& s) {
        f.fill(s, dy, 0, shape.out_channels, shape.out_channels, frame);
        sums.resize(static_cast<size_t>(f.pixels(s) * kPanel));
        for (int64_t p = 0; p < transposed.panels(); ++p) {
            sum_taps(f, s, frame, transposed.panel(p), sums.data());
            for (int64_t r = 0; r < f.pixels(s); ++r)
                std::copy_n(sums.data() + r * kPanel, transposed.columns(p), dx.row(f.first_row(s) + r) + p * kPanel);
        }
    });
    return dx;
}

void slide_weight_gradient(const Spikes& x, const Tensor& dy, const ConvShape& shape, PackedMatrix& sum) {
    const Frame f(ConvWindow(shape, x.shape()));
    const std::vector<int64_t> taps = f.taps();
    AlignedVector<float> frame;
    ChannelEvents lists;
    for_each_stripe(f.window, images_of(x.shape()), kWeightPixels, [&](const Stripe& s) {
        const int64_t first = f.first_row(s);
        turn({x, first, first + f.pixels(s), 0, shape.in_channels}, f.places(s), lists);
        for (int64_t p = 0; p < sum.panels(); ++p) {
            f.fill(s, dy, p * kPanel, sum.columns(p), kPanel, frame);
            add_lists(lists, {frame.data(), kPanel, taps, p, 1}, sum);
        }
    });
}

}  // namespace bispike
