// mercer: for each channel a learned sum of the first harmonics of a learned frequency.
//
//   phi_k(t) = sum_j [a_kj sin(j f_k t) + b_kj cos(j f_k t)],  f_k = pi 10^-p_k,  j = 1 .. mercer_degree.
// Exponents p and amplitudes are learned; D / 2 channels k for each axis.
//
// Source: Xu et al., "Self-attention with Functional Time Representation Learning", NeurIPS 2019, eq. 8 in the form of
// its code (amplitudes learned, summed over the harmonics); here of rows and columns instead of time, and added.
#include <cmath>
#include <numbers>

#include "models/layers/grid_position.h"

namespace bispike {
namespace {

struct Options {
    int mercer_degree = 5;
    static constexpr auto fields() {
        return std::tuple(
            field("mercer_degree", &Options::mercer_degree, "harmonics", "of each channel's frequency, with mercer"));
    }
};

/// The learned waves of one axis, C / 2 channels.
struct Axis {
    Parameter &exponent, &sine, &cosine;  // [C / 2], [C / 2, degree] twice

    Axis(const Scope& scope, int64_t channels, int64_t degree, int64_t extent)
        : exponent(scope.constant("exponent", {channels}, 0.0f, Role::scale)),
          sine(scope.normal("sine", {channels, degree}, sigma(channels, degree))),
          cosine(scope.normal("cosine", {channels, degree}, sigma(channels, degree))) {
        const float last = std::log10(static_cast<float>(extent));
        for (int64_t i = 1; i < channels; ++i)
            exponent.value[i] = last * static_cast<float>(i) / static_cast<float>(channels - 1);
    }
    static float sigma(int64_t channels, int64_t degree) {  // Glorot's
        return std::sqrt(2.0f / static_cast<float>(channels + 2 * degree));
    }
};

class Mercer : public GridPosition {
public:
    Mercer(const Scope& scope, const MixerSite& site, int64_t degree)
        : GridPosition(scope, site, "mercer", 1),
          axes_{Axis(scope.child("row"), site.dim / 2, degree, site.rows),
                Axis(scope.child("column"), site.dim / 2, degree, site.columns)} {}

protected:
    Harmonics waves(int axis) const override {
        const Axis& a = axes_[axis];
        Harmonics h{Tensor(a.exponent.value.shape()), a.sine.value, a.cosine.value};
        for (int64_t i = 0; i < h.frequency.size(); ++i) h.frequency[i] = frequency(a.exponent.value[i]);
        return h;
    }

    void pull_back(Tape& tape, int axis, const Harmonics& gradient) const override {
        const Axis& a = axes_[axis];
        for (int64_t i = 0; i < gradient.frequency.size(); ++i)
            tape.sums()[a.exponent][i] -=
                std::numbers::ln10_v<float> * frequency(a.exponent.value[i]) * gradient.frequency[i];
        tape.sums()[a.sine].add(gradient.sine);
        tape.sums()[a.cosine].add(gradient.cosine);
    }

private:
    static float frequency(float exponent) { return std::numbers::pi_v<float> * std::pow(10.0f, -exponent); }

    Axis axes_[2];  // rows and columns
};

}  // namespace

Entry<MakePosition> position_mercer() {
    return {"mercer",
            {"learned harmonics of row and column", "Xu et al., NeurIPS 2019"},
            [](const Scope& network, const MixerSite& site) {
                const int degree = network.settings().read<Options>("network").mercer_degree;
                if (degree < 1) fail("network.mercer_degree = {}: at least 1 is needed", degree);
                return std::make_unique<Mercer>(network.child("position"), site, degree);
            }};
}

}  // namespace bispike
