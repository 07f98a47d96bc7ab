// Sums of waves.
#include "sim/ops/harmonics.h"

#include <cmath>

namespace bispike {
namespace {

/// visit(c, j, place, angle) for each channel and harmonic: its place in [C, J], and j f_c t.
template <class Visit>
void for_each_harmonic(const Harmonics& h, double time, Visit visit) {
    const int64_t channels = h.frequency.size(), count = h.sine.channels();
    require_shape(h.sine.shape(), {channels, count}, "the amplitudes of sines");
    require_shape(h.cosine.shape(), {channels, count}, "the amplitudes of cosines");
    for (int64_t c = 0; c < channels; ++c)
        for (int64_t j = 1; j <= count; ++j)
            visit(c, j, c * count + j - 1, static_cast<double>(j) * h.frequency[c] * time);
}

Tensor rounded(const std::vector<double>& values, const Shape& shape) {
    Tensor out = Tensor::uninitialised(shape);
    for (int64_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(values[static_cast<size_t>(i)]);
    return out;
}

}  // namespace

Tensor harmonics(std::span<const float> times, const Harmonics& h) {
    const int64_t channels = h.frequency.size();
    std::vector<double> sums(times.size() * static_cast<size_t>(channels));
    for (size_t t = 0; t < times.size(); ++t)
        for_each_harmonic(h, times[t], [&](int64_t c, int64_t, int64_t at, double angle) {
            sums[t * static_cast<size_t>(channels) + static_cast<size_t>(c)] +=
                h.sine[at] * std::sin(angle) + h.cosine[at] * std::cos(angle);
        });
    return rounded(sums, {static_cast<int64_t>(times.size()), channels});
}

Harmonics harmonics_backward(std::span<const float> times, const Harmonics& h, const Tensor& gradient) {
    require_shape(gradient.shape(), {static_cast<int64_t>(times.size()), h.frequency.size()},
                  "the gradient of harmonics");
    const auto channels = static_cast<size_t>(h.frequency.size()), all = static_cast<size_t>(h.sine.size());
    std::vector<double> frequency(channels), sine(all), cosine(all);
    for (size_t t = 0; t < times.size(); ++t)
        for_each_harmonic(h, times[t], [&](int64_t c, int64_t j, int64_t at, double angle) {
            const double g = gradient[static_cast<int64_t>(t * channels) + c], s = std::sin(angle), k = std::cos(angle);
            sine[static_cast<size_t>(at)] += g * s;
            cosine[static_cast<size_t>(at)] += g * k;
            frequency[static_cast<size_t>(c)] +=
                g * static_cast<double>(j) * times[t] * (h.sine[at] * k - h.cosine[at] * s);
        });
    return {rounded(frequency, h.frequency.shape()), rounded(sine, h.sine.shape()), rounded(cosine, h.cosine.shape())};
}

}  // namespace bispike
