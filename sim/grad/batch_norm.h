// Batch normalisation with batch statistics on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

struct BatchNormParameters {
    const Parameter* weight = nullptr;        // gamma [C]
    const Parameter* bias = nullptr;          // beta [C]
    const Parameter* running_mean = nullptr;  // buffer [C]
    const Parameter* running_var = nullptr;   // buffer [C]
};

/// Normalises with the moments of x itself and leaves them (mean, unbiased variance) in the tape's sums of the
/// buffers; the trainer moves the running statistics.
Value batch_norm(Tape& tape, Value x, BatchNormParameters parameters);

}  // namespace bispike
