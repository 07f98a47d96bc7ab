// Operations on the frequencies of tokens.
#include <doctest/doctest.h>

#include "sim/grad/spectral.h"
#include "sim/ops/fourier.h"
#include "sim/ops/spectral_filter.h"
#include "tests/grad/ops_check.h"

using namespace bispike;

namespace {

struct Grid {
    int64_t rows, columns;
};
constexpr Grid kGrids[] = {{1, 1}, {2, 3}, {3, 4}, {5, 2}, {1, 7}};
constexpr int64_t kChannels = 3;

Shape tokens_of(const Grid& g) { return {1, 2, g.rows * g.columns, kChannels}; }
Shape filter_of(const Grid& g) { return {g.rows, g.columns / 2 + 1, kChannels, 2}; }

}  // namespace

TEST_CASE("a filter of ones hands on the grid, one of the lowest frequency its mean") {
    for (const Grid& g : kGrids) {
        const Tensor x = random_tensor(tokens_of(g), 1);
        Tensor filter(filter_of(g));
        for (int64_t i = 0; i < filter.size(); i += 2) filter[i] = 1.0f;
        CHECK(largest_difference(spectral_filter(x, filter, g.columns), x) < 1e-6);
        filter.fill(0.0f);
        for (int64_t c = 0; c < kChannels; ++c) filter[2 * c] = 1.0f;
        const Tensor y = spectral_filter(x, filter, g.columns);
        double mean = 0.0;
        for (int64_t n = 0; n < g.rows * g.columns; ++n)
            mean += x[n * kChannels] / static_cast<double>(g.rows * g.columns);
        CHECK(y[0] == doctest::Approx(mean).epsilon(1e-4));
    }
}

TEST_CASE("a filter of frequencies agrees with its definition, and its gradients with finite differences") {
    for (const Grid& g : kGrids) {
        CAPTURE(g.rows);
        CAPTURE(g.columns);
        const Tensor x = random_tensor(tokens_of(g), 2), filter = random_tensor(filter_of(g), 3),
                     to = random_tensor(tokens_of(g), 4);
        CHECK(largest_difference(spectral_filter(x, filter, g.columns),
                                 spectral_filter_reference(x, filter, g.columns)) < 1e-5);
        const FilterGradient d = spectral_filter_backward(x, filter, to, g.columns);
        const auto of_x = [&](const Tensor& at) { return dot(spectral_filter_reference(at, filter, g.columns), to); };
        const auto of_filter = [&](const Tensor& at) { return dot(spectral_filter_reference(x, at, g.columns), to); };
        CHECK(largest_difference(d.x, numeric_gradient(of_x, x)) < 1e-4);
        CHECK(largest_difference(d.filter, numeric_gradient(of_filter, filter)) < 1e-4);
    }
}

TEST_CASE("the spectrum of a grid and the grid of a spectrum agree with their definitions and undo each other") {
    for (const Grid& g : kGrids)
        for (const float share : {1.0f, 0.6f}) {
            const GridModes modes = GridModes::lowest(g.rows, g.columns, share);
            const Tensor x = random_tensor(tokens_of(g), 7), X = grid_spectrum(x, modes);
            CHECK(largest_difference(X, grid_spectrum_reference(x, modes)) < 1e-5);
            const Tensor any = random_tensor(X.shape(), 8);
            CHECK(largest_difference(spectrum_grid(any, modes), spectrum_grid_reference(any, modes)) < 1e-5);
            if (share == 1.0f) CHECK(largest_difference(spectrum_grid(X, modes), x) < 1e-6);
        }
}

TEST_CASE("spectra, their grids and products with i have the gradients of finite differences") {
    const auto check = [](const TapeOperation& op, const Tensor& x) {
        const Tensor g = random_tensor(op(nullptr, x).shape(), 9);
        const Tensor measured = numeric_gradient([&](const Tensor& y) { return dot(op(nullptr, y).dense(), g); }, x);
        CHECK(largest_difference(gradient_on_tape(op, x, g), measured) < 1e-3);
    };
    for (const Grid& g : kGrids) {
        const GridModes modes = GridModes::lowest(g.rows, g.columns, 1.0f);
        const Tensor x = random_tensor(tokens_of(g), 7), X = grid_spectrum(x, modes);
        check([&](Tape* t, Value v) { return grid_spectrum(t, std::move(v), modes); }, x);
        check([&](Tape* t, Value v) { return spectrum_grid(t, std::move(v), modes); }, X);
        check([](Tape* t, Value v) { return times_i(t, std::move(v)); }, X);
    }
}

