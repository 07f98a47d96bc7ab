// Layers by their public names.
#include "tools/public_names.h"

#include "models/registry.h"
#include "sim/core/error.h"
#include "sim/io/key_match.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

/// By one rule; empty where it does not fit.
std::string by_rule(const KeyRule& rule, const std::string& name) {
    if (rule.part != KeyPart::map && rule.part != KeyPart::stack && rule.part != KeyPart::conv) return "";
    const std::string suffix = ".weight";
    const auto found = match(rule.part, name + suffix, rule.theirs);
    if (!found) return "";
    const std::string ours = found->name_by(rule.ours);
    return ours.ends_with(suffix) ? ours.substr(0, ours.size() - suffix.size()) : "";
}

std::string by_layout(const KeyLayout& layout, const std::string& name, const NetworkFacts& facts) {
    for (const KeyRule& rule : layout.rules)
        if (const std::string ours = by_rule(rule, name); facts.find(ours) >= 0) return ours;
    const std::string neuron = our_neuron(layout, name);
    return facts.find(neuron) >= 0 ? neuron : "";
}

}  // namespace

std::string our_layer(const std::string& name, const NetworkFacts& facts) {
    if (facts.find(name) >= 0) return name;
    for (const auto& family : registry().imports)
        for (const KeyLayout& layout : family.make)
            if (const std::string ours = by_layout(layout, name, facts); !ours.empty()) return ours;
    std::vector<std::string> names;
    for (const LayerFacts& f : facts.layers) names.push_back(f.name);
    fail("layer `{}`: this network has none of that name (did you mean `{}`?)", quotable(name), nearest(name, names));
}

}  // namespace bispike
