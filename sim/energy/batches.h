// The layers of a network whose images see one another, so that what they do depends on the batch.
#pragma once

#include "sim/energy/layer_facts.h"

namespace bispike {

/// describe(), with the operations between images (Part::own) of batches of this many; of two where it is not told.
NetworkFacts describe_in_batches(Model& model, Weighted weights, int64_t batch);

}  // namespace bispike
