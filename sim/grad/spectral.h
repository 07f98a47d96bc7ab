// Operations on the frequencies of tokens on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/circular_conv.h"
#include "sim/ops/grid_spectrum.h"

namespace bispike {

/// fourier_real() of x [t, B, N, C]. `tape` may be null, here and below.
Value fourier_real(Tape* tape, Value x);
/// spectral_filter() of x [t, B, N, C] with the parameter `filter`, which must outlive the tape.
Value spectral_filter(Tape* tape, Value x, const Parameter& filter, int64_t columns);
/// circular_conv() of x [t, B, N, C] with kernels made of the parameter `weight`; both must outlive the tape.
Value circular_conv(Tape* tape, Value x, const CircularKernels& kernels, const Parameter& weight);
/// grid_spectrum() of x [t, B, N, C], and spectrum_grid() of X [t, B, modes, 2, C]; the modes must outlive the tape.
Value grid_spectrum(Tape* tape, Value x, const GridModes& modes);
Value spectrum_grid(Tape* tape, Value spectrum, const GridModes& modes);
/// Complex numbers [..., 2, C] times i: real and imaginary parts (a, b) to (-b, a).
Value times_i(Tape* tape, Value x);

}  // namespace bispike
