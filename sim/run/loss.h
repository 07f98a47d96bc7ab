// From class scores to the training loss, through the readout.
#pragma once

#include "sim/net/pass.h"
#include "sim/net/readout.h"

namespace bispike {

struct TrainingLoss {
    Value loss;            // [1], on the tape: the sum of the two
    double cross_entropy;  // of the last answer, or of the answers after every step where the readout trains so
    double penalty;        // what layers added
    Tensor answer;         // [B, classes], after the last step
};

/// The loss of a pass with a tape. scores [T, B, classes] on it, targets [B, classes].
TrainingLoss training_loss(const Pass& pass, const Readout& readout, Value scores, const Tensor& targets,
                           float smoothing);

}  // namespace bispike
