// Spikingformer's public code (Zhou et al. 2023): names of its state_dict and of its neurons.
#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

std::map<std::string, std::string> settings(const PublicModel& m) {
    const int64_t dim = extent(m, "head.weight", 1), stages = count_of(m, "patch_embed.block*_conv.weight");
    std::string widths, pools;
    for (int64_t i = 0; i < stages; ++i) {
        const std::string comma = i == 0 ? "" : ",";
        widths += comma + std::to_string(extent(m, "patch_embed.block" + std::to_string(i) + "_conv.weight", 0));
        pools += comma + (i + 2 < stages ? "0" : "1");
    }
    return {{"network.model", "spikingformer"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "block.*.attn.q_conv.weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "block.0.mlp.mlp1_conv.weight", 0), dim)},
            {"network.stem_widths", widths},
            {"network.stem_pools", pools},  // the CIFAR form: the last two stages
            {"attention.model", "ssa"}};
}

KeyLayout layout() {
    using enum KeyPart;
    return {
        .name = "spikingformer",
        .marker = "patch_embed.block0_conv.weight",
        .absent = "",
        .input = "patch_embed.block0_conv.weight",
        .head = "head.weight",
        .rules = {{conv, "patch_embed.block*_conv", "stem.*"},
                  {norm, "patch_embed.block*_bn", "stem.*.norm"},
                  {map, "block.*.attn.q_conv", "block.*.attn.q", 3},
                  {norm, "block.*.attn.q_bn", "block.*.attn.q.norm"},
                  {map, "block.*.attn.k_conv", "block.*.attn.k", 3},
                  {norm, "block.*.attn.k_bn", "block.*.attn.k.norm"},
                  {map, "block.*.attn.v_conv", "block.*.attn.v", 3},
                  {norm, "block.*.attn.v_bn", "block.*.attn.v.norm"},
                  {map, "block.*.attn.proj_conv", "block.*.attn.proj", 3},
                  {norm, "block.*.attn.proj_bn", "block.*.attn.proj.norm"},
                  {map, "block.*.mlp.mlp1_conv", "block.*.mlp.fc1", 4},
                  {norm, "block.*.mlp.mlp1_bn", "block.*.mlp.fc1.norm"},
                  {map, "block.*.mlp.mlp2_conv", "block.*.mlp.fc2", 4},
                  {norm, "block.*.mlp.mlp2_bn", "block.*.mlp.fc2.norm"},
                  {map, "head", "head", 2},
                  {unused, "block.*.norm1", "a layer norm that no forward pass calls"},
                  {unused, "block.*.norm2", "a layer norm that no forward pass calls"},
                  {neuron, "patch_embed.block*_lif", "stem.*_lif"},
                  {neuron, "block.*.attn.proj_lif", "block.*.attn.input_lif"},
                  {neuron, "block.*.attn.q_lif", "block.*.attn.q_lif"},
                  {neuron, "block.*.attn.k_lif", "block.*.attn.k_lif"},
                  {neuron, "block.*.attn.v_lif", "block.*.attn.v_lif"},
                  {neuron, "block.*.attn.attn_lif", "block.*.attn.attn_lif"},
                  {neuron, "block.*.mlp.mlp1_lif", "block.*.mlp.fc1_lif"},
                  {neuron, "block.*.mlp.mlp2_lif", "block.*.mlp.fc2_lif"}},
        .asks = {{"network.heads", "args.num_heads", "the authors use 12 for CIFAR-10, 8 for CIFAR-100 and ImageNet"},
                 {"network.timesteps", "args.time_step", ""}},
        .settings = settings};
}

}  // namespace

Entry<KeyLayouts> import_spikingformer() {
    return {"spikingformer", "weights of Spikingformer's public code", {layout()}};
}

}  // namespace bispike
