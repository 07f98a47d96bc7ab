// The convolution: kernels against plain loops, gradients, operation counts, and what it refuses.
#include "sim/ops/conv2d.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"
#include "tests/ops/spikes_of_density.h"

using namespace bispike;

namespace {

/// Calls visit(input row, weight index, input channel, output row, output channel) for every multiply-accumulate whose
/// tap lies inside the image, by loops that share nothing with the code under test. x [images, H, W, C]
template <class Visit>
void for_each_product(const Shape& x, const ConvShape& s, const Visit& visit) {
    const int64_t in = s.in_channels / s.groups, out = s.out_channels / s.groups;
    const int64_t out_height = (x[1] + 2 * s.y.padding - s.y.dilation * (s.y.kernel - 1) - 1) / s.y.stride + 1;
    const int64_t out_width = (x[2] + 2 * s.x.padding - s.x.dilation * (s.x.kernel - 1) - 1) / s.x.stride + 1;
    for (int64_t image = 0; image < x[0]; ++image)
        for (int64_t oy = 0; oy < out_height; ++oy)
            for (int64_t ox = 0; ox < out_width; ++ox)
                for (int64_t ky = 0; ky < s.y.kernel; ++ky)
                    for (int64_t kx = 0; kx < s.x.kernel; ++kx) {
                        const int64_t iy = oy * s.y.stride + ky * s.y.dilation - s.y.padding;
                        const int64_t ix = ox * s.x.stride + kx * s.x.dilation - s.x.padding;
                        if (iy < 0 || iy >= x[1] || ix < 0 || ix >= x[2]) continue;
                        for (int64_t o = 0; o < s.out_channels; ++o)
                            for (int64_t c = 0; c < in; ++c)
                                visit((image * x[1] + iy) * x[2] + ix,
                                      ((o * in + c) * s.y.kernel + ky) * s.x.kernel + kx, o / out * in + c,
                                      (image * out_height + oy) * out_width + ox, o);
                    }
}

/// The convolution in float64.
Tensor brute_force(const Tensor& x, const ConvShape& s, const Tensor& weight, const Tensor& bias) {
    Tensor y({x.shape()[0], s.y.output(x.shape()[1]), s.x.output(x.shape()[2]), s.out_channels});
    std::vector<double> sum(static_cast<size_t>(y.size()));
    for_each_product(x.shape(), s, [&](int64_t from, int64_t w, int64_t c, int64_t to, int64_t o) {
        sum[static_cast<size_t>(to * s.out_channels + o)] += static_cast<double>(x.row(from)[c]) * weight[w];
    });
    for (int64_t i = 0; i < y.size(); ++i)
        y[i] = static_cast<float>(sum[static_cast<size_t>(i)] + static_cast<double>(bias[i % s.out_channels]));
    return y;
}

std::string words(const ConvAxis& a) {
    return fmt::format("kernel {} stride {} padding {} dilation {}", a.kernel, a.stride, a.padding, a.dilation);
}

/// Every combination of stride, padding, kernel and groups of 4 to 8 channels, and axes that differ; all fit into a
/// 5 x 6 image.
std::vector<ConvShape> variants() {
    std::vector<ConvShape> all;
    for (const int64_t kernel : {1, 3, 5})
        for (const int64_t stride : {1, 2})
            for (const int64_t padding : {0, 1, 2})
                all.push_back({.y = {.kernel = kernel, .stride = stride, .padding = padding}});
    all.push_back({.y = {.kernel = 2, .padding = 1, .dilation = 3}});
    all.push_back({.y = {.kernel = 1, .padding = 0}, .x = {.kernel = 4, .stride = 3, .padding = 3}});
    all.push_back({.y = {.kernel = 2, .stride = 2, .padding = 2, .dilation = 2}, .x = {.kernel = 3, .padding = 0}});
    std::vector<ConvShape> grouped;
    for (ConvShape s : all)
        for (const int64_t groups : {1, 2, 4}) {
            s.in_channels = 4, s.out_channels = 8, s.groups = groups;
            grouped.push_back(s);
        }
    return grouped;
}

Shape weight_shape(const ConvShape& s) { return {s.out_channels, s.in_channels / s.groups, s.y.kernel, s.x.kernel}; }

struct Case {
    ConvShape shape;
    Tensor weight = random_tensor(weight_shape(shape), 1);
    Tensor bias = random_tensor({shape.out_channels}, 2);
    ConvWeights packed = ConvWeights::from(shape, weight, bias.values(), true);
};

template <class Check>
void for_each_variant(const Check& check) {
    for (const ConvShape& s : variants()) {
        INFO(words(s.y), " and ", words(s.x), ", groups ", s.groups);
        check(Case{.shape = s});
    }
}

}  // namespace

