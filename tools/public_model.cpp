// Weights of other programs.
#include "tools/public_model.h"

#include <algorithm>
#include <filesystem>

#include "models/registry.h"
#include "sim/io/safetensors.h"
#include "sim/io/torch_checkpoint.h"

namespace bispike {
namespace {

constexpr const char* kTorchEndings[] = {".pth", ".pt", ".tar", ".bin"};
constexpr int64_t kSideOfAnyStem = 224;  // [pixels]; for weights that do not depend on it

bool is_torch(const std::string& path) {
    return std::ranges::any_of(kTorchEndings, [&](const char* ending) { return path.ends_with(ending); });
}

std::vector<const KeyLayout*> layouts_of(const std::string& family) {
    std::vector<const KeyLayout*> all;
    const auto add = [&](const KeyLayouts& forms) {
        for (const KeyLayout& form : forms) all.push_back(&form);
    };
    if (!family.empty()) {
        add(find(registry().imports, family, "--as").make);
    } else {
        for (const auto& entry : registry().imports) add(entry.make);
    }
    return all;
}

/// Side of the images [pixels] that the weights are for.
int64_t image_side(const ModelFile& model) {
    const auto told = model.settings.find("network.image_size");
    return told == model.settings.end() ? kSideOfAnyStem : std::stoll(told->second);
}

bool names_all(const KeyLayout& layout, const ModelFile& model) {
    try {
        export_weights(model, layout);
        return true;
    } catch (const Error&) {
        return false;
    }
}

int64_t extent_of(const StateDict& dict, const std::string& name, size_t axis) {
    const auto found = std::ranges::find(dict.arrays, name, &NamedArray::name);
    if (found == dict.arrays.end() || found->shape.size() <= axis)
        fail("{}: `{}` is missing or has no axis {}", dict.path, name, axis);
    return found->shape[axis];
}

}  // namespace

bool is_public_file(const std::string& path) { return path.ends_with(".safetensors") || is_torch(path); }

StateDict read_state_dict(const std::string& path) {
    return path.ends_with(".safetensors") ? read_safetensors(path) : read_torch_checkpoint(path);
}

std::string layout_name(const StateDict& dict) {
    const KeyLayout* layout = known_layout(dict, layouts_of(""));
    return layout == nullptr ? "no known model" : layout->name;
}

PublicFile read_public_file(const std::string& path, const std::string& family) {
    const StateDict dict = read_state_dict(path);
    const KeyLayout& layout = find_layout(dict, layouts_of(family));
    PublicFile file{import_weights(dict, layout), &layout, static_cast<int64_t>(dict.arrays.size()), {}};
    const int64_t side = image_side(file.imported.model);
    file.image = {side, side, extent_of(dict, layout.input, 1), static_cast<int>(extent_of(dict, layout.head, 0))};
    auto& provenance = file.imported.model.provenance;
    provenance = dict.metadata;
    provenance["source"] = std::filesystem::path(path).filename().string();
    provenance["layout"] = layout.name;
    return file;
}

ModelFile read_any_model(const std::string& path, const std::string& family) {
    return is_public_file(path) ? read_public_file(path, family).imported.model : read_model(path);
}

const KeyLayout& layout_of(const ModelFile& model, const std::string& family) {
    const auto origin = model.provenance.find("layout");
    const auto network = model.settings.find("network.model");
    const bool known = network != model.settings.end() && std::ranges::any_of(registry().imports, [&](const auto& e) {
                           return e.name == network->second;
                       });
    if (family.empty() && !known)
        fail("{}: no public layout is known for network.model = {}; choose one with --as", model.path,
             network == model.settings.end() ? "?" : network->second);
    const auto layouts = layouts_of(family.empty() ? network->second : family);
    for (const KeyLayout* layout : layouts)
        if (origin != model.provenance.end() && origin->second == layout->name) return *layout;
    for (const KeyLayout* layout : layouts)
        if (names_all(*layout, model)) return *layout;
    export_weights(model, *layouts.front());  // throws, and so names the weight
    return *layouts.front();
}

void require_answers(const KeyLayout& layout, const Settings& settings, const std::string& path) {
    for (const KeyQuestion& question : layout.asks)
        if (!question.hint.empty() && !settings.has(question.key))
            fail("{}: the weights do not tell {}: give --{} ({})", path, question.key, question.key, question.hint);
}

}  // namespace bispike
