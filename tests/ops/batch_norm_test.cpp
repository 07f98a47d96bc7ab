// Batch normalisation: by hand, against float64, against finite differences.
#include "sim/ops/batch_norm.h"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

/// Random rows with the given mean and spread. Row counts below, at and above one block of 256 rows.
Tensor rows_of(int64_t rows, int64_t channels, float mean, float spread) {
    Tensor x = random_tensor({rows, channels}, static_cast<uint64_t>(rows));
    for (float& v : x.values()) v = mean + spread * v;
    return x;
}

template <class Check>
void for_each_size(const Check& check) {
    for (const int64_t rows : {1, 2, 255, 256, 257, 600})
        for (const int64_t channels : {1, 7, 16, 33}) {
            CAPTURE(rows);
            CAPTURE(channels);
            check(rows, channels);
        }
}

/// Largest |a - b| / (1 + |b|).
double relative_difference(const Tensor& a, const Tensor& b) {
    double largest = 0;
    for (int64_t i = 0; i < a.size(); ++i)
        largest =
            std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]) / (1 + std::abs(static_cast<double>(b[i]))));
    return largest;
}

/// Normalisation with the statistics of x itself, as in training.
Tensor normalised(const Tensor& x, const Tensor& gamma, const Tensor& beta) {
    const ChannelAffine a = normalisation(channel_moments(x), gamma, beta);
    return affine(x, a.scale, a.shift);
}

}  // namespace

TEST_CASE("moments by hand: the variance is divided by the number of rows") {
    const ChannelMoments m = channel_moments(Tensor({2, 2, 2}, {1, 10, 3, 10, 5, 10, 7, 10}));
    CHECK(same_bits(m.mean, Tensor({2}, {4, 10})));
    CHECK(same_bits(m.variance, Tensor({2}, {5, 0})));
}

TEST_CASE("normalisation by hand: scale and shift of a channel") {
    const ChannelMoments m{Tensor({1}, {3}), Tensor({1}, {4 - kBatchNormEpsilon})};
    const ChannelAffine a = normalisation(m, Tensor({1}, {6}), Tensor({1}, {1}));
    CHECK(a.scale[0] == doctest::Approx(3).epsilon(1e-6));
    CHECK(a.shift[0] == doctest::Approx(-8).epsilon(1e-6));
}

TEST_CASE("a normalised channel has mean beta and standard deviation gamma") {
    const Tensor gamma({3}, {1, 2, 0.5f}), beta({3}, {0, -1, 4});
    const ChannelMoments m = channel_moments(normalised(rows_of(600, 3, 20, 3), gamma, beta));
    CHECK(relative_difference(m.mean, beta) < 1e-5);
    for (int64_t c = 0; c < 3; ++c) CHECK(std::sqrt(m.variance[c]) == doctest::Approx(gamma[c]).epsilon(1e-4));
}

TEST_CASE("moments agree with float64 loops, also far from zero") {
    for_each_size([](int64_t rows, int64_t channels) {
        for (const float mean : {0.0f, 1000.0f}) {
            const Tensor x = rows_of(rows, channels, mean, 1);
            const ChannelMoments m = channel_moments(x), expected = reference::channel_moments(x);
            CHECK(relative_difference(m.mean, expected.mean) < 1e-6);
            CHECK(relative_difference(m.variance, expected.variance) < 1e-5);
        }
    });
}

TEST_CASE("a constant channel has variance 0 exactly") {
    Tensor x({300, 2});
    x.fill(0.1f);
    CHECK(same_bits(channel_moments(x).variance, Tensor({2})));
    CHECK(same_bits(channel_moments(x).mean, Tensor({2}, {0.1f, 0.1f})));
}

TEST_CASE("affine is one fused multiply-add a value, on every instruction set") {
    for_each_size([](int64_t rows, int64_t channels) {
        const Tensor x = random_tensor({rows, channels}, 1), scale = random_tensor({channels}, 2),
                     shift = random_tensor({channels}, 3);
        Tensor expected(x.shape());
        for (int64_t i = 0; i < x.size(); ++i) expected[i] = std::fma(x[i], scale[i % channels], shift[i % channels]);
        on_each_fused_target([&] { REQUIRE(same_bits(affine(x, scale, shift), expected)); });
    });
}

