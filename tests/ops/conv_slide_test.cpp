// The gradients of sliding convolutions against brute force, and Winograd's against the direct ones.
#include "sim/ops/conv_slide.h"

#include <doctest/doctest.h>

#include "sim/ops/conv_window.h"
#include "sim/ops/winograd.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

/// The weights [out, taps * in] in gathering order.
Tensor random_rows(const ConvShape& s) { return random_tensor({s.out_channels, s.taps() * s.in_channels}, 1); }

/// dL/dx in float64, scattered from each output pixel.
Tensor brute_force(const Tensor& dy, const Tensor& rows, const ConvShape& s, const Shape& x) {
    const ConvWindow w(s, x);
    std::vector<double> sum(static_cast<size_t>(x.size()));
    for (int64_t image = 0; image < x.product(0, x.rank() - 3); ++image)
        for (int64_t p = 0; p < w.out_pixels(); ++p)
            w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
                for (int64_t o = 0; o < s.out_channels; ++o)
                    for (int64_t c = 0; c < s.in_channels; ++c)
                        sum[static_cast<size_t>((image * w.pixels() + pixel) * s.in_channels + c)] +=
                            static_cast<double>(dy.row(image * w.out_pixels() + p)[o]) *
                            rows.row(o)[tap * s.in_channels + c];
            });
    Tensor dx(x);
    for (int64_t i = 0; i < dx.size(); ++i) dx[i] = static_cast<float>(sum[static_cast<size_t>(i)]);
    return dx;
}

Shape output_of(const ConvShape& s, const Shape& x) { return ConvWindow(s, x).output_shape(x); }

constexpr ConvAxis kSizes[] = {{},
                               {.padding = 0},
                               {.padding = 3},
                               {.kernel = 5, .padding = 1},
                               {.kernel = 1, .padding = 0},
                               {.kernel = 2, .padding = 1, .dilation = 3}};

}  // namespace

TEST_CASE("the input gradient of a sliding convolution is that of brute force, for any window") {
    for (const ConvAxis& v : kSizes)
        for (const ConvAxis& h : kSizes) {
            const ConvShape s{.in_channels = 5, .out_channels = 34, .y = v, .x = h};
            const Shape x{2, 3, 7, 6, 5};
            CAPTURE(v.kernel);
            CAPTURE(h.kernel);
            const Tensor rows = random_rows(s), dy = random_tensor(output_of(s, x), 2);
            CHECK(slides(s));
            const Tensor dx = slide_input_gradient(dy, slide_transposed(rows, s), s, x);
            CHECK(largest_difference(dx, brute_force(dy, rows, s, x)) < 3e-5);
            CHECK(takes_winograd(s) == (v.kernel == 3 && h.kernel == 3));
        }
}

TEST_CASE("Winograd's input gradient is the direct one, for odd and even images and any padding, on every target") {
    for (const int64_t padding : {0, 1, 2})
        for (const Shape& x :
             {Shape{1, 3, 8, 6, 37}, Shape{2, 3, 7, 5, 37}, Shape{70, 4, 3, 37}, Shape{1, 40, 39, 37}}) {
            const ConvShape s{.in_channels = 37, .out_channels = 40, .y = {.padding = padding}};
            CAPTURE(padding);
            CAPTURE(x.str());
            const Tensor rows = random_rows(s), dy = random_tensor(output_of(s, x), 2);
            const Tensor direct = slide_input_gradient(dy, slide_transposed(rows, s), s, x);
            const PackedMatrix weights = winograd_weights(rows, s);
            const Tensor here = winograd_input_gradient(dy, weights, s, x);
            CHECK(largest_difference(here, direct) < 5e-5);
            on_each_fused_target([&] { CHECK(same_bits(winograd_input_gradient(dy, weights, s, x), here)); });
        }
}

TEST_CASE("an image of any batch has the gradient that it has alone") {
    const ConvShape s{.in_channels = 3, .out_channels = 8};
    const Tensor rows = random_rows(s), dy = random_tensor({9, 6, 6, 8}, 2);
    const PackedMatrix direct = slide_transposed(rows, s), places = winograd_weights(rows, s);
    const Tensor both[] = {slide_input_gradient(dy, direct, s, {9, 6, 6, 3}),
                           winograd_input_gradient(dy, places, s, {9, 6, 6, 3})};
    for (int64_t image = 0; image < 9; ++image) {
        const Tensor one({1, 6, 6, 8}, dy.values().subspan(static_cast<size_t>(image * 288), 288));
        const Tensor alone[] = {slide_input_gradient(one, direct, s, {1, 6, 6, 3}),
                                winograd_input_gradient(one, places, s, {1, 6, 6, 3})};
        for (size_t i = 0; i < 2; ++i)
            CHECK(
                std::ranges::equal(alone[i].values(), both[i].values().subspan(static_cast<size_t>(image * 108), 108)));
    }
}
