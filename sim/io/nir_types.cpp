// The node types of NIR and their fields (Pedersen et al., "Neuromorphic intermediate representation", Nature
// Communications 15, 2024; the fields are those of the Python package `nir` 1.0.7).
#include "sim/io/nir_types.h"

#include <algorithm>

namespace bispike {
namespace {

using enum NirKind;
using enum NirPresence;

constexpr NirFieldType weight(size_t axes) { return {"weight", weights, required, INT64_MIN, axes}; }

constexpr NirFieldType kBias{"bias", weights};
constexpr NirFieldType kShape{"shape", shape, required, 1};
constexpr NirFieldType kResistance{"r", parameter};
constexpr NirFieldType kTau{"tau", parameter}, kTauMembrane{"tau_mem", parameter}, kTauSynapse{"tau_syn", parameter};
constexpr NirFieldType kLeak{"v_leak", parameter}, kThreshold{"v_threshold", parameter};
constexpr NirFieldType kReset{"v_reset", parameter_or_zero, optional};
constexpr NirFieldType kInputWeight{"w_in", parameter_or_one, optional};
constexpr NirFieldType kInputShape{"input_shape", axes, later, 1};
constexpr NirFieldType kKernel{"kernel_size", integer_or_axes, required, 1};
constexpr NirFieldType kStride{"stride", integer_or_axes, required, 1};
constexpr NirFieldType kPadding{"padding", padding, required, 0};
constexpr NirFieldType kPoolPadding{"padding", integer_or_axes, required, 0};
constexpr NirFieldType kDilation{"dilation", integer_or_axes, required, 1};
constexpr NirFieldType kGroups{"groups", integer, required, 1};

const NirType kTypes[] = {
    {"Affine", 0, {weight(2), kBias}},
    {"AvgPool2d", 2, {kKernel, kStride, kPoolPadding}},
    {"Conv1d", 1, {kInputShape, weight(3), kStride, kPadding, kDilation, kGroups, kBias}},
    {"Conv2d", 2, {kInputShape, weight(4), kStride, kPadding, kDilation, kGroups, kBias}},
    {"CubaLI", 0, {kTauSynapse, kTauMembrane, kResistance, kLeak, kInputWeight}},
    {"CubaLIF", 0, {kTauSynapse, kTauMembrane, kResistance, kLeak, kThreshold, kReset, kInputWeight}},
    {"Delay", 0, {{"delay", parameter}}},
    {"Flatten", 0, {{"start_dim", integer}, {"end_dim", integer}, {"input_type", shape, later, 1}}},
    {"I", 0, {kResistance}},
    {"IF", 0, {kResistance, kThreshold, kReset}},
    {kNirInputType, 0, {kShape}},
    {"LI", 0, {kTau, kResistance, kLeak}},
    {"LIF", 0, {kTau, kResistance, kLeak, kThreshold, kReset}},
    {"Linear", 0, {weight(2)}},
    {kNirGraphType, 0, {}},
    {kNirOutputType, 0, {kShape}},
    {"Scale", 0, {{"scale", weights}}},
    {"SumPool2d", 2, {kKernel, kStride, kPoolPadding}},
    {"Threshold", 0, {{"threshold", parameter}}},
};

template <class Entries>
auto* named(const Entries& entries, std::string_view name) {
    const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return name == entry.name; });
    return found == std::ranges::end(entries) ? nullptr : &*found;
}

template <class Entries>
std::vector<std::string> names_of(const Entries& entries) {
    std::vector<std::string> names;
    for (const auto& entry : entries) names.emplace_back(entry.name);
    return names;
}

}  // namespace

const NirFieldType* NirType::find(std::string_view field) const { return named(fields, field); }
std::vector<std::string> NirType::field_names() const { return names_of(fields); }

std::span<const NirType> nir_types() { return kTypes; }
const NirType* nir_type(std::string_view name) { return named(kTypes, name); }
std::vector<std::string> nir_type_names() { return names_of(kTypes); }

}  // namespace bispike
