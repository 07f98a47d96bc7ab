// The [network] section of QKFormer.
#pragma once

#include <vector>

#include "sim/core/fields.h"
#include "sim/net/scope.h"

namespace bispike {

/// Size of a QKFormer; the defaults are the CIFAR form.
struct QkformerOptions {
    int dim = 384, heads = 8;
    std::vector<int> depths = {1, 1, 2};
    float mlp_ratio = 4.0f;
    std::vector<int> stem_widths, stem_pools = {0, 0};
    int stem_shortcut = 1;
    std::vector<int> embed_pools = {0, 1};
    bool compat_batch_lif = false;

    int stages() const { return static_cast<int>(depths.size()); }
    /// Channels of a stage's tokens: they double from stage to stage.
    int64_t width(int stage) const { return dim >> (stages() - 1 - stage); }

    static auto fields() {
        using O = QkformerOptions;
        return std::tuple(
            field("dim", &O::dim, "channels", "width of the last stage's tokens; each stage before has half of it"),
            field("depths", &O::depths, "blocks each", "Transformer blocks of each stage"),
            field("heads", &O::heads, "heads", "attention heads in every stage; they divide its width"),
            field("mlp_ratio", &O::mlp_ratio, "x width", "hidden width of the MLP over the stage's width"),
            field(
                "stem_widths", &O::stem_widths, "channels",
                "output channels of each convolution up to the first stage, the last is its width; empty: half of it, "
                "then all"),
            field("stem_pools", &O::stem_pools, "0 | 1 each", "which of them halve the image by max pooling"),
            field("stem_shortcut", &O::stem_shortcut, "convolutions", "how many of them come before the shortcut"),
            field("embed_pools", &O::embed_pools, "0 | 1 each",
                  "convolutions that begin each further stage, and which of them halve the map"),
            field("compat_batch_lif", &O::compat_batch_lif, "true | false",
                  "let the neuron behind self-attention run on from image to image of a batch, as the released code"));
    }
};

/// The [network] section. Throws Error for sizes that do not fit together.
QkformerOptions read_qkformer_options(const Scope& scope);

}  // namespace bispike
