// The frequencies of a grid of tokens, and the grid of frequencies.
#pragma once

#include <vector>

#include "sim/core/tensor.h"
#include "sim/ops/count.h"

namespace bispike {

/// Some of the frequencies that a real transform of a grid of `rows` by `columns` tokens has; the others are 0.
struct GridModes {
    int64_t rows, columns;
    struct Mode {
        int64_t place;       // in the grid of the whole transform, row by row
        float multiplicity;  // 2 where it stands for its mirror image too, else 1
    };
    std::vector<Mode> modes;

    /// The lowest `share` of the frequencies along each axis, (0, 1], but one at least.
    static GridModes lowest(int64_t rows, int64_t columns, float share);
    int64_t tokens() const { return rows * columns; }
    int64_t count() const { return static_cast<int64_t>(modes.size()); }
};

/// X = FFT2(x) / sqrt(N) at the modes: x [t, B, N, C] to [t, B, modes, 2, C], real and imaginary parts (torch's rfft2
/// with norm = ortho). Throws Error if the shapes do not fit, here and below.
Tensor grid_spectrum(const Tensor& x, const GridModes& modes);
/// dL/dx from dL/dX.
Tensor grid_spectrum_backward(const Tensor& gradient, const GridModes& modes);

/// The other way: x = IFFT2(X) sqrt(N), real (torch's irfft2). [t, B, modes, 2, C] to [t, B, N, C].
Tensor spectrum_grid(const Tensor& spectrum, const GridModes& modes);
/// dL/dX from dL/dx.
Tensor spectrum_grid_backward(const Tensor& gradient, const GridModes& modes);

/// One transform of tokens [t, B, N, C], either way.
OpCount grid_spectrum_count(const Shape& x, const GridModes& modes);

/// Plain references: the definitions in float64.
Tensor grid_spectrum_reference(const Tensor& x, const GridModes& modes);
Tensor spectrum_grid_reference(const Tensor& spectrum, const GridModes& modes);

}  // namespace bispike
