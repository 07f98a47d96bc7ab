// syops_copy: the copy of syops-counter in Spikingformer's repository, as it prints its own sums.
//
// The bias of a linear map counts once a time step. These are the figures that its user sees a few lines above those of
// `spikingformer`, and many times larger.
//
// Source: github.com/zhouchenlin2096/Spikingformer, energy_consumption_calculation/ops.py.
#include "sim/energy/conventions/syops_modules.h"

namespace bispike {

Convention convention_syops_copy() {
    return {
        "syops_copy", "syops-counter as Spikingformer copied it",
        "as syops, but the bias of a linear map counts at every step",
        "github.com/zhouchenlin2096/Spikingformer, energy_consumption_calculation/ops.py",
        [](const UsedNetwork& network, int layer) { return count_modules(network, layer, LinearBias::once_a_step); }};
}

}  // namespace bispike
