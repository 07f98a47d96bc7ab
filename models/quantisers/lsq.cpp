// lsq: learned step size quantisation.
//
//   y = s clamp(floor(x / s + 1/2), -L, L), or from 0 to L where no value lies below 0
// with L = network.levels. s is learned: rounding counts as the identity in the backward pass (sim/ops/quantise.h).
//
// Source: Esser et al., "Learned step size quantization", ICLR 2020.
#include "models/quantisers/levels.h"

namespace bispike {

Entry<MakeQuantiser> quantiser_lsq() {
    return {
        "lsq",
        {"learned steps, -L to L of them, or 0 to L", "Esser et al., ICLR 2020"},
        [](const Scope& scope, const CodedValues& values) {
            const int levels = read_levels(scope);
            return std::make_unique<Quantiser>(scope, CodeRange{values.below_zero ? -levels : 0, levels}, values.size);
        }};
}

}  // namespace bispike
