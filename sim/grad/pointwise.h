// Functions of single values, and products of values, on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// x + by, element by element. `tape` may be null, here and below. Synaptic operations: none.
Value shifted(Tape* tape, Value x, float by);
/// x for x > 0, else `slope` x.
Value leaky_relu(Tape* tape, Value x, float slope);
/// x for x > 0, else e^x - 1 (Clevert et al., ICLR 2016).
Value elu(Tape* tape, Value x);
/// 1 + elu(x), which is positive.
Value positive_elu(Tape* tape, Value x);
Value sigmoid(Tape* tape, Value x);
/// Towards 0 by `most` >= 0, and 0 within it: x - most, 0 or x + most.
Value soft_shrink(Tape* tape, Value x, float most);
Value reciprocal(Tape* tape, Value x);

/// a b, element by element, of values of one shape.
Value product(Tape* tape, Value a, Value b);
/// The sum of all values, in float64 inside: [1].
Value total(Tape* tape, Value x);

/// A parameter as a value.
Value value_of(Tape* tape, const Parameter& parameter);
/// x [..., C] times the parameter `factors` [C], channel by channel.
Value scale_channels(Tape* tape, Value x, const Parameter& factors);

}  // namespace bispike
