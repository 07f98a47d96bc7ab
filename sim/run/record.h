// A recording of our own runs, for comparing them with each other.
#pragma once

#include "sim/io/recording.h"
#include "sim/net/model.h"
#include "sim/run/simulate.h"

namespace bispike {

/// The spikes of every layer of neurons over all steps, by our names, for images [B, H, W, C].
Recording record(const Model& model, const Tensor& images, const SimulateOptions& options);

}  // namespace bispike
