// SpikingResformer's public code (Shi et al., CVPR 2024). Both sides number the layers of a stage alike.
#include <string>

#include "models/imports/shapes.h"
#include "sim/core/error.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// "layers.1.3." of the attention of block 1 in stage 1, whose layer 0 narrows the image.
std::string attention(int64_t stage, int64_t block) {
    return "layers." + std::to_string(stage) + "." + std::to_string((stage > 0 ? 1 : 0) + 2 * block) + ".";
}

bool has_block(const PublicModel& m, int64_t stage, int64_t block) {
    return m.shapes.contains(attention(stage, block) + "W.weight");
}

std::string stem(const PublicModel& m) {
    const int64_t side = extent(m, "prologue.0.weight", 2);
    if (side != 3 && side != 7) fail("`prologue.0.weight` has a kernel of {0}x{0}: 3x3 and 7x7 are known", side);
    return side == 3 ? "3x3" : "7x7";
}

std::map<std::string, std::string> settings(const PublicModel& m) {
    std::string planes, depths, heads, patches;
    for (int64_t stage = 0; has_block(m, stage, 0); ++stage) {
        int64_t depth = 0;
        while (has_block(m, stage, depth)) ++depth;
        const std::string comma = stage == 0 ? "" : ",", first = attention(stage, 0);
        planes += comma + std::to_string(extent(m, first + "W.weight", 1));
        depths += comma + std::to_string(depth);
        heads += comma + std::to_string(extent(m, first + "firing_rate_x", 2));
        patches += comma + std::to_string(extent(m, first + "W.weight", 2));
    }
    const bool learns_leak = m.shapes.contains("layers.0.0.activation_in.w");
    return {
        {"network.model", "spikingresformer"},
        {"network.planes", planes},
        {"network.depths", depths},
        {"network.heads", heads},
        {"network.patches", patches},
        {"network.mlp_ratio", ratio_of(extent(m, "layers.0.1.up.1.weight", 0), extent(m, "layers.0.0.W.weight", 1))},
        {"network.group_size", std::to_string(extent(m, "layers.0.1.conv.0.1.weight", 1))},
        {"network.stem", stem(m)},
        {"network.head_bias", m.shapes.contains("classifier.bias") ? "true" : "false"},
        {"neuron.model", learns_leak ? "plif" : "lif"},
        {"neuron.surrogate", "atan"},
        {"neuron.surrogate_alpha", "2"}};
}

KeyLayout layout() {
    using enum KeyPart;
    return {.name = "spikingresformer",
            .marker = "layers.0.0.firing_rate_x",
            .absent = "",
            .input = "prologue.0.weight",
            .head = "classifier.weight",
            // Two kinds of layers have a `norm`: attention, and the one that begins every stage but the first.
            .rules = {{conv, "prologue.0", "stem.0"},
                      {norm, "prologue.1.bn", "stem.0.norm"},
                      {map, "classifier", "head", 2},
                      {norm, "layers.0.0.norm.bn", "stage.0.0.attn.kv.norm"},
                      {conv, "layers.*.0.conv", "stage.*.0.down"},
                      {norm, "layers.*.0.norm.bn", "stage.*.0.down.norm"},
                      {neuron, "layers.*.0.activation", "stage.*.0.down_lif"},
                      {conv, "layers.*.*.W", "stage.*.*.attn.kv"},
                      {norm, "layers.*.*.norm.bn", "stage.*.*.attn.kv.norm"},
                      {map, "layers.*.*.Wproj", "stage.*.*.attn.proj", 4},
                      {norm, "layers.*.*.norm_proj.bn", "stage.*.*.attn.proj.norm"},
                      {rates, "layers.*.*", "stage.*.*.attn"},
                      {neuron, "layers.*.*.activation_in", "stage.*.*.attn.input_lif"},
                      {neuron, "layers.*.*.activation_attn", "stage.*.*.attn.attn_lif"},
                      {neuron, "layers.*.*.activation_out", "stage.*.*.attn.out_lif"},
                      {neuron, "layers.*.*.up.0", "stage.*.*.mlp.up_lif"},
                      {map, "layers.*.*.up.1", "stage.*.*.mlp.up", 4},
                      {norm, "layers.*.*.up.2.bn", "stage.*.*.mlp.up.norm"},
                      {neuron, "layers.*.*.conv.0.0", "stage.*.*.mlp.conv_lif"},
                      {conv, "layers.*.*.conv.0.1", "stage.*.*.mlp.conv"},
                      {norm, "layers.*.*.conv.0.2.bn", "stage.*.*.mlp.conv.norm"},
                      {neuron, "layers.*.*.down.0", "stage.*.*.mlp.down_lif"},
                      {map, "layers.*.*.down.1", "stage.*.*.mlp.down", 4},
                      {norm, "layers.*.*.down.2.bn", "stage.*.*.mlp.down.norm"}},
            .asks = {{"network.timesteps", "args.T", ""}},
            .settings = settings};
}

}  // namespace

Entry<KeyLayouts> import_spikingresformer() {
    return {"spikingresformer", {"weights of SpikingResformer's public code"}, {layout()}};
}

}  // namespace bispike
