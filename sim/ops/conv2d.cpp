// Two-dimensional convolution as a product of gathered rows with packed weights.
//
// For each output pixel the taps of its window are gathered in the order (ky, kx, channel): as floats for the dense
// kernel, as events for the event-driven one. Both then run the kernels of the linear map.
#include "sim/ops/conv2d.h"

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "sim/core/bits.h"
#include "sim/core/error.h"
#include "sim/ops/conv_slide.h"
#include "sim/ops/conv_window.h"
#include "sim/ops/currents.h"
#include "sim/ops/matmul.h"
#include "sim/ops/winograd.h"

namespace bispike {
namespace {

constexpr int64_t kTile = 64;  // output pixels at a time

int64_t images_of(const Shape& x) { return x.product(0, x.rank() - 3); }

/// One group of one image at a time: run(image, group, first, last output pixel) over tiles.
template <class Run>
void for_each_tile(const ConvWindow& w, Run run) {
    for (int64_t first = 0; first < w.out_pixels(); first += kTile) run(first, std::min(w.out_pixels(), first + kTile));
}

/// The windows of output pixels [first, last) as rows of floats, absent taps 0.
void gather(const ConvWindow& w, const float* image, int64_t group, int64_t first, int64_t last,
            AlignedVector<float>& rows) {
    const int64_t inputs = w.group_inputs(), stride = w.shape.taps() * inputs;
    rows.assign(static_cast<size_t>((last - first) * stride), 0.0f);
    for (int64_t p = first; p < last; ++p)
        w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
            std::copy_n(image + pixel * w.shape.in_channels + group * inputs, inputs,
                        rows.data() + (p - first) * stride + tap * inputs);
        });
}

/// Output rows [first, last) of one image and group inside a tensor of all channels.
MatrixView output_rows(Tensor& y, const ConvWindow& w, int64_t image, int64_t group, int64_t first, int64_t last) {
    return {y.row(image * w.out_pixels() + first) + group * w.group_outputs(), last - first, w.shape.out_channels};
}
ConstMatrixView output_rows(const Tensor& y, const ConvWindow& w, int64_t image, int64_t group, int64_t first,
                            int64_t last) {
    return {y.row(image * w.out_pixels() + first) + group * w.group_outputs(), last - first, w.shape.out_channels};
}

/// [out of group, k, k, in of group] of one group from PyTorch's [out, in of group, k, k]: rows in gathering order.
Tensor gathered_order(const Tensor& weight, const ConvWindow& w, int64_t group) {
    const int64_t in = w.group_inputs(), out = w.group_outputs(), taps = w.shape.taps();
    Tensor t = Tensor::uninitialised({out, taps * in});
    for (int64_t o = 0; o < out; ++o)
        for (int64_t c = 0; c < in; ++c)
            for (int64_t tap = 0; tap < taps; ++tap)
                t.row(o)[tap * in + c] = weight[((group * out + o) * in + c) * taps + tap];
    return t;
}

/// Sum of |level| of one row of channels.
int64_t row_total(const Spikes& x, int64_t row) {
    int64_t n = 0;
    if (x.kind() == SpikeKind::integer)
        for (int64_t c = 0; c < x.channels(); ++c) n += std::abs(x.levels(row)[c]);
    else
        n = count_bits({x.fired(row), x.fired(row) + x.words()});
    return n;
}

/// As the input gradient of this shape reads them.
PackedMatrix transposed_for(const ConvShape& s, const Tensor& rows) {
    if (takes_winograd(s)) return winograd_weights(rows, s);
    return slides(s) ? slide_transposed(rows, s) : PackedMatrix::transposed(rows);
}

void add_gathered(const PackedMatrix& sum, const ConvWindow& w, int64_t group, Tensor& weight) {
    const int64_t in = w.group_inputs(), out = w.group_outputs(), taps = w.shape.taps();
    for (int64_t o = 0; o < out; ++o)
        for (int64_t c = 0; c < in; ++c)
            for (int64_t tap = 0; tap < taps; ++tap)
                weight[((group * out + o) * in + c) * taps + tap] += sum.at(tap * in + c, o);
}

/// Output pixels that each input pixel reaches: [H, W].
std::vector<int64_t> fan_outs(const ConvWindow& w, const ConvShape& shape) {
    std::vector<int64_t> all;
    for (int64_t r = 0; r < w.height; ++r)
        for (int64_t c = 0; c < w.width; ++c) all.push_back(shape.y.fan_out(r, w.height) * shape.x.fan_out(c, w.width));
    return all;
}

}  // namespace

