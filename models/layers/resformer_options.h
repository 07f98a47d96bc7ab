// The sizes of a SpikingResformer: its [network] section and the checks on it.
#pragma once

#include <string>
#include <vector>

#include "sim/core/fields.h"
#include "sim/net/scope.h"

namespace bispike {

/// The defaults are the authors' network for CIFAR.
struct ResformerOptions {
    std::vector<int> planes = {64, 192, 384}, depths = {1, 2, 3}, heads = {1, 3, 6}, patches = {4, 2, 1};
    int mlp_ratio = 4, group_size = 64;
    std::string stem = "3x3";
    bool head_bias = false;

    static constexpr auto fields() {
        using O = ResformerOptions;
        return std::tuple(
            field("planes", &O::planes, "channels", "width of each stage; each but the first halves the image"),
            field("depths", &O::depths, "blocks", "pairs of attention and feed-forward layers in each stage"),
            field("heads", &O::heads, "heads", "attention heads of each stage; they divide its plane"),
            field("patches", &O::patches, "pixels", "side of the patches that attention sees; it divides the image"),
            field("mlp_ratio", &O::mlp_ratio, "x plane", "hidden width of the feed-forward layers over the plane"),
            field("group_size", &O::group_size, "channels", "of a group of their convolution; it divides the width"),
            field("stem", &O::stem, "3x3 | 7x7", "first convolution; 7x7 and the pooling behind it quarter the image"),
            field("head_bias", &O::head_bias, "true | false", "a bias of the class scores"));
    }
};

/// One stage of it.
struct ResformerStage {
    int64_t inputs;  // channels of the stage before; 0: there is none
    int64_t plane, heads, patch, hidden, groups;
    int depth;
};
ResformerStage stage_of(const ResformerOptions& options, size_t stage);

/// The [network] section. Throws Error for lists of different lengths and sizes that do not divide.
ResformerOptions read_resformer_options(const Scope& scope);

}  // namespace bispike
