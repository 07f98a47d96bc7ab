// A whole network without its encoder and readout.
#pragma once

#include "sim/net/layer.h"

namespace bispike {

/// Encoded images [t, B, H, W, C] to class scores [t, B, classes]. Composed of layers by name.
class Network : public Layer {
public:
    using Layer::Layer;
};

}  // namespace bispike
