// The frequencies of a grid of tokens, and the grid of frequencies.
#include "sim/ops/grid_spectrum.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/error.h"
#include "sim/ops/grid_fft.h"

namespace bispike {
namespace {

Shape spectrum_shape(const Shape& x, const GridModes& m) {
    if (x.rank() != 4 || x[2] != m.tokens())
        fail("a transform of {}x{} tokens needs [t, B, {}, C], got {}", m.rows, m.columns, m.tokens(), x.str());
    return {x[0], x[1], m.count(), 2, x[3]};
}

Shape grid_shape(const Shape& spectrum, const GridModes& m) {
    if (spectrum.rank() != 5 || spectrum[2] != m.count() || spectrum[3] != 2)
        fail("{} frequencies of a grid need [t, B, {}, 2, C], got {}", m.count(), m.count(), spectrum.str());
    return {spectrum[0], spectrum[1], m.tokens(), spectrum[4]};
}

/// What a mode is multiplied by.
using Weight = float (*)(const GridModes::Mode&);
float one(const GridModes::Mode&) { return 1.0f; }
float multiplicity(const GridModes::Mode& mode) { return mode.multiplicity; }

float unitary(const GridModes& m) { return 1.0f / std::sqrt(static_cast<float>(m.tokens())); }

/// visit(mode, at, to) for the channels of each mode of a group: where they begin in the grid, and in the spectrum.
template <class Visit>
void for_each_mode(const GridModes& m, int64_t channels, int64_t group, Visit visit) {
    for (int64_t i = 0; i < m.count(); ++i) {
        const GridModes::Mode& mode = m.modes[static_cast<size_t>(i)];
        visit(mode, mode.place * channels, (group * m.count() + i) * 2 * channels);
    }
}

/// The spectrum of x, each mode times its weight.
Tensor analysed(const Tensor& x, const GridModes& m, Weight weight) {
    Tensor out = Tensor::uninitialised(spectrum_shape(x.shape(), m));
    const int64_t channels = x.channels(), size = m.tokens() * channels;
    GridFft fft(m.rows, m.columns);
    for (int64_t group = 0; group < x.size() / size; ++group) {
        ComplexRows all = complex_rows(x, group, size);
        fft.forward(all);
        for_each_mode(m, channels, group, [&](const GridModes::Mode& mode, int64_t at, int64_t to) {
            const float factor = weight(mode) * unitary(m);
            for (int64_t c = 0; c < channels; ++c) {
                out[to + c] = factor * all.re[static_cast<size_t>(at + c)];
                out[to + channels + c] = factor * all.im[static_cast<size_t>(at + c)];
            }
        });
    }
    return out;
}

/// The real part of the grid that a spectrum stands for, each mode times its weight.
Tensor synthesised(const Tensor& spectrum, const GridModes& m, Weight weight) {
    Tensor out = Tensor::uninitialised(grid_shape(spectrum.shape(), m));
    const int64_t channels = out.channels(), size = m.tokens() * channels;
    GridFft fft(m.rows, m.columns);
    ComplexRows all(size);
    for (int64_t group = 0; group < out.size() / size; ++group) {
        all.fill(0.0f);
        for_each_mode(m, channels, group, [&](const GridModes::Mode& mode, int64_t at, int64_t from) {
            for (int64_t c = 0; c < channels; ++c) {
                all.re[static_cast<size_t>(at + c)] = weight(mode) * spectrum[from + c];
                all.im[static_cast<size_t>(at + c)] = weight(mode) * spectrum[from + channels + c];
            }
        });
        fft.inverse(all);
        put_real(all, unitary(m), group, out);
    }
    return out;
}

/// 2 pi (u row / rows + v column / columns) of frequency (u, v) and token n.
double angle(const GridModes& m, int64_t place, int64_t n) {
    const auto turns = [](int64_t f, int64_t at, int64_t extent) {
        return static_cast<double>(f * at) / static_cast<double>(extent);
    };
    return 2.0 * std::numbers::pi *
           (turns(place / m.columns, n / m.columns, m.rows) + turns(place % m.columns, n % m.columns, m.columns));
}

}  // namespace

GridModes GridModes::lowest(int64_t rows, int64_t columns, float share) {
    const auto kept = [&](int64_t extent) {
        const auto all = static_cast<float>(extent / 2 + 1);
        return std::max<int64_t>(1, static_cast<int64_t>(all * share));
    };
    GridModes m{rows, columns, {}};
    for (int64_t u = 0; u < rows; ++u)
        for (int64_t v = 0; v < kept(columns); ++v)
            if (std::min(u, rows - u) < kept(rows))
                m.modes.push_back({u * columns + v, frequency_multiplicity(v, columns)});
    return m;
}

Tensor grid_spectrum(const Tensor& x, const GridModes& modes) { return analysed(x, modes, one); }

Tensor grid_spectrum_backward(const Tensor& gradient, const GridModes& modes) {
    return synthesised(gradient, modes, one);
}

Tensor spectrum_grid(const Tensor& spectrum, const GridModes& modes) {
    return synthesised(spectrum, modes, multiplicity);
}

Tensor spectrum_grid_backward(const Tensor& gradient, const GridModes& modes) {
    return analysed(gradient, modes, multiplicity);
}

OpCount grid_spectrum_count(const Shape& x, const GridModes& modes) {
    const Shape y = spectrum_shape(x, modes);
    const uint64_t macs = GridFft(modes.rows, modes.columns).macs() * static_cast<uint64_t>(y[0] * y[1] * y[4]);
    return {.mac = macs, .dense = macs};
}

Tensor grid_spectrum_reference(const Tensor& x, const GridModes& m) {
    Tensor out(spectrum_shape(x.shape(), m));
    const int64_t channels = x.channels();
    for (int64_t group = 0; group < x.shape()[0] * x.shape()[1]; ++group)
        for_each_mode(m, channels, group, [&](const GridModes::Mode& mode, int64_t, int64_t to) {
            for (int64_t c = 0; c < channels; ++c) {
                double re = 0.0, im = 0.0;
                for (int64_t n = 0; n < m.tokens(); ++n) {
                    const double value = x.row(group * m.tokens() + n)[c], a = angle(m, mode.place, n);
                    re += value * std::cos(a), im -= value * std::sin(a);
                }
                out[to + c] = static_cast<float>(re * unitary(m));
                out[to + channels + c] = static_cast<float>(im * unitary(m));
            }
        });
    return out;
}

Tensor spectrum_grid_reference(const Tensor& spectrum, const GridModes& m) {
    Tensor out(grid_shape(spectrum.shape(), m));
    const int64_t channels = out.channels();
    for (int64_t r = 0; r < out.rows(); ++r)
        for (int64_t c = 0; c < channels; ++c) {
            double sum = 0.0;
            for_each_mode(m, channels, r / m.tokens(), [&](const GridModes::Mode& mode, int64_t, int64_t from) {
                const double a = angle(m, mode.place, r % m.tokens());
                sum += mode.multiplicity *
                       (spectrum[from + c] * std::cos(a) - spectrum[from + channels + c] * std::sin(a));
            });
            out.row(r)[c] = static_cast<float>(sum * unitary(m));
        }
    return out;
}

}  // namespace bispike
