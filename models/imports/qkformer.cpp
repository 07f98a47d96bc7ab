// QKFormer's public code (Zhou et al., NeurIPS 2024): the forms for CIFAR, ImageNet and event cameras, which differ in
// their stems and in what they call self-attention and the MLP's maps.
#include "models/imports/shapes.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

using Names = std::vector<std::string>;

/// What a form calls its parts, and what its weights do not tell.
struct Form {
    int stages;
    std::string attention;  // of the last stage; "tssa" before
    std::string mlp;        // "mlp" of "mlp1_conv"
    Names stem, embed;      // convolutions of the first embedding, and of each further one
    std::map<std::string, std::string> own;
};

Form cifar_form() {
    return {3,
            "ssa",
            "mlp",
            {"proj", "proj1"},
            {"proj3", "proj4"},
            {{"network.heads", "8"},  // whatever num_heads says
             {"network.stem_pools", "0,0"},
             {"network.stem_shortcut", "1"},
             {"network.embed_pools", "0,1"}}};
}

Form image_net_form() {
    return {3,
            "attn",
            "fc",
            {"proj", "proj1", "proj2"},
            {"proj3", "proj4"},
            {{"network.stem_pools", "1,1,0"}, {"network.stem_shortcut", "1"}, {"network.embed_pools", "1,0"}}};
}

Form event_form() {
    return {2,
            "ssa",
            "mlp",
            {"proj", "proj1", "proj2", "proj3"},
            {"proj", "proj4"},
            {{"network.heads", "16"},  // whatever num_heads says
             {"network.stem_pools", "0,1,1,1"},
             {"network.stem_shortcut", "2"},
             {"network.embed_pools", "0,1"}}};
}

std::map<std::string, std::string> sizes(const PublicModel& m, const Form& form) {
    const int64_t width = extent(m, "stage1.0.tssa.q_conv.weight", 0);
    std::string depths, widths;
    for (int s = 1; s <= form.stages; ++s) {
        const std::string attention = s == form.stages ? form.attention : "tssa";
        depths += (s == 1 ? "" : ",") +
                  std::to_string(count_of(m, "stage" + std::to_string(s) + ".*." + attention + ".q_conv.weight"));
    }
    for (const std::string& conv : form.stem)
        widths += (widths.empty() ? "" : ",") + std::to_string(extent(m, "patch_embed1." + conv + "_conv.weight", 0));
    auto settings = form.own;
    settings["network.model"] = "qkformer";
    settings["network.dim"] = std::to_string(extent(m, "head.weight", 1));
    settings["network.depths"] = depths;
    settings["network.mlp_ratio"] = ratio_of(extent(m, "stage1.0.mlp." + form.mlp + "1_conv.weight", 0), width);
    settings["network.stem_widths"] = widths;
    settings["attention.model"] = "ssa";
    return settings;
}

void add_map(std::vector<KeyRule>& rules, const std::string& theirs, const std::string& ours, int axes) {
    rules.push_back({KeyPart::map, theirs + "_conv", ours, axes});
    rules.push_back({KeyPart::norm, theirs + "_bn", ours + ".norm"});
    rules.push_back({KeyPart::neuron, theirs + "_lif", ours + "_lif"});
}

void add_conv(std::vector<KeyRule>& rules, const std::string& theirs, const std::string& ours) {
    rules.push_back({KeyPart::conv, theirs + "_conv", ours});
    rules.push_back({KeyPart::norm, theirs + "_bn", ours + ".norm"});
    rules.push_back({KeyPart::neuron, theirs + "_lif", ours + "_lif"});
}

/// Stages count from 1 in their names, from 0 in ours.
void add_embed(std::vector<KeyRule>& rules, const Form& form, int stage) {
    const std::string theirs = "patch_embed" + std::to_string(stage) + ".";
    const std::string ours = stage == 1 ? "stem." : "stage." + std::to_string(stage - 1) + ".embed.";
    const Names& convs = stage == 1 ? form.stem : form.embed;
    for (size_t i = 0; i < convs.size(); ++i) add_conv(rules, theirs + convs[i], ours + std::to_string(i));
    add_conv(rules, theirs + "proj_res", ours + "shortcut");
}

void add_blocks(std::vector<KeyRule>& rules, const Form& form, int stage) {
    const bool is_last = stage == form.stages;
    const std::string block = "stage" + std::to_string(stage) + ".*.";
    const std::string theirs = block + (is_last ? form.attention : "tssa") + ".";
    const std::string ours = "stage." + std::to_string(stage - 1) + ".block.*.";
    for (const std::string layer : {"q", "k", "proj"}) add_map(rules, theirs + layer, ours + "attn." + layer, 3);
    if (is_last) add_map(rules, theirs + "v", ours + "attn.v", 3);
    rules.push_back({KeyPart::neuron, theirs + "attn_lif", ours + "attn.attn_lif"});
    for (const std::string i : {"1", "2"}) add_map(rules, block + "mlp." + form.mlp + i, ours + "mlp.fc" + i, 4);
}

std::vector<KeyRule> rules_of(const Form& form) {
    std::vector<KeyRule> rules = {{KeyPart::map, "head", "head", 2}};
    for (int stage = 1; stage <= form.stages; ++stage) add_embed(rules, form, stage), add_blocks(rules, form, stage);
    return rules;
}

KeyLayout layout(const std::string& name, const Form& form) {
    KeyLayout l{.name = name,
                .marker = "stage" + std::to_string(form.stages) + ".0." + form.attention + ".q_conv.weight",
                .absent = "",
                .input = "patch_embed1.proj_conv.weight",
                .head = "head.weight",
                .rules = rules_of(form),
                .asks = {{"network.timesteps", "args.time_step", ""}}};
    return l;
}

KeyLayout cifar() {
    KeyLayout l = layout("qkformer (CIFAR form)", cifar_form());
    l.settings = [](const PublicModel& m) { return sizes(m, cifar_form()); };
    return l;
}

KeyLayout image_net() {
    KeyLayout l = layout("qkformer (ImageNet form)", image_net_form());
    l.asks.push_back({"network.heads", "args.num_heads", "the authors use 6, 8 or 12 for dim 384, 512 or 768"});
    l.settings = [](const PublicModel& m) { return sizes(m, image_net_form()); };
    return l;
}

KeyLayout event_camera() {
    KeyLayout l = layout("qkformer (event-camera form)", event_form());
    l.asks[0].words = "args.T";
    l.settings = [](const PublicModel& m) { return sizes(m, event_form()); };
    return l;
}

}  // namespace

Entry<KeyLayouts> import_qkformer() {
    return {"qkformer", {"weights of QKFormer's public code"}, {cifar(), image_net(), event_camera()}};
}

}  // namespace bispike
