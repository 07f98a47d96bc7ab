// The interface of layers whose outputs are currents for neurons.
#pragma once

#include "sim/grad/batch_norm.h"
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
    /// With a tape: the outputs of forward(), their normalisation left to the neurons behind it.
    virtual Normalised normalised(Pass& pass, Value input) const = 0;
};

}  // namespace bispike
