// Circular convolution along the tokens.
//
// Of real values the frequencies k and N - k are conjugate, so that k = 0 .. N / 2 are enough: those that stand for two
// count twice, and the real part of the inverse transform is the result.
#include "sim/ops/circular_conv.h"

#include <algorithm>

#include "sim/core/error.h"
#include "sim/ops/token_fft.h"

namespace bispike {
namespace {

float multiplicity(int64_t k, int64_t tokens) { return k == 0 || 2 * k == tokens ? 1.0f : 2.0f; }

ComplexRows spectrum(const Tensor& x, const CircularKernels& w, int64_t group, TokenFft& fft) {
    const int64_t each = w.tokens * w.channels;
    ComplexRows out(each);
    std::copy_n(x.data() + group * each, each, out.re.begin());
    std::ranges::fill(out.im, 0.0f);
    fft.forward(out);
    return out;
}

/// to[k, block, :] += x[k, i] W[k, i, :] over the channels i of each block and each frequency k kept.
void multiply(const ComplexRows& x, const ComplexRows& matrices, const CircularKernels& w, ComplexRows& to) {
    for (int64_t k = 0; k < w.frequencies(); ++k)
        for (int64_t i = 0; i < w.channels; ++i) {
            const auto from = static_cast<size_t>(k * w.channels + i);
            const ComplexRow out = row_at(to, k * w.channels + i / w.inputs * w.inputs);
            add_product(out, {x.re[from], x.im[from]}, row_at(matrices, (k * w.channels + i) * w.inputs), out,
                        w.inputs);
        }
}

/// The real tokens of the frequencies kept; those above are taken as 0 and lost.
void put(ComplexRows& y, const CircularKernels& w, TokenFft& fft, float* out) {
    const float share = 1.0f / static_cast<float>(w.tokens);
    for (int64_t k = 0; k < w.tokens; ++k) {
        const float m = k < w.frequencies() ? multiplicity(k, w.tokens) * share : 0.0f;
        for (auto* part : {&y.re, &y.im})
            for (int64_t c = 0; c < y.size() / w.tokens; ++c)
                (*part)[static_cast<size_t>(k * (y.size() / w.tokens) + c)] *= m;
    }
    fft.inverse(y);
    std::ranges::copy(y.re, out);
}

Tensor product(const Tensor& x, const ComplexRows& matrices, const CircularKernels& w) {
    require_shape(x.shape(), {x.shape()[0], x.shape()[1], w.tokens, w.channels},
                  "the tokens of a circular convolution");
    TokenFft fft(w.tokens);
    Tensor out = Tensor::uninitialised(x.shape());
    const int64_t each = w.tokens * w.channels;
    ComplexRows y(each);
    for (int64_t group = 0; group < x.size() / each; ++group) {
        y.fill(0.0f);
        multiply(spectrum(x, w, group, fft), matrices, w, y);
        put(y, w, fft, out.data() + group * each);
    }
    return out;
}

/// Kernels [C, inputs, N] from their spectrum [N, C inputs of blocks, outputs], and back.
Tensor kernels_of(ComplexRows& by_frequency, const CircularKernels& w, TokenFft& fft) {
    Tensor flat = Tensor::uninitialised({w.tokens, w.channels, w.inputs});
    put(by_frequency, w, fft, flat.data());
    Tensor out = Tensor::uninitialised({w.channels, w.inputs, w.tokens});
    for (int64_t n = 0; n < w.tokens; ++n)
        for (int64_t i = 0; i < w.channels; ++i)
            for (int64_t o = 0; o < w.inputs; ++o) {
                const int64_t output = i / w.inputs * w.inputs + o;
                out[(output * w.inputs + i % w.inputs) * w.tokens + n] = flat[(n * w.channels + i) * w.inputs + o];
            }
    return out;
}

}  // namespace

CircularKernels CircularKernels::from(const Tensor& weights) {
    const Shape& s = weights.shape();
    if (s.rank() != 3 || s[1] < 1 || s[0] % s[1] != 0)
        fail("kernels of a circular convolution are [C, C / blocks, N], got {}", s.str());
    CircularKernels w{.tokens = s[2], .channels = s[0], .inputs = s[1]};
    ComplexRows all(weights.size());
    std::ranges::fill(all.im, 0.0f);
    for (int64_t o = 0; o < w.channels; ++o)
        for (int64_t i = 0; i < w.inputs; ++i)
            for (int64_t n = 0; n < w.tokens; ++n)
                all.re[static_cast<size_t>((n * w.channels + o) * w.inputs + i)] =
                    weights[(o * w.inputs + i) * w.tokens + n];
    TokenFft(w.tokens).forward(all);
    const int64_t kept = w.frequencies() * w.channels * w.inputs;
    w.forward = ComplexRows(kept), w.backward = ComplexRows(kept);
    for (int64_t at = 0; at < kept; ++at) {
        const int64_t i = at % w.inputs, o = at / w.inputs % w.channels, k = at / w.inputs / w.channels;
        const int64_t input = o / w.inputs * w.inputs + i;
        const auto from = static_cast<size_t>(at),
                   to = static_cast<size_t>((k * w.channels + input) * w.inputs + o % w.inputs);
        w.forward.re[to] = all.re[from], w.forward.im[to] = all.im[from];
        w.backward.re[from] = all.re[from], w.backward.im[from] = -all.im[from];
    }
    return w;
}

Tensor circular_conv(const Tensor& x, const CircularKernels& w) { return product(x, w.forward, w); }

CircularGradient circular_conv_backward(const Tensor& x, const CircularKernels& w, const Tensor& gradient) {
    require_shape(gradient.shape(), x.shape(), "the gradient of a circular convolution");
    TokenFft fft(w.tokens);
    ComplexRows sums(w.tokens * w.channels * w.inputs);
    sums.fill(0.0f);
    for (int64_t group = 0; group < x.size() / (w.tokens * w.channels); ++group) {
        const ComplexRows from = spectrum(x, w, group, fft), back = spectrum(gradient, w, group, fft);
        for (int64_t k = 0; k < w.frequencies(); ++k)
            for (int64_t i = 0; i < w.channels; ++i) {
                const auto at = static_cast<size_t>(k * w.channels + i);
                const ComplexRow to = row_at(sums, (k * w.channels + i) * w.inputs);
                const int64_t block = k * w.channels + i / w.inputs * w.inputs;
                add_product(to, {from.re[at], -from.im[at]}, row_at(back, block), to, w.inputs);
            }
    }
    return {product(gradient, w.backward, w), kernels_of(sums, w, fft)};
}

OpCount circular_conv_count(const Shape& x, const CircularKernels& w) {
    const uint64_t transforms = 2 * TokenFft(w.tokens).macs() * static_cast<uint64_t>(w.channels);
    const auto products = static_cast<uint64_t>(4 * w.frequencies() * w.channels * w.inputs);
    const uint64_t all = static_cast<uint64_t>(x[0] * x[1]) * (transforms + products);
    return {.mac = all, .dense = all};
}

Tensor circular_conv_reference(const Tensor& x, const Tensor& w) {
    const int64_t tokens = w.shape()[2], inputs = w.shape()[1], channels = w.shape()[0];
    Tensor out(x.shape());
    for (int64_t r = 0; r < x.rows(); ++r)
        for (int64_t o = 0; o < channels; ++o) {
            const int64_t first = r / tokens * tokens, n = r % tokens;
            double sum = 0.0;
            for (int64_t i = 0; i < inputs; ++i)
                for (int64_t k = 0; k < tokens; ++k)
                    sum += static_cast<double>(w[(o * inputs + i) * tokens + k]) *
                           x.row(first + (n - k + tokens) % tokens)[o / inputs * inputs + i];
            out.row(r)[o] = static_cast<float>(sum);
        }
    return out;
}

}  // namespace bispike
