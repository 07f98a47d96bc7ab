// The interface of layers whose outputs are currents for neurons.
#pragma once

#include "sim/net/layer.h"
#include "sim/ops/currents.h"

namespace bispike {

class Synapse : public Layer {
public:
    using Layer::Layer;
    /// The outputs of forward() piece by piece, counted and with their kernel named as forward() does; null where they
    /// come as a whole only: for dense inputs, with a tape, with normalisation apart from the weights. `input` must
    /// outlive the result.
    virtual std::unique_ptr<Currents> currents(Pass& pass, const Value& input) const = 0;
};

}  // namespace bispike
