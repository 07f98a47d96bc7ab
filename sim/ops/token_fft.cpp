// The discrete Fourier transform along tokens.
#include "sim/ops/token_fft.h"

#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

namespace bispike {
namespace {

std::vector<int64_t> prime_factors(int64_t n) {
    std::vector<int64_t> factors;
    for (int64_t p = 2; p * p <= n; ++p)
        for (; n % p == 0; n /= p) factors.push_back(p);
    if (n > 1) factors.push_back(n);
    return factors;
}

double angle(int64_t k, int64_t n) { return -2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n); }

}  // namespace

TokenFft::TokenFft(int64_t tokens) : tokens_(tokens), factors_(prime_factors(tokens)) {
    assert(tokens >= 1);
    for (int64_t j = 0; j < tokens; ++j) {
        cos_.push_back(static_cast<float>(std::cos(angle(j, tokens))));
        sin_.push_back(static_cast<float>(std::sin(angle(j, tokens))));
    }
}

void TokenFft::forward(ComplexRows& x, int64_t blocks) {
    assert(x.size() % (tokens_ * blocks) == 0);
    scratch_.re.resize(x.re.size());
    scratch_.im.resize(x.im.size());
    const int64_t width = x.size() / (tokens_ * blocks);
    int64_t done = 1;
    for (const int64_t factor : factors_) {
        for (int64_t b = 0; b < blocks; ++b)
            pass(row_at(std::as_const(x), b * tokens_ * width), width, {done, factor},
                 row_at(scratch_, b * tokens_ * width));
        std::swap(x, scratch_);
        done *= factor;
    }
}

void TokenFft::inverse(ComplexRows& x, int64_t blocks) {
    std::swap(x.re, x.im);  // i conj(x): its transform is i times the conjugate of the inverse one
    forward(x, blocks);
    std::swap(x.re, x.im);
}

/// Row k N / done + j of x is frequency k of the transform of every (N / done)-th token from j on, of `done` tokens;
/// `factor` of these transforms become one. With m = N / (done factor), blocks of m rows stay together:
/// y[k + done r] = sum_t w^(t (k + done r)) x[k, t], w = e^(-2 pi i / (done factor)).
void TokenFft::pass(ConstComplexRow x, int64_t width, Step step, ComplexRow y) const {
    const int64_t m = tokens_ / (step.done * step.factor), block = m * width;
    for (int64_t k = 0; k < step.done; ++k)
        for (int64_t r = 0; r < step.factor; ++r) {
            const int64_t frequency = k + step.done * r, first = k * step.factor * block;
            const ComplexRow to{y.re + frequency * block, y.im + frequency * block};
            ConstComplexRow sum{x.re + first, x.im + first};
            for (int64_t t = 1; t < step.factor; ++t) {
                const auto turn = static_cast<size_t>(t * frequency * m % tokens_);
                const int64_t at = first + t * block;
                add_product(sum, {cos_[turn], sin_[turn]}, {x.re + at, x.im + at}, to, block);
                sum = to;
            }
        }
}

uint64_t TokenFft::macs() const {
    int64_t each = 0;
    for (const int64_t factor : factors_) each += 4 * (factor - 1);
    return static_cast<uint64_t>(each * tokens_);
}

ComplexRows token_fft_reference(const ComplexRows& x, int64_t tokens) {
    const int64_t width = x.size() / tokens;
    ComplexRows y(x.size());
    for (int64_t k = 0; k < tokens; ++k)
        for (int64_t c = 0; c < width; ++c) {
            double re = 0.0, im = 0.0;
            for (int64_t n = 0; n < tokens; ++n) {
                const double a = angle(k * n % tokens, tokens);
                const auto i = static_cast<size_t>(n * width + c);
                re += x.re[i] * std::cos(a) - x.im[i] * std::sin(a);
                im += x.re[i] * std::sin(a) + x.im[i] * std::cos(a);
            }
            y.re[static_cast<size_t>(k * width + c)] = static_cast<float>(re);
            y.im[static_cast<size_t>(k * width + c)] = static_cast<float>(im);
        }
    return y;
}

}  // namespace bispike
