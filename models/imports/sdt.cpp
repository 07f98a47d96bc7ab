// The spike-driven Transformer's public code, version 1 (Yao et al., NeurIPS 2023).
#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

std::map<std::string, std::string> settings(const PublicModel& m) {
    const int64_t dim = extent(m, "head.weight", 1);
    std::string widths;
    for (const char* stage : {"proj_conv", "proj_conv1", "proj_conv2", "proj_conv3"})
        widths +=
            (widths.empty() ? "" : ",") + std::to_string(extent(m, std::string("patch_embed.") + stage + ".weight", 0));
    return {{"network.model", "sdt"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "block.*.attn.q_conv.weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "block.0.mlp.fc1_conv.weight", 0), dim)},
            {"network.stem_widths", widths},
            {"network.stem_pools", "0,0,1,1"},  // pooling_stat of the CIFAR form; 1,1,1,1 for ImageNet
            {"attention.model", "sdsa"}};
}

KeyLayout layout() {
    using enum KeyPart;
    KeyLayout l{.name = "sdt",
                .marker = "block.0.attn.talking_heads.weight",
                .input = "patch_embed.proj_conv.weight",
                .head = "head.weight",
                .rules = {{conv, "patch_embed.proj_conv", "stem.0"},
                          {norm, "patch_embed.proj_bn", "stem.0.norm"},
                          {conv, "patch_embed.proj_conv*", "stem.*"},
                          {norm, "patch_embed.proj_bn*", "stem.*.norm"},
                          {conv, "patch_embed.rpe_conv", "stem.rpe"},
                          {norm, "patch_embed.rpe_bn", "stem.rpe.norm"},
                          {map, "head", "head", 2},
                          {unused, "block.*.attn.talking_heads", "a convolution that no forward pass calls"},
                          {neuron, "patch_embed.proj_lif", "stem.0_lif"},
                          {neuron, "patch_embed.proj_lif3", "stem.rpe_lif"},
                          {neuron, "patch_embed.proj_lif*", "stem.*_lif"},
                          {neuron, "block.*.attn.shortcut_lif", "block.*.attn.input_lif"},
                          {neuron, "block.*.attn.talking_heads_lif", "block.*.attn.attn_lif"},
                          {neuron, "head_lif", "head_lif"}},
                .asks = {{"network.heads", "args.num_heads", "the authors use 8; sdsa computes the same for any"}},
                .settings = settings};
    for (const std::string layer : {"attn.q", "attn.k", "attn.v", "attn.proj", "mlp.fc1", "mlp.fc2"}) {
        const std::string name = "block.*." + layer;
        l.rules.push_back({map, name + "_conv", name, 4});
        l.rules.push_back({norm, name + "_bn", name + ".norm"});
        l.rules.push_back({neuron, name + "_lif", name + "_lif"});
    }
    return l;
}

}  // namespace

Entry<KeyLayouts> import_sdt() { return {"sdt", "weights of the spike-driven Transformer's public code", {layout()}}; }

}  // namespace bispike