TEST_CASE("a convolution by hand: a 2 x 2 window over a 3 x 3 image") {
    const ConvShape s{.y = {.kernel = 2, .padding = 0}};
    const Tensor bias({1}, {0.5f});
    const ConvWeights w = ConvWeights::from(s, Tensor({1, 1, 2, 2}, {1, 2, 3, 4}), bias.values(), false);
    const Tensor x({1, 3, 3, 1}, {1, 0, 2, 0, 3, 0, 1, 0, 1});
    CHECK(same_bits(conv2d(x, w), Tensor({1, 2, 2, 1}, {13.5f, 13.5f, 9.5f, 7.5f})));
}

TEST_CASE("the plain convolution agrees with brute force in float64") {
    for_each_variant([](const Case& c) {
        const Tensor x = random_tensor({2, 5, 6, 4}, 3);
        const Tensor y = reference::conv2d(x, c.shape, c.weight, c.bias.values());
        CHECK(largest_difference(y, brute_force(x, c.shape, c.weight, c.bias)) < 1e-5);
    });
}

TEST_CASE("the kernels have the bits of the plain convolution for every stride, padding, kernel and group") {
    for_each_variant([](const Case& c) {
        const Tensor real = random_tensor({2, 5, 6, 4}, 3);
        CHECK(same_bits(conv2d(real, c.packed), reference::conv2d(real, c.shape, c.weight, c.bias.values())));
        for (const SpikeKind kind : kSpikeKinds)
            for (const float density : {0.0f, 0.2f, 0.7f, 1.0f}) {
                CAPTURE(density);
                const Spikes x = spikes_of_density({2, 5, 6, 4}, kind, density, 4);
                const Tensor expected = reference::conv2d(x.to_tensor(), c.shape, c.weight, c.bias.values());
                CHECK(same_bits(conv2d(x, c.packed), expected));
                CHECK(same_bits(conv2d(x.to_tensor(), c.packed), expected));
            }
    });
}

TEST_CASE("wide groups that share a word of bits keep their bits on every instruction set") {
    const Case c{.shape = {.in_channels = 90, .out_channels = 74, .groups = 2}};
    const Spikes x = spikes_of_density({1, 2, 9, 11, 90}, SpikeKind::bipolar, 0.2f, 5);  // 99 pixels: two tiles
    const Tensor expected = reference::conv2d(x.to_tensor(), c.shape, c.weight, c.bias.values());
    CHECK(expected.shape() == Shape{1, 2, 9, 11, 74});
    on_each_fused_target([&] {
        CHECK(same_bits(conv2d(x, c.packed), expected));
        CHECK(same_bits(conv2d(x.to_tensor(), c.packed), expected));
    });
}

TEST_CASE("the gradients of a convolution agree with finite differences") {
    for_each_variant([](const Case& c) {
        const Spikes spikes = random_spikes({1, 5, 6, 4}, SpikeKind::bipolar, 6);
        const Tensor x = spikes.to_tensor();
        const Tensor dy = random_tensor(conv2d(x, c.packed).shape(), 7);
        const auto of_x = [&](const Tensor& at) { return dot(conv2d(at, c.packed), dy); };
        CHECK(largest_difference(conv2d_input_gradient(dy, c.packed, x.shape()), numeric_gradient(of_x, x, 0.25f)) <
              1e-4);
        const auto of_weight = [&](const Tensor& at) {
            return dot(conv2d(x, ConvWeights::from(c.shape, at, c.bias.values(), false)), dy);
        };
        Tensor of_tensor(c.weight.shape()), of_spikes(c.weight.shape());
        conv2d_weight_gradient(x, dy, c.shape, of_tensor);
        conv2d_weight_gradient(spikes, dy, c.shape, of_spikes);
        CHECK(largest_difference(of_tensor, numeric_gradient(of_weight, c.weight, 0.25f)) < 1e-4);
        CHECK(same_bits(of_spikes, of_tensor));
        conv2d_weight_gradient(x, dy, c.shape, of_spikes);
        of_tensor.scale(2);
        CHECK(same_bits(of_spikes, of_tensor));
    });
}

TEST_CASE("one corner spike of a 4 x 4 image has four operations, and the dense image a hundred") {
    const ConvShape s{};
    Tensor corner({1, 4, 4, 1});
    corner[0] = 1;
    CHECK(conv2d_count(Spikes::from(corner, SpikeKind::binary), s) == OpCount{.ac = 4, .dense = 100});
    CHECK(conv2d_count(corner, s) == OpCount{.mac = 100, .dense = 100});
}

