// Weights rounded so finely that nobody sees it, and sums of them become exact.
#pragma once

#include "sim/net/quantiser.h"
#include "sim/ops/linear.h"

namespace bispike {

/// Weights for inputs that are whole numbers.
struct GridWeights {
    Tensor weight;  // [out, in], times the unit of the inputs
    Tensor bias;    // [out]; zeros where there is none
};

/// `weight` [out, in] times `unit`, and `bias` [out] (or empty), rounded to multiples of the smallest power of two for
/// which every sum of weight times whole numbers in [-most, most], plus the bias, has at most 24 bits. So float32 holds
/// each partial sum exactly, whatever the order: time steps added up give the bits of the sum done at once. A weight
/// moves by at most 2^-23 of the largest possible sum. Throws Error naming `name` for weights that are not finite.
GridWeights on_grid(const std::string& name, const Tensor& weight, const Tensor* bias, float unit, int most);

/// A linear map's weights as its kernels read them: its parameters, or behind a quantiser (else null), prepared for
/// simulating, those on the grid. Transposed ones for training alone.
SynapseWeights packed_for(Purpose purpose, const Parameter& weight, const Parameter* bias, const Quantiser* input);

}  // namespace bispike
