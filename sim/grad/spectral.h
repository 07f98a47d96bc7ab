// Operations on the frequencies of tokens on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/circular_conv.h"

namespace bispike {

/// fourier_real() of x [t, B, N, C]. `tape` may be null, here and below.
Value fourier_real(Tape* tape, Value x);
/// spectral_filter() of x [t, B, N, C] with the parameter `filter`, which must outlive the tape.
Value spectral_filter(Tape* tape, Value x, const Parameter& filter, int64_t columns);
/// circular_conv() of x [t, B, N, C] with kernels made of the parameter `weight`; both must outlive the tape.
Value circular_conv(Tape* tape, Value x, const CircularKernels& kernels, const Parameter& weight);

}  // namespace bispike
