// Fan-outs of convolutions.
#include "sim/energy/fan_out.h"

#include <map>

namespace bispike {
namespace {

/// TapsOn of one axis that lie on an output when the input is at `at`.
std::vector<int64_t> taps_on(const ConvAxis& axis, int64_t at, int64_t extent) {
    std::vector<int64_t> taps;
    for (int64_t k = 0; k < axis.kernel; ++k) {
        const int64_t start = at + axis.padding - k * axis.dilation;
        if (start >= 0 && start % axis.stride == 0 && start / axis.stride < axis.output(extent)) taps.push_back(k);
    }
    return taps;
}

using TapsOn = std::pair<std::vector<int64_t>, std::vector<int64_t>>;  // of y and of x

/// Weights that are not 0 on these taps, of each input channel: [in].
std::vector<uint32_t> live_of(const ConvShape& w, const Tensor& weight, const TapsOn& taps) {
    const int64_t inputs = w.in_channels / w.groups, outputs = w.out_channels / w.groups;
    std::vector<uint32_t> live(static_cast<size_t>(w.in_channels));
    for (int64_t o = 0; o < w.out_channels; ++o)
        for (int64_t i = 0; i < inputs; ++i)
            for (const int64_t y : taps.first)
                for (const int64_t x : taps.second)
                    live[static_cast<size_t>(o / outputs * inputs + i)] +=
                        weight[(o * inputs + i) * w.taps() + y * w.x.kernel + x] != 0.0f;
    return live;
}

}  // namespace

std::vector<uint32_t> fan_outs(const WindowOver& over) {
    const ConvShape& w = over.window;
    std::vector<uint32_t> all;
    for (int64_t r = 0; r < over.height; ++r)
        for (int64_t c = 0; c < over.width; ++c)
            all.push_back(static_cast<uint32_t>(w.y.fan_out(r, over.height) * w.x.fan_out(c, over.width) *
                                                w.out_channels / w.groups));
    return all;
}

LiveFanOut live_fan_outs(const WindowOver& over, const Tensor& weight) {
    LiveFanOut live;
    std::map<TapsOn, uint32_t> rows;
    for (int64_t r = 0; r < over.height; ++r)
        for (int64_t c = 0; c < over.width; ++c) {
            const TapsOn taps{taps_on(over.window.y, r, over.height), taps_on(over.window.x, c, over.width)};
            const auto [place, fresh] = rows.try_emplace(taps, static_cast<uint32_t>(live.count.size()));
            if (fresh) live.count.push_back(live_of(over.window, weight, taps));
            live.row.push_back(place->second);
        }
    return live;
}

LiveFanOut live_fan_outs(const Tensor& weight) {
    const int64_t outputs = weight.shape()[0], inputs = weight.shape()[1];
    std::vector<uint32_t> live(static_cast<size_t>(inputs));
    for (int64_t o = 0; o < outputs; ++o)
        for (int64_t i = 0; i < inputs; ++i) live[static_cast<size_t>(i)] += weight[o * inputs + i] != 0.0f;
    return {{0}, {live}};
}

}  // namespace bispike
