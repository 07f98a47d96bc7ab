// A whole network without its encoder and readout.
#pragma once

#include "sim/net/layer.h"

namespace bispike {

/// Encoded images [t, B, H, W, C] to class scores [t, B, classes], or [1, B, classes] where they are the same at every
/// step. Composed of layers by name.
class Network : public Layer {
public:
    using Layer::Layer;
    /// Whether it can take but one step at a time, because a layer sees what a later one did the step before.
    virtual bool stepwise() const { return false; }
    /// What whoever runs it should know, in one line: results that are not what they seem. Empty: nothing.
    virtual std::string caution() const { return ""; }
};

}  // namespace bispike
