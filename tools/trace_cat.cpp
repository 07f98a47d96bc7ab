// `bispike trace cat`: the values of one layer, a line each.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/core/settings.h"
#include "sim/report/trace_part.h"
#include "sim/report/trace_reader.h"
#include "tools/trace_verbs.h"

namespace bispike {
namespace {

using Json = nlohmann::ordered_json;

/// Chosen by --step; -1: every step.
int64_t chosen_step(const TraceFlags& flags, const TracePart& part) {
    if (flags.step.empty()) return -1;
    int64_t step = 0;
    text::into(step, "--step", flags.step);
    if (step < 0 || step >= part.timesteps())
        fail("--step {}: the trace has steps 0 to {}", step, part.timesteps() - 1);
    return step;
}

/// The values of one image that are shown: spikes that occurred, or all of the others.
std::vector<std::pair<int64_t, float>> shown(const TracePart& part, const TracedArray& array, int64_t place) {
    std::vector<std::pair<int64_t, float>> all;  // place in [T, ...], value
    if (array.quantity == Quantity::spikes) {
        for (const TracedSpike& s : part.spikes(array, place))
            all.emplace_back(s.step * array.size() + s.index, static_cast<float>(s.value));
        return all;
    }
    for (const float v : part.values(array, place)) all.emplace_back(static_cast<int64_t>(all.size()), v);
    return all;
}

/// Places along each axis of a step.
std::vector<int64_t> places(const TracedArray& array, int64_t index) {
    std::vector<int64_t> at(array.shape.size());
    for (size_t axis = at.size(); axis-- > 0; index /= array.shape[axis]) at[axis] = index % array.shape[axis];
    return at;
}

/// use(image, step, places, value)
template <class Use>
void for_each_value(const TracePart& part, const TracedArray& array, int64_t step, const Use& use) {
    for (const int64_t place : part.places())
        for (const auto& [at, value] : shown(part, array, place))
            if (step < 0 || at / array.size() == step)
                use(part.sample(place), at / array.size(), places(array, at % array.size()), value);
}

void print(const TracePart& part, const TracedArray& array, int64_t step) {
    fmt::print("image\tstep\t{}\t{}\n", fmt::join(array.axes, "\t"), to_string(array.quantity));
    for_each_value(part, array, step, [](int64_t image, int64_t t, const std::vector<int64_t>& at, float value) {
        fmt::print("{}\t{}\t{}\t{}\n", image, t, fmt::join(at, "\t"), value);
    });
}

Json json(const TracePart& part, const TracedArray& array, int64_t step) {
    Json j{{"layer", array.layer}, {"quantity", to_string(array.quantity)}, {"shape", array.shape}};
    j["columns"] = Json{"image", "step"};
    for (const std::string& axis : array.axes) j["columns"].push_back(axis);
    j["columns"].push_back(to_string(array.quantity));
    j["rows"] = Json::array();
    for_each_value(part, array, step, [&](int64_t image, int64_t t, const std::vector<int64_t>& at, float value) {
        Json row{image, t};
        for (const int64_t place : at) row.push_back(place);
        row.push_back(value);
        j["rows"].push_back(std::move(row));
    });
    return j;
}

}  // namespace

int trace_cat(const TraceFlags& flags) {
    const hdf5::File trace = open_trace(flags.files.at(0));
    TraceChoice choice = flags.choice;
    choice.layers = flags.files.at(1);
    const TracePart part(trace, choice);
    const TracedArray& array = part.arrays().front();  // of spikes, where the trace has them
    if (part.arrays().back().layer != array.layer)
        fail("`{}` names more than one layer, {} and {}: cat shows one", choice.layers, array.layer,
             part.arrays().back().layer);
    const int64_t step = chosen_step(flags, part);
    if (flags.json)
        fmt::print("{}\n", json(part, array, step).dump());
    else
        print(part, array, step);
    return 0;
}

}  // namespace bispike
