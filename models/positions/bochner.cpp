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
#include <numbers>

#include "models/layers/grid_position.h"

namespace bispike {
namespace {

class BochnerWaves : public Waves {
public:
    BochnerWaves(const Scope& scope, const std::string& name, int64_t count, int64_t extent)
        : exponent_(scope.constant(name, {count}, 0.0f, Role::scale)) {
        const float last = std::log10(static_cast<float>(extent));
        for (int64_t i = 1; i < count; ++i)
            exponent_.value[i] = last * static_cast<float>(i) / static_cast<float>(count - 1);
    }

    Harmonics harmonics() const override {
        const Tensor& p = exponent_.value;
        Harmonics h{Tensor({2 * p.size()}), Tensor({2 * p.size(), 1}), Tensor({2 * p.size(), 1})};
        const float amplitude = 1.0f / std::sqrt(static_cast<float>(p.size()));
        for (int64_t i = 0; i < p.size(); ++i) {
            h.frequency[2 * i] = h.frequency[2 * i + 1] = frequency(p[i]);
            h.cosine[2 * i] = h.sine[2 * i + 1] = amplitude;
        }
        return h;
    }

    void pull_back(Tape& tape, const Harmonics& gradient) const override {
        const Tensor& p = exponent_.value;
        for (int64_t i = 0; i < p.size(); ++i)
            tape.sums()[exponent_][i] -= std::numbers::ln10_v<float> * frequency(p[i]) *
                                         (gradient.frequency[2 * i] + gradient.frequency[2 * i + 1]);
    }

private:
    static float frequency(float exponent) { return std::numbers::pi_v<float> * std::pow(10.0f, -exponent); }

    Parameter& exponent_;  // [channels / 2]
};

}  // namespace

std::unique_ptr<Waves> bochner_waves(const Scope& scope, const std::string& name, int64_t channels, int64_t extent) {
    return std::make_unique<BochnerWaves>(scope, name, channels / 2, extent);
}

Entry<MakePosition> position_bochner() {
    return {
        "bochner",
        {"waves of learned frequencies of row and column", "Xu et al., NeurIPS 2019"},
        [](const Scope& network, const MixerSite& site) {
            require_half_width(site, "bochner", 2);
            const Scope scope = network.child("position");
            auto rows = bochner_waves(scope, "row_exponent", site.dim / 2, site.rows);
            auto columns = bochner_waves(scope, "column_exponent", site.dim / 2, site.columns);
            return std::make_unique<GridPosition>(scope, site, GridPosition::Axes{std::move(rows), std::move(columns)});
        }};
}

}  // namespace bispike
