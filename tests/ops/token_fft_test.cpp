// The transform along tokens.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/ops/token_fft.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

ComplexRows random_rows(int64_t count, uint64_t seed) {
    ComplexRows x(count);
    std::ranges::copy(random_tensor({count}, seed).values(), x.re.begin());
    std::ranges::copy(random_tensor({count}, seed + 1).values(), x.im.begin());
    return x;
}

double largest_difference(const ComplexRows& a, const ComplexRows& b) {
    const auto part = [](const AlignedVector<float>& x, const AlignedVector<float>& y) {
        return bispike::largest_difference(Tensor({static_cast<int64_t>(x.size())}, x),
                                           Tensor({static_cast<int64_t>(y.size())}, y));
    };
    return std::max(part(a.re, b.re), part(a.im, b.im));
}

}  // namespace

TEST_CASE("the transform by hand: a wave that turns once has one frequency") {
    ComplexRows x(4);
    std::ranges::copy(std::initializer_list<float>{1, 0, -1, 0}, x.re.begin());
    std::ranges::copy(std::initializer_list<float>{0, 1, 0, -1}, x.im.begin());
    TokenFft(4).forward(x);
    for (size_t k = 0; k < 4; ++k) {
        CHECK(x.re[k] == doctest::Approx(k == 1 ? 4 : 0));
        CHECK(x.im[k] == doctest::Approx(0));
    }
}

TEST_CASE("the transform agrees with its definition for any number of tokens, and back") {
    for (const int64_t n : {1, 2, 3, 4, 6, 7, 12, 49, 64, 97, 120}) {
        CAPTURE(n);
        const ComplexRows x = random_rows(n * 5, 1);
        ComplexRows y = x;
        TokenFft fft(n);
        fft.forward(y);
        CHECK(largest_difference(y, token_fft_reference(x, n)) < 1e-6 * static_cast<double>(n));
        fft.inverse(y);
        for (auto* part : {&y.re, &y.im})
            for (float& v : *part) v /= static_cast<float>(n);
        CHECK(largest_difference(x, y) < 2e-6);
    }
}

TEST_CASE("a channel's transform does not depend on the channels beside it, nor on the instruction set") {
    const int64_t n = 12, width = 37;
    ComplexRows all = random_rows(n * width, 2), one(n);
    for (size_t k = 0; k < 12; ++k) one.re[k] = all.re[k * 37 + 36], one.im[k] = all.im[k * 37 + 36];
    const ComplexRows start = all;
    TokenFft fft(n);
    fft.forward(all), fft.forward(one);
    for (size_t k = 0; k < 12; ++k) {
        CHECK(one.re[k] == all.re[k * 37 + 36]);
        CHECK(one.im[k] == all.im[k * 37 + 36]);
    }
    on_each_fused_target([&] {
        ComplexRows again = start;
        fft.forward(again);
        CHECK(again.re == all.re);
        CHECK(again.im == all.im);
    });
}

TEST_CASE("a transform multiplies N (p - 1) complex numbers for each prime factor p of N") {
    CHECK(TokenFft(64).macs() == 4 * 64 * 6);
    CHECK(TokenFft(12).macs() == 4 * 12 * (1 + 1 + 2));
    CHECK(TokenFft(7).macs() == 4 * 7 * 6);
    CHECK(TokenFft(1).macs() == 0);
}
