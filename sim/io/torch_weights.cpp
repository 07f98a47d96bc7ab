// Finding the weights.
#include "sim/io/torch_weights.h"

#include <algorithm>
#include <array>
#include <set>

#include "sim/core/error.h"
#include "sim/io/quotable.h"
#include "sim/io/torch_tensor.h"
#include "sim/io/torch_words.h"

namespace bispike {
namespace {

constexpr std::array<std::string_view, 7> kPlaces = {
    "state_dict", "model", "model_state_dict", "net", "" /* the value itself */, "state_dict_ema", "model_ema"};

/// The value of a key; where it stands twice the last one, as in Python.
PickleRef value_of(const PickleDict& dict, std::string_view key) {
    PickleRef found;
    for (const auto& [name, value] : dict.pairs)
        if (const auto* text = as<std::string>(name); text && *text == key) found = value;
    return found;
}

bool is_named_tensor(const std::pair<PickleRef, PickleRef>& pair) {
    return as<std::string>(pair.first) != nullptr && is_torch_tensor(pair.second);
}

[[noreturn]] void fail_without_weights(const PickleRef& root, const std::string& path) {
    const auto* dict = as<PickleDict>(root);
    if (dict == nullptr)
        fail("{}: no weights: it holds a {} instead of a dict of tensors; save model.state_dict() with torch.save",
             path, quotable(type_name(*root)));
    constexpr size_t kShown = 20;
    std::string keys;
    for (size_t i = 0; i < std::min(kShown, dict->pairs.size()); ++i)
        keys += fmt::format("{}`{}`", i == 0 ? "" : ", ", quotable(torch_key(dict->pairs[i].first)));
    if (dict->pairs.size() > kShown) keys += fmt::format(" and {} more", dict->pairs.size() - kShown);
    fail(
        "{}: no weights: no dict of tensors in it or under one of the keys state_dict, model, model_state_dict, net, "
        "state_dict_ema, model_ema; its keys are {}",
        path, keys.empty() ? "none" : keys);
}

/// The dict of tensors, and the key of the root under which it stands ("" for the root itself).
std::pair<const PickleDict*, std::string_view> place_of_weights(const PickleRef& root, const std::string& path) {
    if (const auto* top = as<PickleDict>(root))
        for (const std::string_view key : kPlaces) {
            const PickleRef value = key.empty() ? root : value_of(*top, key);
            const auto* dict = as<PickleDict>(value);
            if (dict && std::ranges::any_of(dict->pairs, is_named_tensor)) return {dict, key};
        }
    fail_without_weights(root, path);
}

/// Removes `prefix` from the names if all of them have it.
void strip(TorchWeights& weights, std::string_view prefix) {
    const bool all = std::ranges::all_of(weights.tensors, [&](const auto& tensor) {
        return tensor.first.size() > prefix.size() && tensor.first.starts_with(prefix);
    });
    if (all)
        for (auto& [name, value] : weights.tensors) name.erase(0, prefix.size());
}

void require_single_names(const TorchWeights& weights, const std::string& path) {
    std::set<std::string_view> names;
    for (const auto& [name, value] : weights.tensors)
        if (!names.insert(name).second) fail("{}: there are two tensors `{}`", path, quotable(name));
}

}  // namespace

TorchWeights find_torch_weights(const PickleRef& root, const std::string& path) {
    const auto [dict, place] = place_of_weights(root, path);
    TorchWeights found;
    TorchWords words(path);
    if (!place.empty())
        for (const auto& [key, value] : as<PickleDict>(root)->pairs)
            if (const auto* text = as<std::string>(key); text == nullptr || *text != place) words.add(key, value);
    for (const auto& pair : dict->pairs)
        if (is_named_tensor(pair))
            found.tensors.emplace_back(*as<std::string>(pair.first), pair.second);
        else
            words.add(pair.first, pair.second);
    // The wrappers may lie around each other either way.
    for (const std::string_view prefix : {"module.", "_orig_mod.", "module."}) strip(found, prefix);
    require_single_names(found, path);
    found.words = words.take();
    return found;
}

}  // namespace bispike
