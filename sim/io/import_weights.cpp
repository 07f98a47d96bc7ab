// Public weights under our names.
#include "sim/io/import_weights.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <set>

#include "sim/core/error.h"
#include "sim/io/key_match.h"

namespace bispike {
namespace {

/// The rows of a public map, shared out evenly. Throws Error where they cannot be.
std::vector<Tensor> unstacked(const Tensor& all, size_t count, const std::string& what) {
    if (count == 1) return {all};
    const int64_t parts = static_cast<int64_t>(count), rows = all.shape().rank() > 0 ? all.shape()[0] : 1;
    if (rows % parts != 0) fail("{} {} is to hold {} maps of equal size", what, all.shape().str(), parts);
    const auto each = static_cast<size_t>(all.size() / parts);
    std::vector<Tensor> out;
    for (size_t i = 0; i < count; ++i)
        out.emplace_back(all.shape().with(0, rows / parts), all.values().subspan(i * each, each));
    return out;
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

/// Takes public arrays, one after another, under our names.
class Importer {
public:
    Importer(const StateDict& dict, const KeyLayout& layout) : dict_(dict), layout_(layout) {
        result_.model.path = dict.path;
    }

    void add(const NamedArray& array) {
        const KeyRule& rule = rule_of(array);
        const KeyMatch at = *match(rule.part, array.name, rule.theirs);
        if (const std::string why = why_unused(rule, at.field); !why.empty()) {
            result_.unused.push_back({array.name, why});
            return;
        }
        if (!is_real(array.type))
            fail("{}: `{}` holds {}, a weight holds floating-point numbers", dict_.path, array.name,
                 name_of(array.type));
        Tensor value = to_tensor(array);
        const bool is_map = rule.part == KeyPart::map || rule.part == KeyPart::stack;
        if (is_map && at.field == "weight") value = without_last_axes(std::move(value), array, dict_.path);
        const auto rules = rule.part == KeyPart::stack ? stack_of(rule, layout_) : std::vector{&rule};
        auto parts = unstacked(value, rules.size(), fmt::format("{}: `{}`", dict_.path, array.name));
        for (size_t i = 0; i < rules.size(); ++i) {
            const std::string ours = at.name_by(rules[i]->ours);
            if (!taken_.insert(ours).second) fail("{}: `{}` comes twice", dict_.path, array.name);
            result_.model.weights.emplace_back(ours, std::move(parts[i]));
        }
    }

    Imported take() && { return std::move(result_); }

private:
    const KeyRule& rule_of(const NamedArray& array) const {
        for (const KeyRule& rule : layout_.rules) {
            if (!match(rule.part, array.name, rule.theirs)) continue;
            if (rule.part == KeyPart::refused) fail("{}: `{}`: {}", dict_.path, array.name, rule.ours);
            return rule;
        }
        fail("{}: `{}` has no place in the layout {}", dict_.path, array.name, layout_.name);
    }

    const StateDict& dict_;
    const KeyLayout& layout_;
    Imported result_;
    std::set<std::string> taken_;
};

std::string answered(const StateDict& dict, const KeyQuestion& question) {
    const auto found = dict.metadata.find(question.words);
    return found == dict.metadata.end() ? "" : found->second;
}

/// The maps of several rules as one, rows below rows. Throws Error where one is missing or has another size.
Tensor stacked(const ModelFile& model, const std::vector<const KeyRule*>& rules, const KeyMatch& at) {
    std::vector<float> values;
    Shape shape;
    for (const KeyRule* rule : rules) {
        const std::string name = at.name_by(rule->ours);
        const auto found = std::ranges::find(model.weights, name, &NamedTensors::value_type::first);
        if (found == model.weights.end()) fail("{}: there is no tensor `{}`", model.path, name);
        const Tensor& part = found->second;
        if (rule == rules.front()) shape = part.shape();
        require_shape(part.shape(), shape, (model.path + ": `" + name + "`").c_str());
        values.insert(values.end(), part.values().begin(), part.values().end());
    }
    return Tensor(shape.with(0, shape[0] * static_cast<int64_t>(rules.size())), values);
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
    Importer importer(dict, layout);
    PublicModel model{{}, dict.metadata};
    for (const NamedArray& array : dict.arrays) {
        model.shapes[array.name] = array.shape;
        importer.add(array);
    }
    Imported result = std::move(importer).take();
    result.model.settings = layout.settings(model);
    for (const KeyQuestion& question : layout.asks)
        if (const std::string answer = answered(dict, question); !answer.empty())
            result.model.settings[question.key] = answer;
    return result;
}

StateDict export_weights(const ModelFile& model, const KeyLayout& layout) {
    StateDict dict{model.path, {}, {}};
    for (const auto& [name, tensor] : model.weights) {
        const auto rule = std::ranges::find_if(layout.rules, [&, &n = name](const KeyRule& r) {
            return r.part != KeyPart::unused && match(r.part, n, r.ours);
        });
        if (rule == layout.rules.end()) fail("{}: `{}` has no name in the layout {}", model.path, name, layout.name);
        const KeyMatch found = *match(rule->part, name, rule->ours);
        const int axes = found.field == "weight" ? rule->axes : 0;
        if (rule->part != KeyPart::stack)
            dict.arrays.push_back(as_array(found.name_by(rule->theirs), tensor, axes));
        else if (const auto rules = stack_of(*rule, layout); rules.front() == &*rule)  // the others come with it
            dict.arrays.push_back(as_array(found.name_by(rule->theirs), stacked(model, rules, found), axes));
        if (rule->part == KeyPart::neuron) dict.arrays.back().shape.clear();  // a number without axes
    }
    return dict;
}

}  // namespace bispike
