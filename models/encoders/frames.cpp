// Frames of a recording: what an event camera counted in each step is the input of that step.
#include <algorithm>
#include <cmath>

#include "sim/net/registry.h"

namespace bispike {
namespace {

/// Recordings [B, T, H, W, C] -> [t, B, H, W, C]: integer spikes where all values are whole and small, real values
/// where events were shared out between frames. A run longer than the recording sees empty frames at its end.
class Frames : public Encoder {
public:
    Value encode(const Pass& pass, const Tensor& recordings) const override {
        const Shape& s = recordings.shape();
        const int64_t each = s.product(2, 5);
        Tensor out({pass.steps, s[0], s[2], s[3], s[4]});
        for (int64_t t = 0; t < pass.steps; ++t)
            for (int64_t b = 0; b < s[0] && pass.first_step + t < s[1]; ++b)
                std::copy_n(recordings.data() + (b * s[1] + pass.first_step + t) * each, each,
                            out.data() + (t * s[0] + b) * each);
        const auto whole = [](float v) { return v == std::floor(v) && std::abs(v) <= 127; };
        return std::ranges::all_of(out.values(), whole) ? Value(Spikes::from(out, SpikeKind::integer)) : Value(out);
    }
    bool takes_frames() const override { return true; }
};

}  // namespace

Entry<MakeEncoder> encoder_frames() {
    return {"frames", {"the frames of a recording of events, one a step"}, [](Settings&, const ImageSpec&) {
                return std::make_unique<Frames>();
            }};
}

}  // namespace bispike