void ConvWeights::quantise(WeightFormat format) {
    for (SynapseWeights& group : groups) group.forward.quantise(format);
}

int64_t ConvAxis::fan_out(int64_t at, int64_t extent) const {
    int64_t n = 0;
    for (int64_t k = 0; k < kernel; ++k) {
        const int64_t start = at + padding - k * dilation;  // the window that sees `at` with its tap k
        if (start >= 0 && start % stride == 0 && start / stride < output(extent)) ++n;
    }
    return n;
}

ConvWeights ConvWeights::from(ConvShape s, const Tensor& weight, std::span<const float> bias, bool for_training) {
    if (s.groups < 1 || s.in_channels % s.groups != 0 || s.out_channels % s.groups != 0)
        fail("groups = {} do not divide {} input and {} output channels", s.groups, s.in_channels, s.out_channels);
    for (const ConvAxis& a : {s.y, s.x})
        if (a.kernel < 1 || a.stride < 1 || a.padding < 0 || a.dilation < 1)
            fail("a convolution cannot have kernel = {}, stride = {}, padding = {}, dilation = {}", a.kernel, a.stride,
                 a.padding, a.dilation);
    require_shape(weight.shape(), {s.out_channels, s.in_channels / s.groups, s.y.kernel, s.x.kernel},
                  "a convolution weight");
    if (!bias.empty()) require_shape({static_cast<int64_t>(bias.size())}, {s.out_channels}, "a convolution bias");
    ConvWeights packed{s, {}};
    const ConvWindow w(s, Shape{s.y.reach(), s.x.reach(), s.in_channels});
    for (int64_t g = 0; g < s.groups; ++g) {
        const Tensor rows = gathered_order(weight, w, g);
        const auto out = static_cast<size_t>(w.group_outputs());
        const auto group_bias = bias.empty() ? bias : bias.subspan(static_cast<size_t>(g) * out, out);
        packed.groups.push_back(
            {PackedMatrix::from(rows, group_bias), for_training ? transposed_for(s, rows) : PackedMatrix()});
    }
    return packed;
}

Tensor conv2d(const Tensor& x, const ConvWeights& weights) {
    const ConvWindow w(weights.shape, x.shape());
    Tensor y = Tensor::uninitialised(w.output_shape(x.shape()));
    AlignedVector<float> rows;
    for (int64_t image = 0; image < images_of(x.shape()); ++image)
        for (int64_t g = 0; g < w.shape.groups; ++g)
            for_each_tile(w, [&](int64_t first, int64_t last) {
                gather(w, x.row(image * w.pixels()), g, first, last, rows);
                const PackedMatrix& m = weights.groups[static_cast<size_t>(g)].forward;
                matmul(ConstMatrixView(rows.data(), last - first, m.inputs()), m,
                       output_rows(y, w, image, g, first, last));
            });
    return y;
}

Tensor conv2d(const Spikes& x, const ConvWeights& weights) {
    if (!prefers_events(x, weights.groups[0].forward)) return conv2d(x.to_tensor(), weights);
    const ConvWindow w(weights.shape, x.shape());
    Tensor y = Tensor::uninitialised(w.output_shape(x.shape()));
    for (int64_t g = 0; g < w.shape.groups; ++g)
        put_currents(*conv2d_currents(x, weights, g), y, g * w.group_outputs());
    return y;
}

Tensor conv2d_input_gradient(const Tensor& dy, const ConvWeights& weights, const Shape& x_shape) {
    if (takes_winograd(weights.shape))
        return winograd_input_gradient(dy, weights.groups.front().transposed, weights.shape, x_shape);
    if (slides(weights.shape))
        return slide_input_gradient(dy, weights.groups.front().transposed, weights.shape, x_shape);
    const ConvWindow w(weights.shape, x_shape);
    Tensor dx(x_shape);
    AlignedVector<float> rows;
    for (int64_t image = 0; image < images_of(x_shape); ++image)
        for (int64_t g = 0; g < w.shape.groups; ++g)
            for_each_tile(w, [&](int64_t first, int64_t last) {
                const PackedMatrix& m = weights.groups[static_cast<size_t>(g)].transposed;
                rows.resize(static_cast<size_t>((last - first) * m.outputs()));
                matmul(output_rows(dy, w, image, g, first, last), m,
                       MatrixView{rows.data(), last - first, m.outputs()});
                const int64_t inputs = w.group_inputs();
                for (int64_t p = first; p < last; ++p)
                    w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
                        const float* from = rows.data() + (p - first) * m.outputs() + tap * inputs;
                        float* to = dx.row(image * w.pixels() + pixel) + g * inputs;
                        for (int64_t c = 0; c < inputs; ++c) to[c] += from[c];
                    });
            });
    return dx;
}

