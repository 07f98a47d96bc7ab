// Spikformer's public code (Zhou et al., ICLR 2023): the CIFAR form, written with linear maps, and the form for event
// cameras and ImageNet, written with convolutions.
#include <algorithm>
#include <iterator>

#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

constexpr const char* kInput = "patch_embed.proj_conv.weight";

/// `map` is what the form calls a linear map, `pools` which of the four stages halve the image.
std::map<std::string, std::string> sizes(const PublicModel& m, const std::string& map, const std::string& pools) {
    const int64_t dim = extent(m, "head.weight", 1);
    const bool has_bias = m.shapes.contains("block.0.attn.q_" + map + ".bias");
    return {{"network.model", "spikformer"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "block.*.attn.q_" + map + ".weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "block.0.mlp.fc1_" + map + ".weight", 0), dim)},
            {"network.stem_widths", four_stage_widths(m)},
            {"network.stem_pools", pools},
            {"attention.model", "ssa"},
            {"attention.qkv_bias", has_bias ? "true" : "false"}};
}

std::vector<KeyRule> rules(const std::string& map_name, int token_axes, int mlp_axes) {
    using enum KeyPart;
    std::vector<KeyRule> all = {{map, "head", "head", 2},
                                {unused, "block.*.norm1", "a layer norm that no forward pass calls"},
                                {unused, "block.*.norm2", "a layer norm that no forward pass calls"},
                                {neuron, "patch_embed.proj_lif*", "stem.*_lif"},
                                {neuron, "patch_embed.rpe_lif", "stem.rpe_lif"},
                                {neuron, "block.*.attn.attn_lif", "block.*.attn.attn_lif"}};
    std::ranges::copy(four_stage_stem(), std::back_inserter(all));
    std::ranges::copy(block_maps(map_name, token_axes, mlp_axes), std::back_inserter(all));
    return all;
}

KeyLayout cifar() {
    return {.name = "spikformer (CIFAR form)",
            .marker = "block.0.attn.q_linear.weight",
            .absent = "",
            .input = kInput,
            .head = "head.weight",
            .rules = rules("linear", 2, 2),
            .asks = {{"network.heads", "args.num_heads", "the authors use 12 for CIFAR"},
                     {"network.timesteps", "args.time_step", ""}},
            .settings = [](const PublicModel& m) { return sizes(m, "linear", "0,0,1,1"); }};
}

KeyLayout convolutions() {
    return {.name = "spikformer (event-camera and ImageNet form)",
            .marker = "block.0.mlp.fc1_conv.weight",
            .absent = "block.0.attn.talking_heads.weight",
            .input = kInput,
            .head = "head.weight",
            .rules = rules("conv", 3, 4),
            .asks = {{"network.heads", "args.num_heads", "the authors use 16 for event cameras, 8 or 12 for ImageNet"},
                     {"network.timesteps", "args.time_step", ""}},
            .settings = [](const PublicModel& m) { return sizes(m, "conv", "1,1,1,1"); }};
}

}  // namespace

Entry<KeyLayouts> import_spikformer() {
    return {"spikformer", "weights of Spikformer's public code", {cifar(), convolutions()}};
}

}  // namespace bispike
