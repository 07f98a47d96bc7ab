// The spike-driven Transformer's public code, version 1 (Yao et al., NeurIPS 2023).
#include <algorithm>
#include <iterator>

#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

std::map<std::string, std::string> settings(const PublicModel& m) {
    const int64_t dim = extent(m, "head.weight", 1);
    return {{"network.model", "sdt"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "block.*.attn.q_conv.weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "block.0.mlp.fc1_conv.weight", 0), dim)},
            {"network.stem_widths", four_stage_widths(m)},
            {"network.stem_pools", "0,0,1,1"},  // pooling_stat of the CIFAR form; 1,1,1,1 for ImageNet
            {"attention.model", "sdsa"}};
}

KeyLayout layout() {
    using enum KeyPart;
    KeyLayout l{.name = "sdt",
                .marker = "block.0.attn.talking_heads.weight",
                .absent = "",
                .input = "patch_embed.proj_conv.weight",
                .head = "head.weight",
                .rules = {{map, "head", "head", 2},
                          {unused, "block.*.attn.talking_heads", "a convolution that no forward pass calls"},
                          {neuron, "patch_embed.proj_lif3", "stem.rpe_lif"},
                          {neuron, "patch_embed.proj_lif*", "stem.*_lif"},
                          {neuron, "block.*.attn.shortcut_lif", "block.*.attn.input_lif"},
                          {neuron, "block.*.attn.talking_heads_lif", "block.*.attn.attn_lif"},
                          {neuron, "head_lif", "head_lif"}},
                .asks = {{"network.heads", "args.num_heads", "the authors use 8; sdsa computes the same for any"},
                         {"network.timesteps", "args.time_steps", ""}},
                .settings = settings};
    std::ranges::copy(four_stage_stem(), std::back_inserter(l.rules));
    std::ranges::copy(block_maps("conv", 4, 4), std::back_inserter(l.rules));
    return l;
}

}  // namespace

Entry<KeyLayouts> import_sdt() {
    return {"sdt", {"weights of the spike-driven Transformer's public code"}, {layout()}};
}

}  // namespace bispike