TEST_CASE("the gradients of batch normalisation agree with float64 loops") {
    for_each_size([](int64_t rows, int64_t channels) {
        const Tensor x = rows_of(rows, channels, 2, 1), gamma = random_tensor({channels}, 2),
                     dy = random_tensor(x.shape(), 3);
        const ChannelMoments m = channel_moments(x);
        const BatchNormGradient g = batch_norm_backward(x, m, gamma, dy),
                                expected = reference::batch_norm_backward(x, m, gamma, dy);
        const double largest = rows == 1 ? 0.1 : 2e-5;  // one row: 1 / sqrt(eps) magnifies every rounding
        CHECK(relative_difference(g.x, expected.x) < largest);
        CHECK(relative_difference(g.gamma, expected.gamma) < 2e-5);
        CHECK(relative_difference(g.beta, expected.beta) < 1e-5);
    });
}

TEST_CASE("the gradients of batch normalisation agree with finite differences") {
    const Tensor x = random_tensor({2, 4, 3}, 1), gamma({3}, {1, -2, 0.5f}), beta = random_tensor({3}, 2),
                 dy = random_tensor(x.shape(), 3);
    const BatchNormGradient g = batch_norm_backward(x, channel_moments(x), gamma, dy);
    const auto of_x = [&](const Tensor& at) { return dot(normalised(at, gamma, beta), dy); };
    const auto of_gamma = [&](const Tensor& at) { return dot(normalised(x, at, beta), dy); };
    const auto of_beta = [&](const Tensor& at) { return dot(normalised(x, gamma, at), dy); };
    CHECK(largest_difference(g.x, numeric_gradient(of_x, x, 3e-3f)) < 2e-3);
    CHECK(largest_difference(g.gamma, numeric_gradient(of_gamma, gamma)) < 1e-3);
    CHECK(largest_difference(g.beta, numeric_gradient(of_beta, beta)) < 1e-3);
}

TEST_CASE("a channel's statistics and gradients do not depend on the channels beside it") {
    const Tensor x = rows_of(300, 33, 1, 2), gamma = random_tensor({33}, 2), dy = random_tensor({300, 33}, 3);
    const ChannelMoments all = channel_moments(x);
    const BatchNormGradient g = batch_norm_backward(x, all, gamma, dy);
    for (const int64_t c : {0, 15, 31, 32}) {
        Tensor column({300, 1}), gradient({300, 1});
        for (int64_t r = 0; r < 300; ++r) column[r] = x.row(r)[c], gradient[r] = dy.row(r)[c];
        const ChannelMoments one = channel_moments(column);
        CHECK(one.mean[0] == all.mean[c]);
        CHECK(one.variance[0] == all.variance[c]);
        const BatchNormGradient alone = batch_norm_backward(column, one, Tensor({1}, {gamma[c]}), gradient);
        CHECK(alone.gamma[0] == g.gamma[c]);
        for (int64_t r = 0; r < 300; ++r) REQUIRE(alone.x[r] == g.x.row(r)[c]);
    }
}

TEST_CASE("every instruction set gives the same statistics, gradients and sums") {
    const Tensor x = rows_of(600, 45, 1, 2), gamma = random_tensor({45}, 2), dy = random_tensor({600, 45}, 3);
    const ChannelMoments m = channel_moments(x);
    const BatchNormGradient g = batch_norm_backward(x, m, gamma, dy);
    const Tensor sums = channel_sums(x);
    on_each_fused_target([&] {
        CHECK(same_bits(channel_moments(x).mean, m.mean));
        CHECK(same_bits(channel_moments(x).variance, m.variance));
        CHECK(same_bits(batch_norm_backward(x, m, gamma, dy).x, g.x));
        CHECK(same_bits(batch_norm_backward(x, m, gamma, dy).gamma, g.gamma));
        CHECK(same_bits(channel_sums(x), sums));
    });
}

TEST_CASE("channel sums add the rows of each channel") {
    CHECK(same_bits(channel_sums(Tensor({3, 2}, {1, 2, 3, 4, 5, 6})), Tensor({2}, {9, 12})));
    Tensor ones({1000, 5});
    ones.fill(1.0f);
    const Tensor sums = channel_sums(ones);
    for (const float v : sums.values()) CHECK(v == 1000.0f);
}

TEST_CASE("batch normalisation refuses shapes that do not fit") {
    const Tensor x({4, 3}), three({3}), two({2});
    CHECK_THROWS_WITH_AS(channel_moments(Tensor({0, 3})), "batch normalisation of an empty tensor [0, 3]", Error);
    CHECK_THROWS_WITH_AS(affine(x, two, three), "the scale of a normalisation has shape [2], expected [3]", Error);
    CHECK_THROWS_WITH_AS(affine(x, three, two), "the shift of a normalisation has shape [2], expected [3]", Error);
    CHECK_THROWS_WITH_AS(batch_norm_backward(x, {three, three}, three, Tensor({3, 4})),
                         "the gradient of a batch normalisation has shape [3, 4], expected [4, 3]", Error);
}
