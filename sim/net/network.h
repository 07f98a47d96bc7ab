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
    /// Why the answer to an image depends on the others in its batch, in one line, from the key that makes it so.
    /// Empty: it does not.
    virtual std::string why_images_mix() const { return ""; }
};

}  // namespace bispike
