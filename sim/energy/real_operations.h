// What of a network is not driven by spikes.
#pragma once

#include "sim/energy/layer_facts.h"

namespace bispike {

/// A layer that multiplies real values, or makes others of them.
struct RealOperation {
    std::string layer, kind;
    uint64_t mac = 0;  // multiply-accumulates of an image, over all steps in which it runs
};

/// All of them, in the order of their calls.
std::vector<RealOperation> real_operations(const NetworkFacts& facts);

}  // namespace bispike
