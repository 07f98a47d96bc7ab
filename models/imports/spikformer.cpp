// Spikformer's public code (Zhou et al., ICLR 2023): the CIFAR form, written with linear maps, and the form for event
// cameras and ImageNet, written with convolutions.
#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

constexpr const char* kStem[] = {"patch_embed.proj_conv.weight", "patch_embed.proj_conv1.weight",
                                 "patch_embed.proj_conv2.weight", "patch_embed.proj_conv3.weight"};

/// `map` is what the form calls a linear map, `pools` which of the four stages halve the image.
std::map<std::string, std::string> sizes(const PublicModel& m, const std::string& map, const std::string& pools) {
    const int64_t dim = extent(m, "head.weight", 1);
    std::string widths;
    for (const char* stage : kStem) widths += (widths.empty() ? "" : ",") + std::to_string(extent(m, stage, 0));
    const bool has_bias = m.shapes.contains("block.0.attn.q_" + map + ".bias");
    return {{"network.model", "spikformer"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "block.*.attn.q_" + map + ".weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "block.0.mlp.fc1_" + map + ".weight", 0), dim)},
            {"network.stem_widths", widths},
            {"network.stem_pools", pools},
            {"attention.model", "ssa"},
            {"attention.qkv_bias", has_bias ? "true" : "false"}};
}

std::vector<KeyRule> rules(const std::string& map_name, int token_axes, int mlp_axes) {
    using enum KeyPart;
    std::vector<KeyRule> all = {{conv, "patch_embed.proj_conv", "stem.0"},
                                {norm, "patch_embed.proj_bn", "stem.0.norm"},
                                {conv, "patch_embed.proj_conv*", "stem.*"},
                                {norm, "patch_embed.proj_bn*", "stem.*.norm"},
                                {conv, "patch_embed.rpe_conv", "stem.rpe"},
                                {norm, "patch_embed.rpe_bn", "stem.rpe.norm"},
                                {map, "head", "head", 2},
                                {unused, "block.*.norm1", "a layer norm that no forward pass calls"},
                                {unused, "block.*.norm2", "a layer norm that no forward pass calls"},
                                {neuron, "patch_embed.proj_lif", "stem.0_lif"},
                                {neuron, "patch_embed.proj_lif*", "stem.*_lif"},
                                {neuron, "patch_embed.rpe_lif", "stem.rpe_lif"},
                                {neuron, "block.*.attn.attn_lif", "block.*.attn.attn_lif"}};
    for (const std::string layer : {"attn.q", "attn.k", "attn.v", "attn.proj", "mlp.fc1", "mlp.fc2"}) {
        const std::string name = "block.*." + layer;
        all.push_back({map, name + "_" + map_name, name, layer.starts_with("mlp") ? mlp_axes : token_axes});
        all.push_back({norm, name + "_bn", name + ".norm"});
        all.push_back({neuron, name + "_lif", name + "_lif"});
    }
    return all;
}

KeyLayout cifar() {
    return {.name = "spikformer (CIFAR form)",
            .marker = "block.0.attn.q_linear.weight",
            .input = kStem[0],
            .head = "head.weight",
            .rules = rules("linear", 2, 2),
            .asks = {{"network.heads", "args.num_heads", "the authors use 12 for CIFAR"}},
            .settings = [](const PublicModel& m) { return sizes(m, "linear", "0,0,1,1"); }};
}

KeyLayout convolutions() {
    return {.name = "spikformer (event-camera and ImageNet form)",
            .marker = "block.0.mlp.fc1_conv.weight",
            .input = kStem[0],
            .head = "head.weight",
            .rules = rules("conv", 3, 4),
            .asks = {{"network.heads", "args.num_heads", "the authors use 16 for event cameras, 8 or 12 for ImageNet"}},
            .settings = [](const PublicModel& m) { return sizes(m, "conv", "1,1,1,1"); }};
}

}  // namespace

Entry<KeyLayouts> import_spikformer() {
    return {"spikformer", "weights of Spikformer's public code", {cifar(), convolutions()}};
}

}  // namespace bispike
