// The discrete Fourier transform of a grid of tokens.
#include "sim/ops/grid_fft.h"

#include <algorithm>

namespace bispike {

ComplexRows complex_rows(const Tensor& x, int64_t group, int64_t size) {
    ComplexRows out(size);
    std::copy_n(x.data() + group * size, size, out.re.begin());
    std::ranges::fill(out.im, 0.0f);
    return out;
}

void put_real(const ComplexRows& x, float factor, int64_t group, Tensor& out) {
    for (int64_t i = 0; i < x.size(); ++i) out[group * x.size() + i] = x.re[static_cast<size_t>(i)] * factor;
}

}  // namespace bispike
