// The discrete Fourier transform of a grid of tokens, of all channels at once.
#pragma once

#include "sim/core/tensor.h"
#include "sim/ops/token_fft.h"

namespace bispike {

/// Transforms along the columns and along the rows of x [rows, columns, C], in place. One thread, as TokenFft.
class GridFft {
public:
    GridFft(int64_t rows, int64_t columns) : rows_(rows), columns_(columns) {}
    void forward(ComplexRows& x) { rows_.forward(x), columns_.forward(x, rows_.tokens()); }
    /// Not divided by the number of tokens.
    void inverse(ComplexRows& x) { rows_.inverse(x), columns_.inverse(x, rows_.tokens()); }
    /// Real multiply-accumulates of one transform of one complex channel.
    uint64_t macs() const {
        return rows_.macs() * static_cast<uint64_t>(columns_.tokens()) +
               columns_.macs() * static_cast<uint64_t>(rows_.tokens());
    }

private:
    TokenFft rows_, columns_;
};

/// How many frequencies of the whole transform one of columns 0 to columns / 2, those of a real transform, stands for:
/// its mirror image too, or itself alone.
inline float frequency_multiplicity(int64_t column, int64_t columns) {
    return column == 0 || 2 * column == columns ? 1.0f : 2.0f;
}

/// Group `group` of x [groups, size] as complex numbers.
ComplexRows complex_rows(const Tensor& x, int64_t group, int64_t size);
/// Real parts times `factor` to that group of `out`.
void put_real(const ComplexRows& x, float factor, int64_t group, Tensor& out);

}  // namespace bispike
