// Rate encoding: a Bernoulli spike at each step with a probability equal to the brightness, the discrete-time form of a
// Poisson spike train (Diehl & Cook 2015).
#include <cassert>

#include "models/encoders/intensity.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// s(t) = [u < p], p the brightness in [0, 1], u uniform in [0, 1) from (seed, sample, step, element): the spikes of an
/// image depend neither on its batch nor on the chunk. Binary spikes [t, B, H, W, C].
class Rate : public Encoder {
public:
    Rate(Settings& settings, const ImageSpec& image) : intensity_(settings, image) {}

    Value encode(const Pass& pass, const Tensor& images) const override {
        assert(static_cast<int64_t>(pass.samples.size()) == images.shape()[0]);
        const Tensor brightness = intensity_.of(images);
        const Shape& s = images.shape();
        Spikes out({pass.steps, s[0], s[1], s[2], s[3]}, SpikeKind::binary);
        const int64_t pixels = s[1] * s[2];  // rows of an image
        for (int step = 0; step < pass.steps; ++step)
            for (int64_t b = 0; b < s[0]; ++b) {
                const auto sample = static_cast<uint64_t>(pass.samples[static_cast<size_t>(b)]);
                Rng draw(pass.seed, "rate encoder", sample, static_cast<uint64_t>(pass.first_step + step));
                for (int64_t row = b * pixels; row < (b + 1) * pixels; ++row)
                    fire(draw, brightness.row(row), s[3], out.fired(step * s[0] * pixels + row));
            }
        return out;
    }

private:
    static void fire(Rng& draw, const float* probability, int64_t channels, uint64_t* fired) {
        for (int64_t c = 0; c < channels; ++c)
            if (draw.uniform() < probability[c]) fired[c / 64] |= uint64_t{1} << (c % 64);
    }

    Intensity intensity_;
};

}  // namespace

Entry<MakeEncoder> encoder_rate() {
    return {"rate",
            {"Bernoulli spikes, as probable as the pixel is bright"},
            [](Settings& settings, const ImageSpec& image) { return std::make_unique<Rate>(settings, image); }};
}

}  // namespace bispike
