// Latency encoding: time to first spike (Thorpe, Delorme & Van Rullen 2001; the linear form of SpikingJelly's encoder).
#include <cmath>

#include "models/encoders/intensity.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// Each pixel fires once in the T steps of the run, the earlier the brighter: at t = round((T - 1) (1 - p)), p the
/// brightness in [0, 1], halves rounded to even. White fires at 0, black at T - 1. Binary spikes [t, B, H, W, C].
class Latency : public Encoder {
public:
    Latency(Settings& settings, const ImageSpec& image) : intensity_(settings, image) {}

    Value encode(const Pass& pass, const Tensor& images) const override {
        const Tensor brightness = intensity_.of(images);
        const Shape& s = images.shape();
        Spikes out({pass.steps, s[0], s[1], s[2], s[3]}, SpikeKind::binary);
        const auto latest = static_cast<float>(pass.timesteps - 1);
        for (int64_t row = 0; row < brightness.rows(); ++row)
            for (int64_t c = 0; c < s[3]; ++c) {
                const auto time = static_cast<int>(std::nearbyint(latest * (1.0f - brightness.row(row)[c])));
                const int step = time - pass.first_step;
                if (step >= 0 && step < pass.steps)
                    out.fired(step * brightness.rows() + row)[c / 64] |= uint64_t{1} << (c % 64);
            }
        return out;
    }

private:
    Intensity intensity_;
};

}  // namespace

Entry<MakeEncoder> encoder_latency() {
    return {"latency", {"one spike a pixel, the earlier the brighter"}, [](Settings& settings, const ImageSpec& image) {
                return std::make_unique<Latency>(settings, image);
            }};
}

}  // namespace bispike
