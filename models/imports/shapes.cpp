// Reading sizes off the shapes of public weights.
#include "models/imports/shapes.h"

#include "sim/core/error.h"
#include "sim/core/settings.h"

namespace bispike {

int64_t extent(const PublicModel& model, const std::string& name, size_t axis) {
    const auto found = model.shapes.find(name);
    if (found == model.shapes.end()) fail("the weights lack `{}`", name);
    if (axis >= found->second.size())
        fail("`{}` has {} axes, at least {} are needed", name, found->second.size(), axis + 1);
    return found->second[axis];
}

int64_t count_of(const PublicModel& model, const std::string& pattern) {
    const size_t star = pattern.find('*');
    int64_t n = 0;
    while (model.shapes.contains(std::string(pattern).replace(star, 1, std::to_string(n)))) ++n;
    return n;
}

std::string ratio_of(int64_t numerator, int64_t denominator) {
    if (denominator <= 0) fail("the weights have a width of {}", denominator);
    return text::from(static_cast<float>(numerator) / static_cast<float>(denominator));
}

std::string four_stage_widths(const PublicModel& model) {
    std::string widths;
    for (const char* stage : {"proj_conv", "proj_conv1", "proj_conv2", "proj_conv3"})
        widths += (widths.empty() ? "" : ",") +
                  std::to_string(extent(model, std::string("patch_embed.") + stage + ".weight", 0));
    return widths;
}

std::vector<KeyRule> four_stage_stem() {
    using enum KeyPart;
    return {{conv, "patch_embed.proj_conv", "stem.0"},     {norm, "patch_embed.proj_bn", "stem.0.norm"},
            {conv, "patch_embed.proj_conv*", "stem.*"},    {norm, "patch_embed.proj_bn*", "stem.*.norm"},
            {conv, "patch_embed.rpe_conv", "stem.rpe"},    {norm, "patch_embed.rpe_bn", "stem.rpe.norm"},
            {neuron, "patch_embed.proj_lif", "stem.0_lif"}};
}

std::vector<KeyRule> unused_block_norms() {
    return {{KeyPart::unused, "block.*.norm1", "a layer norm that no forward pass calls"},
            {KeyPart::unused, "block.*.norm2", "a layer norm that no forward pass calls"}};
}

std::vector<KeyRule> block_maps(const std::string& map, int token_axes, int mlp_axes) {
    std::vector<KeyRule> rules;
    for (const std::string layer : {"attn.q", "attn.k", "attn.v", "attn.proj", "mlp.fc1", "mlp.fc2"}) {
        const std::string name = "block.*." + layer;
        rules.push_back({KeyPart::map, name + "_" + map, name, layer.starts_with("mlp") ? mlp_axes : token_axes});
        rules.push_back({KeyPart::norm, name + "_bn", name + ".norm"});
        rules.push_back({KeyPart::neuron, name + "_lif", name + "_lif"});
    }
    return rules;
}

}  // namespace bispike
