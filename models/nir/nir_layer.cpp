// Which layer runs which node.
#include "models/nir/nir_layer.h"

#include <cassert>
#include <map>

namespace bispike {

MakeNirLayer nir_layer(const std::string& type) {
    static const std::map<std::string, MakeNirLayer> makers = {
        {"Affine", make_nir_affine},       {"Linear", make_nir_affine},  {"Conv1d", make_nir_conv},
        {"Conv2d", make_nir_conv},         {"Delay", make_nir_delay},    {"Flatten", make_nir_flatten},
        {"SumPool2d", make_nir_pool},      {"AvgPool2d", make_nir_pool}, {"Scale", make_nir_pointwise},
        {"Threshold", make_nir_pointwise}, {"I", make_nir_neuron},       {"IF", make_nir_neuron},
        {"LI", make_nir_neuron},           {"LIF", make_nir_neuron},     {"CubaLI", make_nir_neuron},
        {"CubaLIF", make_nir_neuron}};
    const auto found = makers.find(type);
    return found == makers.end() ? nullptr : found->second;
}

const NirField& field_of(const NirNode& node, const char* name) {
    const auto found = node.fields.find(name);
    if (found == node.fields.end()) fail("node `{}` ({}) lacks `{}`", node.name, node.type, name);
    return found->second;
}

std::vector<float> floats(std::span<const double> values) {
    std::vector<float> all;
    for (const double v : values) all.push_back(static_cast<float>(v));
    return all;
}

std::vector<double> channels_last(const NirField& field) {
    const std::vector<double>& first = field.reals();
    if (field.shape.size() < 2) return first;
    const auto channels = static_cast<size_t>(field.shape[0]);
    const size_t places = channels == 0 ? 0 : first.size() / channels;
    std::vector<double> last(first.size());
    for (size_t c = 0; c < channels; ++c)
        for (size_t p = 0; p < places; ++p) last[p * channels + c] = first[c * places + p];
    return last;
}

int64_t pixels_of(const NirNode& node, const char* field, size_t i) {
    constexpr int64_t kMost = 1 << 16;
    const int64_t pixels = axis_of(field_of(node, field), i);
    if (pixels > kMost) fail("node `{}`: {} = {} is more than {} pixels", node.name, field, pixels, kMost);
    return pixels;
}

int64_t axis_of(const NirField& field, size_t i) {
    const auto& values = field.integers();
    assert(!values.empty());
    return values[values.size() == 1 ? 0 : i];
}

}  // namespace bispike
