// Brightness in [0, 1] from normalised pixels: what the spiking encoders turn into spikes.
#pragma once

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/image_spec.h"
#include "sim/core/settings.h"
#include "sim/core/tensor.h"

namespace bispike {

/// Images reach an encoder normalised, x = (pixel - mean) / std, so that black is -mean / std and white
/// (1 - mean) / std. Section [encoder].
struct IntensityRange {
    std::vector<float> low, high;
    static constexpr auto fields() {
        return std::tuple(field("low", &IntensityRange::low, "normalised pixel",
                                "value of black: one, or one a channel; empty: the data set's"),
                          field("high", &IntensityRange::high, "normalised pixel",
                                "value of white: one, or one a channel; empty: the data set's"));
    }
};

/// (x - low) / (high - low), clipped to [0, 1].
class Intensity {
public:
    /// Both with at least one value. Throws Error unless low < high in every channel.
    explicit Intensity(IntensityRange range) : range_(std::move(range)) {
        const size_t n = std::max(range_.low.size(), range_.high.size());
        for (size_t c = 0; c < n; ++c)
            if (!(at(range_.low, c) < at(range_.high, c)))
                fail("encoder.low = {} must be below encoder.high = {}", at(range_.low, c), at(range_.high, c));
    }
    /// The section [encoder], filled in from the data set.
    Intensity(Settings& settings, const ImageSpec& image)
        : Intensity(completed(settings.read<IntensityRange>("encoder"), image)) {}

    /// Images [B, H, W, C] to values in [0, 1], same shape. Throws Error if low or high have another number of
    /// channels than the images.
    Tensor of(const Tensor& images) const {
        const int64_t channels = images.channels();
        require_channels("encoder.low", range_.low, channels);
        require_channels("encoder.high", range_.high, channels);
        Tensor out = Tensor::uninitialised(images.shape());
        for (int64_t i = 0; i < out.size(); ++i) {
            const auto c = static_cast<size_t>(i % channels);
            const float low = at(range_.low, c), high = at(range_.high, c);
            out[i] = std::clamp((images[i] - low) / (high - low), 0.0f, 1.0f);
        }
        return out;
    }

private:
    static IntensityRange completed(IntensityRange range, const ImageSpec& image) {
        const auto fill = [](std::vector<float>& values, const std::vector<float>& known, float otherwise) {
            if (values.empty()) values = known.empty() ? std::vector<float>{otherwise} : known;
        };
        fill(range.low, image.low, 0.0f);
        fill(range.high, image.high, 1.0f);
        return range;
    }
    static float at(const std::vector<float>& values, size_t channel) {
        return values[values.size() == 1 ? 0 : std::min(channel, values.size() - 1)];
    }
    static void require_channels(const char* key, const std::vector<float>& values, int64_t channels) {
        if (values.size() != 1 && static_cast<int64_t>(values.size()) != channels)
            fail("{} has {} values: give one, or one for each of the {} channels", key, values.size(), channels);
    }

    IntensityRange range_;
};

}  // namespace bispike
