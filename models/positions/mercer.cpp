// mercer: for each channel a learned sum of the first harmonics of a learned frequency.
//
//   phi_k(t) = sum_j [a_kj sin(j f_k t) + b_kj cos(j f_k t)],  f_k = pi 10^-p_k,  j = 1 .. mercer_degree.
// Exponents p and amplitudes are learned. Rows and columns have D / 2 channels k each, event times
// (models/layers/event_time.h) D.
//
// Source: Xu et al., "Self-attention with Functional Time Representation Learning", NeurIPS 2019, eq. 8 in the form of
// its code (amplitudes learned, summed over the harmonics); here also of rows and columns, and added.
#include <cmath>

#include "models/positions/waves.h"

namespace bispike {
namespace {

struct Options {
    int mercer_degree = 5;
    static constexpr auto fields() {
        return std::tuple(
            field("mercer_degree", &Options::mercer_degree, "harmonics", "of each channel's frequency, with mercer"));
    }
};

class MercerWaves : public Waves {
public:
    MercerWaves(const Scope& scope, int64_t channels, int64_t degree, int64_t extent)
        : exponent_(scope.constant("exponent", {channels}, 0.0f, Role::scale)),
          sine_(scope.normal("sine", {channels, degree}, sigma(channels, degree))),
          cosine_(scope.normal("cosine", {channels, degree}, sigma(channels, degree))) {
        spread_exponents(exponent_.value, extent);
    }

    Harmonics harmonics() const override {
        Harmonics h{Tensor(exponent_.value.shape()), sine_.value, cosine_.value};
        for (int64_t i = 0; i < h.frequency.size(); ++i) h.frequency[i] = wave_frequency(exponent_.value[i]);
        return h;
    }

    void pull_back(Tape& tape, const Harmonics& gradient) const override {
        for (int64_t i = 0; i < gradient.frequency.size(); ++i)
            tape.sums()[exponent_][i] += wave_frequency_slope(exponent_.value[i]) * gradient.frequency[i];
        tape.sums()[sine_].add(gradient.sine);
        tape.sums()[cosine_].add(gradient.cosine);
    }

private:
    static float sigma(int64_t channels, int64_t degree) {  // Glorot's
        return std::sqrt(2.0f / static_cast<float>(channels + 2 * degree));
    }

    Parameter &exponent_, &sine_, &cosine_;  // [channels], [channels, degree] twice
};

std::unique_ptr<Waves> make(const Scope& scope, int64_t channels, int64_t extent) {
    const int degree = scope.settings().read<Options>("network").mercer_degree;
    if (degree < 1) fail("network.mercer_degree = {}: at least 1 is needed", degree);
    return std::make_unique<MercerWaves>(scope, channels, degree, extent);
}

}  // namespace

Entry<MakeWaves> waves_mercer() { return {"mercer", {"learned harmonics", "Xu et al., NeurIPS 2019"}, {make}}; }

Entry<MakePosition> position_mercer() { return grid_position(waves_mercer()); }

}  // namespace bispike
