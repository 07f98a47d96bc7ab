// The vision Transformers of timm and of DeiT (Touvron et al., ICML 2021), which share their names.
#include <cmath>

#include "models/imports/shapes.h"
#include "sim/core/error.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

const char* text_of(bool v) { return v ? "true" : "false"; }

/// Side of the images [pixels], from the positions of a square of patches.
int64_t image_size(const PublicModel& m, bool has_class_token) {
    const int64_t positions = extent(m, "pos_embed", 1), patches = positions - (has_class_token ? 1 : 0);
    const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(patches))));
    if (side < 1 || side * side != patches)
        fail("`pos_embed` has {} positions, {} of them for patches: no square image has that many", positions, patches);
    return side * extent(m, "patch_embed.proj.weight", 2);
}

std::map<std::string, std::string> settings(const PublicModel& m) {
    const int64_t dim = extent(m, "head.weight", 1);
    const bool has_class_token = m.shapes.contains("cls_token"), is_mean = m.shapes.contains("fc_norm.weight");
    if (!has_class_token && !is_mean)
        fail("neither `cls_token` nor `fc_norm.weight`: a norm of every token before their mean cannot be run");
    return {{"network.model", "vit"},
            {"network.timesteps", "1"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "blocks.*.attn.qkv.weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "blocks.0.mlp.fc1.weight", 0), dim)},
            {"network.patch", std::to_string(extent(m, "patch_embed.proj.weight", 2))},
            {"network.image_size", std::to_string(image_size(m, has_class_token))},
            {"network.class_token", text_of(has_class_token)},
            {"network.pool", is_mean ? "mean" : "token"},
            {"network.norm", "layer"},
            {"network.activation", "gelu"},
            {"attention.model", "softmax"},
            {"attention.qkv_bias", text_of(m.shapes.contains("blocks.0.attn.qkv.bias"))}};
}

constexpr const char* kDistilled = "the distilled form, with a token and a head of its own, cannot be run";
constexpr const char* kLayerScale = "the form with layer scale cannot be run";
constexpr const char* kQueryNorm = "the form that normalises queries and keys cannot be run";

KeyLayout layout() {
    using enum KeyPart;
    return {.name = "vit",
            .marker = "blocks.0.attn.qkv.weight",
            .absent = "",
            .input = "patch_embed.proj.weight",
            .head = "head.weight",
            .rules = {{conv, "patch_embed.proj", "patches"},
                      {value, "cls_token", "class_token"},
                      {value, "pos_embed", "position"},
                      {layer_norm, "blocks.*.norm1", "block.*.norm1"},
                      {stack, "blocks.*.attn.qkv", "block.*.attn.q", 2},
                      {stack, "blocks.*.attn.qkv", "block.*.attn.k", 2},
                      {stack, "blocks.*.attn.qkv", "block.*.attn.v", 2},
                      {map, "blocks.*.attn.proj", "block.*.attn.proj", 2},
                      {layer_norm, "blocks.*.norm2", "block.*.norm2"},
                      {map, "blocks.*.mlp.fc1", "block.*.mlp.fc1", 2},
                      {map, "blocks.*.mlp.fc2", "block.*.mlp.fc2", 2},
                      {layer_norm, "norm", "norm"},
                      {layer_norm, "fc_norm", "fc_norm"},
                      {map, "head", "head", 2},
                      {refused, "dist_token", kDistilled},
                      {refused, "head_dist.weight", kDistilled},
                      {refused, "head_dist.bias", kDistilled},
                      {refused, "blocks.*.ls1.gamma", kLayerScale},
                      {refused, "blocks.*.ls2.gamma", kLayerScale},
                      {refused, "blocks.*.gamma_1", kLayerScale},
                      {refused, "blocks.*.gamma_2", kLayerScale},
                      {refused, "blocks.*.attn.q_norm.weight", kQueryNorm},
                      {refused, "blocks.*.attn.k_norm.weight", kQueryNorm}},
            .asks = {{"network.heads", "args.num_heads", "width / 64 in most of timm's models: 3, 6, 12 or 16"},
                     {"network.heads", "network.heads", ""},  // what our export says
                     {"network.activation", "network.activation", ""}},
            .settings = settings};
}

}  // namespace

Entry<KeyLayouts> import_vit() { return {"vit", {"weights of timm's vision Transformers and of DeiT"}, {layout()}}; }

}  // namespace bispike
