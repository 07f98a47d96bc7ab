// Training to a checkpoint and back, to the same bits.
#pragma once

#include "sim/io/checkpoint.h"
#include "sim/run/train.h"

namespace bispike {

/// Weights, moments of the optimiser and place of a training. `about` says what the model is (its weights are not
/// used); figures and words of the caller's can be added.
Checkpoint make_checkpoint(const Model& model, Trainer& trainer, ModelFile about);

/// Puts a model and its trainer back to where the checkpoint was made. Throws Error for a checkpoint of another network
/// or one without the state of training (a plain model file).
void restore(const Checkpoint& checkpoint, Model& model, Trainer& trainer);

}  // namespace bispike
