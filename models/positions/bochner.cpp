// bochner: waves of learned frequencies, whose products depend on distances alone.
//
//   phi(t) = sqrt(1 / d) [cos w_1 t, sin w_1 t, ..., cos w_d t, sin w_d t],  w_i = pi 10^-p_i;
//   <phi(t), phi(s)> = 1 / d sum_i cos(w_i (t - s)).
// Of rows and of columns, d = D / 4 each; of event times (models/layers/event_time.h) d = D / 2. The exponents p_i are
// learned, and lie evenly at first: from waves of two patches (steps) to waves of twice the grid (the recording).
//
// Source: Xu et al., "Self-attention with Functional Time Representation Learning", NeurIPS 2019, eq. 6
// (non-parametric); here also of rows and columns, added instead of concatenated, and with cosine and sine of one
// frequency tied, which the code has apart.
#include <cmath>

#include "models/positions/waves.h"

namespace bispike {
namespace {

class BochnerWaves : public Waves {
public:
    BochnerWaves(const Scope& scope, int64_t count, int64_t extent)
        : exponent_(scope.constant("exponent", {count}, 0.0f, Role::scale)) {
        spread_exponents(exponent_.value, extent);
    }

    Harmonics harmonics() const override {
        const Tensor& p = exponent_.value;
        Harmonics h{Tensor({2 * p.size()}), Tensor({2 * p.size(), 1}), Tensor({2 * p.size(), 1})};
        const float amplitude = 1.0f / std::sqrt(static_cast<float>(p.size()));
        for (int64_t i = 0; i < p.size(); ++i) {
            h.frequency[2 * i] = h.frequency[2 * i + 1] = wave_frequency(p[i]);
            h.cosine[2 * i] = h.sine[2 * i + 1] = amplitude;
        }
        return h;
    }

    void pull_back(Tape& tape, const Harmonics& gradient) const override {
        const Tensor& p = exponent_.value;
        for (int64_t i = 0; i < p.size(); ++i)
            tape.sums()[exponent_][i] +=
                wave_frequency_slope(p[i]) * (gradient.frequency[2 * i] + gradient.frequency[2 * i + 1]);
    }

private:
    Parameter& exponent_;  // [channels / 2]
};

}  // namespace

Entry<MakeWaves> waves_bochner() {
    return {"bochner",
            {"waves of learned frequencies", "Xu et al., NeurIPS 2019"},
            {[](const Scope& scope, int64_t channels, int64_t extent) -> std::unique_ptr<Waves> {
                 return std::make_unique<BochnerWaves>(scope, channels / 2, extent);
             },
             2}};  // a cosine and a sine
}

Entry<MakePosition> position_bochner() { return grid_position(waves_bochner()); }

}  // namespace bispike