TEST_CASE("the lowest frequencies of a grid lie at both ends of its rows") {
    const GridModes all = GridModes::lowest(4, 6, 1.0f), some = GridModes::lowest(4, 6, 0.7f);
    CHECK(all.count() == 4 * 4);
    REQUIRE(some.count() == 3 * 2);  // rows 0, 1 and -1, columns 0 and 1
    for (const auto& [i, place] : {std::pair{0, 0}, {1, 1}, {2, 6}, {3, 7}, {4, 18}, {5, 19}})
        CHECK(some.modes[static_cast<size_t>(i)].place == place);
    CHECK(all.modes[0].multiplicity == 1.0f);
    CHECK(all.modes[1].multiplicity == 2.0f);
    CHECK(all.modes[3].multiplicity == 1.0f);
    CHECK(GridModes::lowest(4, 6, 0.01f).count() == 1);
}

TEST_CASE("the real transform of tokens and channels agrees with its definition, and is its own gradient") {
    for (const Shape& shape : {Shape{1, 2, 6, 5}, {2, 1, 1, 4}, {1, 1, 7, 8}}) {
        const Tensor x = random_tensor(shape, 5), g = random_tensor(shape, 6);
        CHECK(largest_difference(fourier_real(x), fourier_real_reference(x)) < 1e-5);
        const auto op = [](Tape* t, Value v) { return fourier_real(t, std::move(v)); };
        const Tensor expected = numeric_gradient([&](const Tensor& y) { return dot(fourier_real_reference(y), g); }, x);
        CHECK(largest_difference(gradient_on_tape(op, x, g), expected) < 1e-4);
    }
    CHECK(fourier_real_count({2, 1, 6, 8}) ==
          OpCount{.mac = 2 * (4 * 6 * 3 * 8 + 4 * 8 * 3 * 6), .dense = 2 * (4 * 6 * 3 * 8 + 4 * 8 * 3 * 6)});
}

TEST_CASE("a circular convolution agrees with its definition, and its gradients with finite differences") {
    for (const Shape& shape : {Shape{4, 4, 5}, {6, 2, 6}, {3, 1, 1}, {4, 2, 8}}) {
        CAPTURE(shape.str());
        const Tensor w = random_tensor(shape, 7), x = random_tensor({1, 2, shape[2], shape[0]}, 8),
                     g = random_tensor(x.shape(), 9);
        const CircularKernels kernels = CircularKernels::from(w);
        CHECK(largest_difference(circular_conv(x, kernels), circular_conv_reference(x, w)) < 1e-5);
        const CircularGradient d = circular_conv_backward(x, kernels, g);
        const auto of_x = [&](const Tensor& at) { return dot(circular_conv_reference(at, w), g); };
        const auto of_w = [&](const Tensor& at) { return dot(circular_conv_reference(x, at), g); };
        CHECK(largest_difference(d.x, numeric_gradient(of_x, x)) < 2e-4);
        CHECK(largest_difference(d.w, numeric_gradient(of_w, w)) < 2e-4);
    }
}

TEST_CASE("filters and convolutions count their transforms and a complex product for each frequency kept") {
    // 3x4 tokens: 4 columns of 3 and 3 rows of 4, there and back; 3 frequencies of a row's 4 are kept
    const uint64_t transform = 4 * (4 * 3 * 2) + 3 * (4 * 4 * 2), each = 2 * transform * 3 + 4 * 3 * 3 * 3;
    CHECK(spectral_filter_count({1, 2, 12, 3}, {3, 3, 3, 2}, 4) == OpCount{.mac = 2 * each, .dense = 2 * each});
    const CircularKernels w = CircularKernels::from(Tensor({6, 2, 8}));
    const uint64_t conv = 2 * (4 * 8 * 3) * 6 + 4 * 5 * 6 * 2;
    CHECK(circular_conv_count({1, 3, 8, 6}, w) == OpCount{.mac = 3 * conv, .dense = 3 * conv});
}

TEST_CASE("what does not fit a grid or a ring is refused") {
    CHECK_THROWS(spectral_filter(Tensor({1, 1, 7, 3}), Tensor({2, 2, 3, 2}), 3));
    CHECK_THROWS(spectral_filter(Tensor({1, 1, 6, 3}), Tensor({2, 3, 3, 2}), 3));
    CHECK_THROWS(circular_conv(Tensor({1, 1, 7, 4}), CircularKernels::from(Tensor({4, 2, 8}))));
    CHECK_THROWS(CircularKernels::from(Tensor({4, 3, 8})));
}
