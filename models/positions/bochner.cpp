// bochner: waves of learned frequencies, whose products depend on distances alone.
//
//   phi(t) = sqrt(1 / d) [cos w_1 t, sin w_1 t, ..., cos w_d t, sin w_d t],  w_i = pi 10^-p_i,  d = D / 4 for each
//   axis; <phi(t), phi(s)> = 1 / d sum_i cos(w_i (t - s)).
// The exponents p_i are learned, and lie evenly at first: from waves of two patches to waves of twice the grid.
//
// Source: Xu et al., "Self-attention with Functional Time Representation Learning", NeurIPS 2019, eq. 6
// (non-parametric); here of rows and columns instead of time, added instead of concatenated, and with cosine and sine
// of one frequency tied, which the code has apart.
#include <cmath>
#include <numbers>

#include "models/layers/grid_position.h"

namespace bispike {
namespace {

class Bochner : public GridPosition {
public:
    Bochner(const Scope& scope, const MixerSite& site)
        : GridPosition(scope, site, "bochner", 2),
          exponents_{&exponents(scope, "row_exponent", site.dim / 4, site.rows),
                     &exponents(scope, "column_exponent", site.dim / 4, site.columns)} {}

protected:
    Harmonics waves(int axis) const override {
        const Tensor& p = exponents_[axis]->value;
        Harmonics h{Tensor({2 * p.size()}), Tensor({2 * p.size(), 1}), Tensor({2 * p.size(), 1})};
        const float amplitude = 1.0f / std::sqrt(static_cast<float>(p.size()));
        for (int64_t i = 0; i < p.size(); ++i) {
            h.frequency[2 * i] = h.frequency[2 * i + 1] = frequency(p[i]);
            h.cosine[2 * i] = h.sine[2 * i + 1] = amplitude;
        }
        return h;
    }

    void pull_back(Tape& tape, int axis, const Harmonics& gradient) const override {
        const Parameter& p = *exponents_[axis];
        for (int64_t i = 0; i < p.value.size(); ++i)
            tape.sums()[p][i] -= std::numbers::ln10_v<float> * frequency(p.value[i]) *
                                 (gradient.frequency[2 * i] + gradient.frequency[2 * i + 1]);
    }

private:
    static float frequency(float exponent) { return std::numbers::pi_v<float> * std::pow(10.0f, -exponent); }

    static Parameter& exponents(const Scope& scope, const char* name, int64_t count, int64_t extent) {
        Parameter& p = scope.constant(name, {count}, 0.0f, Role::scale);
        const float last = std::log10(static_cast<float>(extent));
        for (int64_t i = 1; i < count; ++i) p.value[i] = last * static_cast<float>(i) / static_cast<float>(count - 1);
        return p;
    }

    const Parameter* exponents_[2];  // of rows and of columns [D / 4]
};

}  // namespace

Entry<MakePosition> position_bochner() {
    return {"bochner",
            {"waves of learned frequencies of row and column", "Xu et al., NeurIPS 2019"},
            [](const Scope& network, const MixerSite& site) {
                return std::make_unique<Bochner>(network.child("position"), site);
            }};
}

}  // namespace bispike
