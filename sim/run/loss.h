// From class scores to the training loss, through the readout.
#pragma once

#include "sim/grad/tape.h"
#include "sim/net/readout.h"

namespace bispike {

struct TrainingLoss {
    Value loss;     // [1], on the tape
    Tensor answer;  // [B, classes], after the last step
};

/// Cross-entropy of the last answer, or of the answers after every step where the readout trains so.
/// scores [T, B, classes] on the tape, targets [B, classes].
TrainingLoss training_loss(Tape& tape, const Readout& readout, Value scores, const Tensor& targets, float smoothing);

}  // namespace bispike
