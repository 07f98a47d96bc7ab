// Layers by the names that public code gives them.
#pragma once

#include <string>

#include "sim/energy/layer_facts.h"

namespace bispike {

/// Our name of a layer of this network that is called `name` here or in any of the public codes whose weights are
/// imported ("block.0.attn.q_conv"). Throws Error with the nearest name if there is none.
std::string our_layer(const std::string& name, const NetworkFacts& facts);

}  // namespace bispike