void conv2d_weight_gradient(const Tensor& x, const Tensor& dy, const ConvShape& shape, Tensor& dw) {
    const ConvWindow w(shape, x.shape());
    AlignedVector<float> rows;
    for (int64_t g = 0; g < shape.groups; ++g) {
        PackedMatrix sum(shape.taps() * w.group_inputs(), w.group_outputs());
        for (int64_t image = 0; image < images_of(x.shape()); ++image)
            for_each_tile(w, [&](int64_t first, int64_t last) {
                gather(w, x.row(image * w.pixels()), g, first, last, rows);
                accumulate_outer(ConstMatrixView(rows.data(), last - first, sum.inputs()),
                                 output_rows(dy, w, image, g, first, last), sum);
            });
        add_gathered(sum, w, g, dw);
    }
}

void conv2d_weight_gradient(const Spikes& x, const Tensor& dy, const ConvShape& shape, Tensor& dw) {
    const ConvWindow w(shape, x.shape());
    if (slides(shape)) {
        PackedMatrix sum(shape.taps() * shape.in_channels, shape.out_channels);
        slide_weight_gradient(x, dy, shape, sum);
        add_gathered(sum, w, 0, dw);
        return;
    }
    Events rows;
    for (int64_t g = 0; g < shape.groups; ++g) {
        PackedMatrix sum(shape.taps() * w.group_inputs(), w.group_outputs());
        for (int64_t image = 0; image < images_of(x.shape()); ++image) {
            const Events pixels = pixel_events(x, w, image, g);
            for_each_tile(w, [&](int64_t first, int64_t last) {
                gather_events(w, pixels, first, last, rows);
                accumulate_outer(rows, output_rows(dy, w, image, g, first, last), sum);
            });
        }
        add_gathered(sum, w, g, dw);
    }
}

OpCount conv2d_count(const Tensor& x, const ConvShape& shape) {
    const ConvWindow w(shape, x.shape());
    const std::vector<int64_t> fan_out = fan_outs(w, shape);
    const int64_t taps = std::accumulate(fan_out.begin(), fan_out.end(), int64_t{0});
    const auto n = static_cast<uint64_t>(images_of(x.shape()) * taps * shape.in_channels * w.group_outputs());
    return {.mac = n, .dense = n};
}

OpCount conv2d_count(const Spikes& x, const ConvShape& shape) {
    const ConvWindow w(shape, x.shape());
    const std::vector<int64_t> fan_out = fan_outs(w, shape);
    int64_t events = 0, dense = 0;
    for (int64_t row = 0; row < x.rows();)
        for (const int64_t outputs : fan_out) {
            events += outputs * row_total(x, row++);
            dense += outputs * shape.in_channels;
        }
    OpCount c = accumulates(x.kind(), static_cast<uint64_t>(events * w.group_outputs()));
    c.dense = static_cast<uint64_t>(dense * w.group_outputs());
    return c;
}

namespace reference {

Tensor conv2d(const Tensor& x, const ConvShape& shape, const Tensor& weight, std::span<const float> bias) {
    const ConvWindow w(shape, x.shape());
    Tensor y = Tensor::uninitialised(ConvWindow(shape, x.shape()).output_shape(x.shape()));
    for (int64_t image = 0; image < images_of(x.shape()); ++image)
        for (int64_t p = 0; p < w.out_pixels(); ++p)
            for (int64_t o = 0; o < shape.out_channels; ++o) {
                const int64_t first = o / w.group_outputs() * w.group_inputs();
                float sum = bias.empty() ? 0.0f : bias[static_cast<size_t>(o)] + 0.0f;
                w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
                    for (int64_t c = 0; c < w.group_inputs(); ++c)
                        sum = std::fma(x.row(image * w.pixels() + pixel)[first + c],
                                       weight[(o * w.group_inputs() + c) * shape.taps() + tap], sum);
                });
                y.row(image * w.out_pixels() + p)[o] = sum;
            }
    return y;
}

}  // namespace reference
}  // namespace bispike
