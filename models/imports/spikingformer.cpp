// Spikingformer's public code (Zhou et al. 2023): the CIFAR form, and the form of ImageNet and of event cameras, which
// names and pools its stem otherwise.
#include <algorithm>
#include <iterator>

#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// The stem's convolutions in their order: "block0_conv", ... or "proj_conv", "proj1_conv", ...
std::string stem_conv(const std::string& stage, int64_t i) {
    return "patch_embed." + stage + (stage == "proj" && i == 0 ? "" : std::to_string(i)) + "_conv.weight";
}

int64_t stem_stages(const PublicModel& m, const std::string& stage) {
    int64_t n = 0;
    while (m.shapes.contains(stem_conv(stage, n))) ++n;
    return n;
}

std::map<std::string, std::string> sizes(const PublicModel& m, const std::string& stage) {
    const int64_t dim = extent(m, "head.weight", 1);
    std::string widths;
    for (int64_t i = 0; i < stem_stages(m, stage); ++i)
        widths += (i == 0 ? "" : ",") + std::to_string(extent(m, stem_conv(stage, i), 0));
    return {{"network.model", "spikingformer"},
            {"network.dim", std::to_string(dim)},
            {"network.depth", std::to_string(count_of(m, "block.*.attn.q_conv.weight"))},
            {"network.mlp_ratio", ratio_of(extent(m, "block.0.mlp.mlp1_conv.weight", 0), dim)},
            {"network.stem_widths", widths},
            {"attention.model", "ssa"}};
}

/// The last two stages halve the image.
std::map<std::string, std::string> cifar_settings(const PublicModel& m) {
    auto settings = sizes(m, "block");
    std::string pools;
    for (int64_t i = 0, n = stem_stages(m, "block"); i < n; ++i)
        pools += std::string(i == 0 ? "" : ",") + (i + 2 < n ? "0" : "1");
    settings["network.stem_pools"] = pools;
    return settings;
}

/// All stages but the first halve the image. Models of event cameras (two polarities in) have neurons of tau = 1.5.
std::map<std::string, std::string> large_settings(const PublicModel& m) {
    auto settings = sizes(m, "proj");
    std::string pools = "0";
    for (int64_t i = 1; i < stem_stages(m, "proj"); ++i) pools += ",1";
    settings["network.stem_pools"] = pools;
    if (extent(m, stem_conv("proj", 0), 1) == 2) settings["neuron.tau"] = "1.5";
    return settings;
}

std::vector<KeyRule> block_rules() {
    using enum KeyPart;
    std::vector<KeyRule> rules = unused_block_norms();
    rules.push_back({map, "head", "head", 2});
    for (const std::string layer : {"q", "k", "v", "proj"}) {
        const std::string name = "block.*.attn." + layer;
        rules.push_back({map, name + "_conv", name, 3});
        rules.push_back({norm, name + "_bn", name + ".norm"});
    }
    for (const std::string i : {"1", "2"}) {
        const std::string theirs = "block.*.mlp.mlp" + i, ours = "block.*.mlp.fc" + i;
        rules.push_back({map, theirs + "_conv", ours, 4});
        rules.push_back({norm, theirs + "_bn", ours + ".norm"});
        rules.push_back({neuron, theirs + "_lif", ours + "_lif"});
    }
    for (const std::string lif : {"q_lif", "k_lif", "v_lif", "attn_lif"})
        rules.push_back({neuron, "block.*.attn." + lif, "block.*.attn." + lif});
    rules.push_back({neuron, "block.*.attn.proj_lif", "block.*.attn.input_lif"});
    return rules;
}

KeyLayout cifar() {
    using enum KeyPart;
    KeyLayout l{
        .name = "spikingformer",
        .marker = "patch_embed.block0_conv.weight",
        .absent = "",
        .input = "patch_embed.block0_conv.weight",
        .head = "head.weight",
        .rules = block_rules(),
        .asks = {{"network.heads", "args.num_heads", "the authors use 12 for CIFAR-10, 8 for CIFAR-100 and ImageNet"},
                 {"network.timesteps", "args.time_step", ""}},
        .settings = cifar_settings};
    const std::vector<KeyRule> stem = {{conv, "patch_embed.block*_conv", "stem.*"},
                                       {norm, "patch_embed.block*_bn", "stem.*.norm"},
                                       {neuron, "patch_embed.block*_lif", "stem.*_lif"}};
    std::ranges::copy(stem, std::back_inserter(l.rules));
    return l;
}

KeyLayout large() {
    using enum KeyPart;
    KeyLayout l{
        .name = "spikingformer (ImageNet and event-camera form)",
        .marker = "block.0.mlp.mlp1_conv.weight",
        .also = "patch_embed.proj4_conv.weight",
        .absent = "",
        .input = "patch_embed.proj_conv.weight",
        .head = "head.weight",
        .rules = block_rules(),
        .asks = {{"network.heads", "args.num_heads", "the authors use 8 or 12 for ImageNet, 16 for event cameras"},
                 {"network.timesteps", "args.time_step", ""}},
        .settings = large_settings};
    const std::vector<KeyRule> stem = {{conv, "patch_embed.proj_conv", "stem.0"},
                                       {norm, "patch_embed.proj_bn", "stem.0.norm"},
                                       {conv, "patch_embed.proj*_conv", "stem.*"},
                                       {conv, "patch_embed.rpe_conv", "stem.4"},  // in the log of their energies
                                       {norm, "patch_embed.proj*_bn", "stem.*.norm"},
                                       {neuron, "patch_embed.proj*_lif", "stem.*_lif"}};
    std::ranges::copy(stem, std::back_inserter(l.rules));
    return l;
}

}  // namespace

Entry<KeyLayouts> import_spikingformer() {
    return {"spikingformer", {"weights of Spikingformer's public code"}, {cifar(), large()}};
}

}  // namespace bispike
