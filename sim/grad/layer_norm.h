// Layer normalisation on the tape.
#pragma once

#include "sim/grad/tape.h"
#include "sim/ops/layer_norm.h"

namespace bispike {

/// layer_norm() of x [..., C] with the parameters gamma and beta [C], which must outlive the tape. `tape` may be null.
Value layer_norm(Tape* tape, Value x, const Parameter& gamma, const Parameter& beta, float eps = kLayerNormEps);

}  // namespace bispike
