// qcfs: quantisation, clip, floor and shift: what neurons that fire 0 or 1 can send, so nothing below 0, anywhere.
//
//   y = lambda clip(floor(x L / lambda + 1/2) / L, 0, 1)
// with L = network.levels and lambda = L s: the parameter is the step s. The factor on its gradient is that of lsq.
//
// Source: Bu et al., "Optimal ANN-SNN conversion for high-accuracy and ultra-low-latency spiking neural networks", ICLR
// 2022, eq. 14.
#include "models/quantisers/levels.h"

namespace bispike {

Entry<MakeQuantiser> quantiser_qcfs() {
    return {"qcfs",
            {"learned steps, 0 to L of them everywhere", "Bu et al., ICLR 2022"},
            [](const Scope& scope, const CodedValues& values) {
                return std::make_unique<Quantiser>(scope, CodeRange{0, read_levels(scope)}, values.size);
            }};
}

}  // namespace bispike