TEST_CASE("operations of a convolution are counted as brute force counts them, padding left out") {
    for_each_variant([](const Case& c) {
        const Shape x_shape{2, 5, 6, 4};
        uint64_t dense = 0;
        for_each_product(x_shape, c.shape, [&](int64_t, int64_t, int64_t, int64_t, int64_t) { ++dense; });
        CHECK(conv2d_count(Tensor(x_shape), c.shape) == OpCount{.mac = dense, .dense = dense});
        for (const SpikeKind kind : kSpikeKinds) {
            const Spikes x = spikes_of_density(x_shape, kind, 0.4f, 8);
            uint64_t events = 0;
            for_each_product(x_shape, c.shape, [&](int64_t from, int64_t, int64_t channel, int64_t, int64_t) {
                events += static_cast<uint64_t>(std::abs(x.value(from, channel)));
            });
            OpCount expected = accumulates(kind, events);
            expected.dense = dense;
            CHECK(conv2d_count(x, c.shape) == expected);
        }
    });
}

TEST_CASE("the fan-out of a pixel is the number of windows that cover it") {
    const ConvAxis s{.kernel = 3, .stride = 2, .padding = 1};  // windows [-1, 1], [1, 3], [3, 5]
    CHECK(s.output(5) == 3);
    const int64_t expected[] = {1, 2, 1, 2, 1};
    for (int64_t at = 0; at < 5; ++at) CHECK(s.fan_out(at, 5) == expected[at]);
    const ConvAxis skipping{.kernel = 1, .stride = 2, .padding = 0};  // never looks at odd pixels
    CHECK(skipping.fan_out(2, 5) == 1);
    CHECK(skipping.fan_out(3, 5) == 0);
}

TEST_CASE("a convolution refuses weights and biases that do not fit") {
    const auto make = [](const ConvShape& s, const Shape& weight, size_t biases) {
        return ConvWeights::from(s, Tensor(weight), std::vector<float>(biases), false);
    };
    const ConvShape s{.in_channels = 4, .out_channels = 6, .groups = 2};
    CHECK_NOTHROW(make(s, {6, 2, 3, 3}, 6));
    CHECK_NOTHROW(make(s, {6, 2, 3, 3}, 0));
    CHECK_THROWS_WITH_AS(make(s, {6, 4, 3, 3}, 6), "a convolution weight has shape [6, 4, 3, 3], expected [6, 2, 3, 3]",
                         Error);
    CHECK_THROWS_WITH_AS(make(s, {6, 2, 3, 3}, 4), "a convolution bias has shape [4], expected [6]", Error);
    CHECK_THROWS_WITH_AS(make({.in_channels = 4, .out_channels = 6, .groups = 3}, {6, 2, 3, 3}, 0),
                         "groups = 3 do not divide 4 input and 6 output channels", Error);
    CHECK_THROWS_AS(make({.in_channels = 4, .out_channels = 6, .groups = 4}, {6, 1, 3, 3}, 0), Error);
    CHECK_THROWS_AS(make({.in_channels = 4, .out_channels = 6, .groups = 0}, {6, 4, 3, 3}, 0), Error);
    for (const ConvAxis& bad :
         {ConvAxis{.kernel = 0}, ConvAxis{.stride = 0}, ConvAxis{.padding = -1}, ConvAxis{.dilation = 0}}) {
        CAPTURE(bad.stride);
        for (const ConvShape& shape : {ConvShape{.y = bad, .x = {}}, ConvShape{.x = bad}})
            CHECK_THROWS_AS(make(shape, weight_shape(shape), 0), Error);
    }
}

TEST_CASE("a convolution refuses images of other channels, and images smaller than its window") {
    const ConvShape s{.in_channels = 2, .y = {.stride = 2, .padding = 0}};
    const ConvWeights w = ConvWeights::from(s, Tensor({1, 2, 3, 3}), {}, false);
    CHECK(conv2d(Tensor({1, 3, 3, 2}), w).shape() == Shape{1, 1, 1, 1});
    CHECK_THROWS_WITH_AS(conv2d(Tensor({1, 3, 3, 4}), w), "a convolution of 2 channels got the shape [1, 3, 3, 4]",
                         Error);
    CHECK_THROWS_AS(conv2d(Tensor({3, 2}), w), Error);
    CHECK_THROWS_WITH_AS(conv2d(Tensor({1, 2, 3, 2}), w), "a 3x3 window does not fit into [1, 2, 3, 2]", Error);
    CHECK_THROWS_AS(conv2d(Spikes({1, 3, 2, 2}, SpikeKind::binary), w), Error);
}
