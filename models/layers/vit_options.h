// What the Spikformer family shares: the [network] section and the checks on it.
#pragma once

#include <string>
#include <vector>

#include "sim/core/fields.h"
#include "sim/net/network_size.h"
#include "sim/net/scope.h"

namespace bispike {

/// Size of any Transformer's blocks.
struct BlockOptions {
    int dim = 384, depth = 4, heads = 12;
    float mlp_ratio = 4.0f;

    /// Hidden width of the MLP.
    int64_t hidden() const { return static_cast<int64_t>(static_cast<float>(dim) * mlp_ratio); }

    static constexpr auto fields() {
        using O = BlockOptions;
        return std::tuple(field("dim", &O::dim, "channels", "embedding width of the tokens"),
                          field("depth", &O::depth, "blocks", "number of Transformer blocks"),
                          field("heads", &O::heads, "heads", "attention heads; they divide dim"),
                          field("mlp_ratio", &O::mlp_ratio, "x dim", "hidden width of the MLP over dim"));
    }
};

/// Size of a spiking vision Transformer; the defaults are Spikformer-4-384 on CIFAR.
struct VitOptions : BlockOptions {
    std::vector<int> stem_widths, stem_pools;

    static constexpr auto fields() {
        using O = VitOptions;
        return std::tuple_cat(BlockOptions::fields(),
                              std::tuple(field("stem_widths", &O::stem_widths, "channels",
                                               "output channels of each stem convolution, the last is dim; empty: the "
                                               "host's own"),
                                         field("stem_pools", &O::stem_pools, "0 | 1 each",
                                               "which stem stages halve the image by max pooling; empty: the host's "
                                               "own")));
    }
};

/// Heads of a width that its authors give no heads for: 12, or the most of 8, 4, 2 and 1 that divide it.
int usual_heads(int width);
/// The keys of a spiking vision Transformer by its size: 12 heads on CIFAR, 8 on ImageNet.
NetworkKeys block_keys(const NetworkSize& size, const std::string& attention);
/// The same of a stem that halves the image at each of four stages on ImageNet.
NetworkKeys four_stage_keys(const NetworkSize& size, const std::string& attention);

/// Throws Error for sizes that are not positive and heads that do not divide dim.
void require_sizes(const BlockOptions& options);

/// The [network] section with the host's stem filled in where it is not given. Throws Error for sizes that do not
/// fit together: heads that do not divide dim, an empty network, a stem that does not end in dim or pools too often.
VitOptions read_vit_options(const Scope& scope, std::vector<int> host_widths_over_dim, std::vector<int> host_pools);

/// The attention layer that the [attention] section asks for, one between spikes. Throws Error for any other.
std::unique_ptr<Layer> make_attention(const Scope& scope, const BlockOptions& options);

}  // namespace bispike
