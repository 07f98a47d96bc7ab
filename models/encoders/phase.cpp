// Phase encoding: the bits of the 8-bit brightness, one a step, as weighted spikes (Kim et al. 2018, "Deep neural
// networks with weighted spikes").
#include <cmath>

#include "models/encoders/intensity.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

constexpr int kPeriod = 8;  // [steps], the bits of a pixel

/// x(t) = bit_(7 - t mod 8) 2^-(1 + t mod 8) of the integer round(255 p), p the brightness in [0, 1]: the highest bit
/// comes first, and one period sums to round(255 p) / 256. A tensor [t, B, H, W, C]: the spikes carry weights.
class Phase : public Encoder {
public:
    Phase(Settings& settings, const ImageSpec& image) : intensity_(settings, image) {}

    Value encode(const Pass& pass, const Tensor& images) const override {
        const Tensor brightness = intensity_.of(images);
        const Shape& s = images.shape();
        Tensor out = Tensor::uninitialised({pass.steps, s[0], s[1], s[2], s[3]});
        for (int step = 0; step < pass.steps; ++step) {
            const int phase = (pass.first_step + step) % kPeriod;
            const float weight = std::ldexp(1.0f, -(1 + phase));
            float* to = out.data() + step * brightness.size();
            for (int64_t i = 0; i < brightness.size(); ++i) {
                const int pixel = static_cast<int>(std::nearbyint(255.0f * brightness[i]));
                to[i] = (pixel >> (kPeriod - 1 - phase) & 1) != 0 ? weight : 0.0f;
            }
        }
        return out;
    }

private:
    Intensity intensity_;
};

}  // namespace

Entry<MakeEncoder> encoder_phase() {
    return {"phase",
            {"the bits of the pixel over a period of 8 steps, weighted 2^-(1 + t mod 8)"},
            [](Settings& settings, const ImageSpec& image) { return std::make_unique<Phase>(settings, image); }};
}

}  // namespace bispike
