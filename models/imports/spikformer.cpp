// Spikformer's public code (Zhou et al., ICLR 2023): the CIFAR form, written with linear maps, and the forms for
// ImageNet and for event cameras, written with convolutions.
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

std::map<std::string, std::string> event_sizes(const PublicModel& m) {
    auto settings = sizes(m, "conv", "1,1,1,1");
    settings["attention.scale"] = "0.25";
    return settings;
}

std::vector<KeyRule> rules(const std::string& map_name, int token_axes, int mlp_axes) {
    using enum KeyPart;
    std::vector<KeyRule> all = {{map, "head", "head", 2},
                                {neuron, "patch_embed.proj_lif*", "stem.*_lif"},
                                {neuron, "patch_embed.rpe_lif", "stem.rpe_lif"},
                                {neuron, "block.*.attn.attn_lif", "block.*.attn.attn_lif"}};
    std::ranges::copy(unused_block_norms(), std::back_inserter(all));
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

KeyLayout image_net() {
    return {.name = "spikformer (ImageNet form)",
            .marker = "block.0.mlp.fc1_conv.weight",
            .absent = "block.0.attn.talking_heads.weight",
            .input = kInput,
            .head = "head.weight",
            .rules = rules("conv", 3, 4),
            .asks = {{"network.heads", "args.num_heads", "the authors use 8 or 12 for ImageNet"},
                     {"network.timesteps", "args.time_step", ""}},
            .settings = [](const PublicModel& m) { return sizes(m, "conv", "1,1,1,1"); }};
}

/// Beside the names of the ImageNet form it has two things that no forward pass uses.
KeyLayout event_camera() {
    KeyLayout l = image_net();
    l.name = "spikformer (event-camera form)", l.also = "pos_embed";
    l.rules = rules("conv", 3, 3);
    l.rules.push_back({KeyPart::unused, "pos_embed", "a position embedding that no forward pass adds"});
    l.rules.push_back({KeyPart::unused, "norm", "a layer norm that no forward pass calls"});
    l.asks[0].hint = "the authors use 16 for event cameras";
    l.settings = event_sizes;
    return l;
}

}  // namespace

Entry<KeyLayouts> import_spikformer() {
    return {"spikformer", {"weights of Spikformer's public code"}, {cifar(), event_camera(), image_net()}};
}

}  // namespace bispike
