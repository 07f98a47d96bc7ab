// Batch normalisation with batch statistics on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/batch_norm.h"

namespace bispike {

struct BatchNormParameters {
    const Parameter* weight = nullptr;        // gamma [C]
    const Parameter* bias = nullptr;          // beta [C]
    const Parameter* running_mean = nullptr;  // buffer [C]
    const Parameter* running_var = nullptr;   // buffer [C]
};

/// What a normalisation measured, which is left to whoever takes its output: they see x * scale + shift.
struct Normalised {
    Tensor x;
    int node;                       // of x
    std::function<Tensor()> again;  // makes x anew, with the same bits: then nobody keeps it. Null: it is kept
    ChannelMoments moments;
    ChannelAffine affine;
    BatchNormParameters parameters;
};

/// Measures the moments of x and leaves them (mean, unbiased variance) in the tape's sums of the buffers; the trainer
/// moves the running statistics.
Normalised normalised(Tape& tape, Value x, BatchNormParameters parameters);
/// Adds the gradients of the parameters and of x, from dy whose sums are known. x is that of `norm`, kept or made anew.
void pull_back(Tape& tape, const Normalised& norm, const Tensor& x, const NormSums& sums, Tensor dy);

/// Normalises with the moments of x itself.
Value batch_norm(Tape& tape, Value x, BatchNormParameters parameters);

}  // namespace bispike
