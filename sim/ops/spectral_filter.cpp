// A filter of the frequencies of a grid of tokens.
#include "sim/ops/spectral_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/error.h"
#include "sim/ops/grid_fft.h"

namespace bispike {
namespace {

struct Grid {
    int64_t rows, columns, channels;

    int64_t tokens() const { return rows * columns; }
    int64_t size() const { return tokens() * channels; }
    int64_t kept() const { return columns / 2 + 1; }  // frequencies along a row that a real transform has
    float multiplicity(int64_t column) const { return frequency_multiplicity(column, columns); }
};

Grid grid_of(const Shape& x, const Shape& filter, int64_t columns) {
    if (x.rank() != 4 || columns < 1 || x[2] % columns != 0)
        fail("a filter of {} columns needs tokens [t, B, rows columns, C], got {}", columns, x.str());
    const Grid g{x[2] / columns, columns, x[3]};
    require_shape(filter, {g.rows, g.kept(), g.channels, 2}, "the filter of frequencies");
    return g;
}

ComplexRows image(const Tensor& x, const Grid& g, int64_t group) { return complex_rows(x, group, g.size()); }

void put(const ComplexRows& x, const Grid& g, int64_t group, Tensor& out) {
    put_real(x, 1.0f / static_cast<float>(g.tokens()), group, out);
}

/// visit(at, to, m) for each frequency and channel that is kept: its place in the grid, that in the filter, and its
/// multiplicity.
template <class Visit>
void for_each_kept(const Grid& g, Visit visit) {
    size_t to = 0;
    for (int64_t row = 0; row < g.rows; ++row)
        for (int64_t column = 0; column < g.kept(); ++column)
            for (int64_t c = 0; c < g.channels; ++c, to += 2)
                visit(static_cast<size_t>((row * g.columns + column) * g.channels + c), to, g.multiplicity(column));
}

/// x times m K, or m conj(K) (`sign` = -1); what is not kept becomes 0.
ComplexRows filtered(const ComplexRows& x, const Tensor& filter, const Grid& g, float sign) {
    ComplexRows y(x.size());
    y.fill(0.0f);
    const float* k = filter.data();
    for_each_kept(g, [&](size_t at, size_t to, float m) {
        const float re = m * k[to], im = sign * m * k[to + 1];
        y.re[at] = re * x.re[at] - im * x.im[at];
        y.im[at] = re * x.im[at] + im * x.re[at];
    });
    return y;
}

}  // namespace

Tensor spectral_filter(const Tensor& x, const Tensor& filter, int64_t columns) {
    const Grid g = grid_of(x.shape(), filter.shape(), columns);
    GridFft fft(g.rows, g.columns);
    Tensor out = Tensor::uninitialised(x.shape());
    for (int64_t group = 0; group < x.size() / g.size(); ++group) {
        ComplexRows spectrum = image(x, g, group);
        fft.forward(spectrum);
        ComplexRows y = filtered(spectrum, filter, g, 1.0f);
        fft.inverse(y);
        put(y, g, group, out);
    }
    return out;
}

FilterGradient spectral_filter_backward(const Tensor& x, const Tensor& filter, const Tensor& gradient,
                                        int64_t columns) {
    const Grid g = grid_of(x.shape(), filter.shape(), columns);
    require_shape(gradient.shape(), x.shape(), "the gradient of the filtered tokens");
    GridFft fft(g.rows, g.columns);
    FilterGradient d{Tensor::uninitialised(x.shape()), Tensor(filter.shape())};
    const float share = 1.0f / static_cast<float>(g.tokens());
    for (int64_t group = 0; group < x.size() / g.size(); ++group) {
        ComplexRows spectrum = image(x, g, group), back = image(gradient, g, group);
        fft.forward(spectrum), fft.forward(back);
        float* k = d.filter.data();
        for_each_kept(g, [&](size_t at, size_t to, float m) {
            const float a = spectrum.re[at], b = spectrum.im[at], p = back.re[at], q = back.im[at];
            k[to] += m * share * (a * p + b * q);
            k[to + 1] += m * share * (a * q - b * p);
        });
        ComplexRows dx = filtered(back, filter, g, -1.0f);
        fft.inverse(dx);
        put(dx, g, group, d.x);
    }
    return d;
}

OpCount spectral_filter_count(const Shape& x, const Shape& filter, int64_t columns) {
    const Grid g = grid_of(x, filter, columns);
    const uint64_t transforms = 2 * GridFft(g.rows, g.columns).macs() * static_cast<uint64_t>(g.channels);
    const auto products = static_cast<uint64_t>(4 * g.rows * g.kept() * g.channels);
    const uint64_t all = static_cast<uint64_t>(x[0] * x[1]) * (transforms + products);
    return {.mac = all, .dense = all};
}

Tensor spectral_filter_reference(const Tensor& x, const Tensor& filter, int64_t columns) {
    const Grid g = grid_of(x.shape(), filter.shape(), columns);
    const auto angle = [&](int64_t u, int64_t v, int64_t row, int64_t column) {
        return 2.0 * std::numbers::pi *
               (static_cast<double>(u * row) / static_cast<double>(g.rows) +
                static_cast<double>(v * column) / static_cast<double>(g.columns));
    };
    Tensor out(x.shape());
    for (int64_t i = 0; i < x.size(); ++i) {
        const int64_t group = i / g.size(), token = i % g.size() / g.channels, c = i % g.channels;
        double sum = 0.0;
        for (int64_t u = 0; u < g.rows; ++u)
            for (int64_t v = 0; v < g.kept(); ++v) {
                double re = 0.0, im = 0.0;  // of the spectrum of x
                for (int64_t n = 0; n < g.tokens(); ++n) {
                    const double a = angle(u, v, n / g.columns, n % g.columns),
                                 value = x[group * g.size() + n * g.channels + c];
                    re += value * std::cos(a), im -= value * std::sin(a);
                }
                const float* k = filter.data() + ((u * g.kept() + v) * g.channels + c) * 2;
                const double a = angle(u, v, token / g.columns, token % g.columns);
                sum +=
                    g.multiplicity(v) * ((k[0] * re - k[1] * im) * std::cos(a) - (k[0] * im + k[1] * re) * std::sin(a));
            }
        out[i] = static_cast<float>(sum / static_cast<double>(g.tokens()));
    }
    return out;
}

}  // namespace bispike
