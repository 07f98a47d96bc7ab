// Public weights under our names.
#include "sim/io/import_weights.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <set>

#include "sim/core/error.h"

namespace bispike {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

using Numbers = std::vector<std::string>;

/// The numbers that the stars of a pattern stand for, if the name fits it.
std::optional<Numbers> numbers_in(const std::string& name, const std::string& pattern) {
    Numbers numbers;
    size_t at = 0;
    for (const char c : pattern) {
        if (c != '*') {
            if (at == name.size() || name[at++] != c) return std::nullopt;
            continue;
        }
        size_t end = at;
        while (end < name.size() && is_digit(name[end])) ++end;
        if (end == at) return std::nullopt;
        numbers.push_back(name.substr(at, end - at)), at = end;
    }
    return at == name.size() ? std::optional(numbers) : std::nullopt;
}

/// The pattern with a number in the place of each star.
std::string with_numbers(const std::string& pattern, const Numbers& numbers) {
    std::string name;
    auto next = numbers.begin();
    for (const char c : pattern) {
        if (c == '*')
            name += *next++;
        else
            name += c;
    }
    return name;
}

/// "block.0.head" and "weight" of "block.0.head.weight".
std::pair<std::string, std::string> split(const std::string& name) {
    const size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::pair<std::string, std::string>{"", name}
                                    : std::pair{name.substr(0, dot), name.substr(dot + 1)};
}

bool has_part(KeyPart part, const std::string& field) {
    switch (part) {
        case KeyPart::map:
        case KeyPart::conv:
            return field == "weight" || field == "bias";
        case KeyPart::norm:
            return field == "weight" || field == "bias" || field == "running_mean" || field == "running_var" ||
                   field == "num_batches_tracked";
        case KeyPart::unused:
            return true;
        case KeyPart::rates:
            return field == "firing_rate_x" || field == "firing_rate_attn";
        case KeyPart::neuron:
            return field == "w";
    }
    return false;
}

/// Whether a rule speaks of an array.
bool speaks_of(const KeyRule& rule, const NamedArray& array) {
    const auto [layer, field] = split(array.name);
    if (rule.part == KeyPart::unused && numbers_in(array.name, rule.theirs)) return true;
    return has_part(rule.part, field) && numbers_in(layer, rule.theirs);
}

/// Why an array is left behind; empty for one that is taken.
std::string why_unused(const KeyRule& rule, const std::string& field) {
    if (rule.part == KeyPart::unused) return rule.ours;
    return field == "num_batches_tracked" ? "counts batches of training" : "";
}

Tensor without_last_axes(Tensor weight, const NamedArray& array, const std::string& path) {
    if (weight.shape().rank() < 2 || weight.shape().product(2, weight.shape().rank()) != 1)
        fail("{}: `{}` {} is to be a linear map or a convolution of one tap", path, array.name, weight.shape().str());
    return std::move(weight).reshaped({weight.shape()[0], weight.shape()[1]});
}

std::string answered(const StateDict& dict, const KeyQuestion& question) {
    const auto found = dict.metadata.find(question.words);
    return found == dict.metadata.end() ? "" : found->second;
}

NamedArray as_array(std::string name, const Tensor& tensor, int axes) {
    NamedArray array{std::move(name), DType::f32, {}, {}};
    const auto extents = tensor.shape().extents();
    array.shape.assign(extents.begin(), extents.end());
    while (static_cast<int>(array.shape.size()) < axes) array.shape.push_back(1);
    array.bytes.resize(tensor.values().size_bytes());
    std::memcpy(array.bytes.data(), tensor.data(), array.bytes.size());
    return array;
}

}  // namespace

const KeyLayout* known_layout(const StateDict& dict, std::span<const KeyLayout* const> layouts) {
    const auto holds = [&](const std::string& name) {
        return std::ranges::find(dict.arrays, name, &NamedArray::name) != dict.arrays.end();
    };
    const auto told = dict.metadata.find("layout");
    for (const KeyLayout* layout : layouts)
        if (told != dict.metadata.end() && told->second == layout->name) return layout;
    for (const KeyLayout* layout : layouts)
        if (holds(layout->marker) && (layout->also.empty() || holds(layout->also)) && !holds(layout->absent))
            return layout;
    return nullptr;
}

const KeyLayout& find_layout(const StateDict& dict, std::span<const KeyLayout* const> layouts) {
    if (const KeyLayout* layout = known_layout(dict, layouts)) return *layout;
    std::vector<std::string> known;
    for (const KeyLayout* layout : layouts) known.push_back(fmt::format("{} (has `{}`)", layout->name, layout->marker));
    fail("{}: its names are those of no known model: {}", dict.path, fmt::join(known, ", "));
}

Imported import_weights(const StateDict& dict, const KeyLayout& layout) {
    Imported result;
    result.model.path = dict.path;
    std::set<std::string> taken;
    PublicModel model{{}, dict.metadata};
    for (const NamedArray& array : dict.arrays) {
        model.shapes[array.name] = array.shape;
        const auto [layer, field] = split(array.name);
        const auto rule = std::ranges::find_if(layout.rules, [&](const KeyRule& r) { return speaks_of(r, array); });
        if (rule == layout.rules.end())
            fail("{}: `{}` has no place in the layout {}", dict.path, array.name, layout.name);
        if (const std::string why = why_unused(*rule, field); !why.empty()) {
            result.unused.push_back({array.name, why});
            continue;
        }
        if (!is_real(array.type))
            fail("{}: `{}` holds {}, a weight holds floating-point numbers", dict.path, array.name,
                 name_of(array.type));
        const std::string ours = with_numbers(rule->ours, *numbers_in(layer, rule->theirs)) + "." + field;
        if (!taken.insert(ours).second) fail("{}: `{}` comes twice", dict.path, array.name);
        Tensor value = to_tensor(array);
        if (rule->part == KeyPart::map && field == "weight")
            value = without_last_axes(std::move(value), array, dict.path);
        result.model.weights.emplace_back(ours, std::move(value));
    }
    result.model.settings = layout.settings(model);
    for (const KeyQuestion& question : layout.asks)
        if (const std::string answer = answered(dict, question); !answer.empty())
            result.model.settings[question.key] = answer;
    return result;
}

StateDict export_weights(const ModelFile& model, const KeyLayout& layout) {
    StateDict dict{model.path, {}, {}};
    for (const auto& [name, tensor] : model.weights) {
        const auto [layer, field] = split(name);
        const auto rule = std::ranges::find_if(layout.rules, [&, &l = layer, &f = field](const KeyRule& r) {
            return r.part != KeyPart::unused && has_part(r.part, f) && numbers_in(l, r.ours);
        });
        if (rule == layout.rules.end()) fail("{}: `{}` has no name in the layout {}", model.path, name, layout.name);
        const std::string theirs = with_numbers(rule->theirs, *numbers_in(layer, rule->ours)) + "." + field;
        dict.arrays.push_back(as_array(theirs, tensor, field == "weight" ? rule->axes : 0));
        if (rule->part == KeyPart::neuron) dict.arrays.back().shape.clear();  // a number without axes
    }
    return dict;
}

std::string our_neuron(const KeyLayout& layout, const std::string& theirs) {
    for (const KeyRule& rule : layout.rules)
        if (rule.part == KeyPart::neuron)
            if (const auto numbers = numbers_in(theirs, rule.theirs)) return with_numbers(rule.ours, *numbers);
    return "";
}

}  // namespace bispike
