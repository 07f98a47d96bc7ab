// The discrete Fourier transform over tokens and channels, real part.
#include "sim/ops/fourier.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/error.h"
#include "sim/ops/token_fft.h"

namespace bispike {
namespace {

void require_tokens(const Shape& x) {
    if (x.rank() != 4) fail("a transform needs tokens [t, B, N, C], got {}", x.str());
}

/// [rows, columns] to [columns, rows].
void transpose(const float* from, int64_t rows, int64_t columns, float* to) {
    for (int64_t c = 0; c < columns; ++c)
        for (int64_t r = 0; r < rows; ++r) to[c * rows + r] = from[r * columns + c];
}

}  // namespace

Tensor fourier_real(const Tensor& x) {
    require_tokens(x.shape());
    const int64_t tokens = x.shape()[2], channels = x.shape()[3], each = tokens * channels;
    TokenFft along_tokens(tokens), along_channels(channels);
    const float share = 1.0f / std::sqrt(static_cast<float>(each));
    Tensor out = Tensor::uninitialised(x.shape());
    for (int64_t first = 0; first < x.size(); first += each) {
        ComplexRows y(each);
        transpose(x.data() + first, tokens, channels, y.re.data());
        std::ranges::fill(y.im, 0.0f);
        along_channels.forward(y);
        ComplexRows z(each);
        transpose(y.re.data(), channels, tokens, z.re.data());
        transpose(y.im.data(), channels, tokens, z.im.data());
        along_tokens.forward(z);
        for (int64_t i = 0; i < each; ++i) out[first + i] = z.re[static_cast<size_t>(i)] * share;
    }
    return out;
}

OpCount fourier_real_count(const Shape& x) {
    require_tokens(x);
    const uint64_t each =
        TokenFft(x[2]).macs() * static_cast<uint64_t>(x[3]) + TokenFft(x[3]).macs() * static_cast<uint64_t>(x[2]);
    const uint64_t all = static_cast<uint64_t>(x[0] * x[1]) * each;
    return {.mac = all, .dense = all};
}

Tensor fourier_real_reference(const Tensor& x) {
    require_tokens(x.shape());
    const int64_t tokens = x.shape()[2], channels = x.shape()[3], each = tokens * channels;
    Tensor out(x.shape());
    for (int64_t i = 0; i < x.size(); ++i) {
        const int64_t first = i / each * each, n = i % each / channels, c = i % channels;
        double sum = 0.0;
        for (int64_t j = 0; j < each; ++j)
            sum += x[first + j] * std::cos(2.0 * std::numbers::pi *
                                           (static_cast<double>(n * (j / channels)) / static_cast<double>(tokens) +
                                            static_cast<double>(c * (j % channels)) / static_cast<double>(channels)));
        out[i] = static_cast<float>(sum / std::sqrt(static_cast<double>(each)));
    }
    return out;
}

}  // namespace bispike
