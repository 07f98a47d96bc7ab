// The size of a network by the name of the literature, and the keys that it stands for.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bispike {

/// "spikingformer-4-384" on 32x32 pixels.
struct NetworkSize {
    int depth = 0;  // blocks of all stages
    int width = 0;  // channels of the last stage
    int image = 0;  // [pixels] side

    /// Whether authors would take the form that they made for ImageNet.
    bool is_large() const { return image >= 128; }
};

/// Keys of a config and their values: {"network.dim", "384"}.
using NetworkKeys = std::vector<std::pair<std::string, std::string>>;

}  // namespace bispike
