// The discrete Fourier transform along tokens, of all channels at once.
#pragma once

#include <vector>

#include "sim/ops/complex_rows.h"

namespace bispike {

/// X_k = sum_n x_n e^(-2 pi i k n / N) for any N: passes of a mixed-radix transform in self-sorting order (Stockham),
/// one for each prime factor p of N, of N (p - 1) complex multiply-adds a channel. A channel's bits depend on nothing
/// but that channel. Keeps its scratch between calls: one thread.
class TokenFft {
public:
    explicit TokenFft(int64_t tokens);

    int64_t tokens() const { return tokens_; }
    /// x [blocks, N, width], in place.
    void forward(ComplexRows& x, int64_t blocks = 1);
    /// The same with e^(+2 pi i k n / N), not divided by N.
    void inverse(ComplexRows& x, int64_t blocks = 1);
    /// Real multiply-accumulates of one transform of one complex channel.
    uint64_t macs() const;

private:
    /// From transforms of `done` tokens to those of `factor` times as many.
    struct Step {
        int64_t done, factor;
    };
    void pass(ConstComplexRow x, int64_t width, Step step, ComplexRow y) const;

    int64_t tokens_;
    std::vector<int64_t> factors_;
    std::vector<float> cos_, sin_;  // of -2 pi j / N
    ComplexRows scratch_;
};

/// Plain reference, from the definition in float64: x [N, width].
ComplexRows token_fft_reference(const ComplexRows& x, int64_t tokens);

}  // namespace bispike
