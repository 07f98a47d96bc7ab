// The weighted sum over values with circulant weights, by transforms along tokens.
//
// Two channels of a head, p and q, go as one complex channel p + i q: weights are real, so both come out side by side.
#include "sim/ops/circulant.h"
#include "sim/ops/circulant_heads.h"
#include "sim/ops/token_fft.h"

namespace bispike {
namespace {

/// Complex channels of a head; where the width is odd, the last has no imaginary part.
int64_t pairs(const Heads& s) { return (s.width + 1) / 2; }

/// The values of one group as complex channels [N, heads * pairs].
ComplexRows packed(const Tensor& x, const Heads& s, int64_t group) {
    const int64_t half = pairs(s);
    ComplexRows out(s.tokens * s.heads * half);
    size_t to = 0;
    for (int64_t n = 0; n < s.tokens; ++n)
        for (int64_t head = 0; head < s.heads; ++head) {
            const float* from = x.row(group * s.tokens + n) + head * s.width;
            for (int64_t c = 0; c < half; ++c, ++to) {
                out.re[to] = from[c];
                out.im[to] = c + half < s.width ? from[c + half] : 0.0f;
            }
        }
    return out;
}

/// The same back, divided by N.
void unpack(const ComplexRows& x, const Heads& s, int64_t group, Tensor& out) {
    const int64_t half = pairs(s);
    const float share = 1.0f / static_cast<float>(s.tokens);
    size_t from = 0;
    for (int64_t n = 0; n < s.tokens; ++n)
        for (int64_t head = 0; head < s.heads; ++head) {
            float* to = out.row(group * s.tokens + n) + head * s.width;
            for (int64_t c = 0; c < half; ++c, ++from) {
                to[c] = x.re[from] * share;
                if (c + half < s.width) to[c + half] = x.im[from] * share;
            }
        }
}

/// The weights of one group as real channels [N, heads].
ComplexRows packed_weights(const Tensor& weights, const Heads& s, int64_t group) {
    ComplexRows out(s.tokens * s.heads);
    size_t to = 0;
    for (int64_t n = 0; n < s.tokens; ++n)
        for (int64_t head = 0; head < s.heads; ++head, ++to) {
            out.re[to] = weights.row(group * s.heads + head)[n];
            out.im[to] = 0.0f;
        }
    return out;
}

void unpack_weights(const ComplexRows& x, const Heads& s, int64_t group, Tensor& out) {
    const float share = 1.0f / static_cast<float>(s.tokens);
    size_t from = 0;
    for (int64_t n = 0; n < s.tokens; ++n)
        for (int64_t head = 0; head < s.heads; ++head, ++from) out.row(group * s.heads + head)[n] = x.re[from] * share;
}

/// x times the spectrum of its head, or times its conjugate (`sign` = -1), in place.
void multiply_by(const ComplexRows& weights, float sign, int64_t half, ComplexRows& x) {
    for (size_t w = 0, at = 0; at < x.re.size(); ++w) {
        const float re = weights.re[w], im = sign * weights.im[w];
        for (int64_t c = 0; c < half; ++c, ++at) {
            const float a = x.re[at], b = x.im[at];
            x.re[at] = re * a - im * b;
            x.im[at] = re * b + im * a;
        }
    }
}

/// sum over the channels of a head of conj(g) v.
ComplexRows correlate(const ComplexRows& g, const ComplexRows& v, int64_t half) {
    ComplexRows out(g.size() / half);
    size_t at = 0;
    for (size_t w = 0; w < out.re.size(); ++w) {
        float re = 0.0f, im = 0.0f;
        for (int64_t c = 0; c < half; ++c, ++at) {
            re += g.re[at] * v.re[at] + g.im[at] * v.im[at];
            im += g.re[at] * v.im[at] - g.im[at] * v.re[at];
        }
        out.re[w] = re;
        out.im[w] = im;
    }
    return out;
}

}  // namespace

Tensor circulant_fft(const Tensor& weights, const Tensor& v) {
    const Heads s = circulant_heads(weights.shape(), v.shape());
    TokenFft fft(s.tokens);
    Tensor out = Tensor::uninitialised(v.shape());
    for (int64_t group = 0; group < s.groups(); ++group) {
        ComplexRows a = packed_weights(weights, s, group), x = packed(v, s, group);
        fft.forward(a), fft.forward(x);
        multiply_by(a, -1.0f, pairs(s), x);
        fft.inverse(x);
        unpack(x, s, group, out);
    }
    return out;
}

CirculantGradient circulant_fft_backward(const Tensor& weights, const Tensor& v, const Tensor& gradient) {
    const Heads s = circulant_heads(weights.shape(), v.shape());
    require_shape(gradient.shape(), v.shape(), "the gradient of the circulant mix");
    TokenFft fft(s.tokens);
    CirculantGradient d{Tensor::uninitialised(weights.shape()), Tensor::uninitialised(v.shape())};
    for (int64_t group = 0; group < s.groups(); ++group) {
        ComplexRows a = packed_weights(weights, s, group), x = packed(v, s, group), g = packed(gradient, s, group);
        fft.forward(a), fft.forward(x), fft.forward(g);
        ComplexRows to_weights = correlate(g, x, pairs(s));
        fft.inverse(to_weights);
        unpack_weights(to_weights, s, group, d.weights);
        multiply_by(a, 1.0f, pairs(s), g);
        fft.inverse(g);
        unpack(g, s, group, d.v);
    }
    return d;
}

OpCount circulant_fft_count(const Shape& weights, const Shape& v) {
    const Heads s = circulant_heads(weights, v);
    const auto channels = static_cast<uint64_t>(s.heads * pairs(s)), heads = static_cast<uint64_t>(s.heads);
    const uint64_t transforms = TokenFft(s.tokens).macs() * (2 * channels + heads);
    const uint64_t products = 4 * static_cast<uint64_t>(s.tokens) * channels;
    const uint64_t all = static_cast<uint64_t>(s.groups()) * (transforms + products);
    return {.mac = all, .dense = all};
}

}  // namespace bispike
