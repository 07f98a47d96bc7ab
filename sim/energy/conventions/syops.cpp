// syops: syops-counter v0.0.5.
//
// Its bias of a linear map counts once a call, here a call of one image. Its rates of neurons are those of the first
// sample or step alone; they decide no operation.
//
// Source: Chen et al., "Training full spike neural networks via auxiliary accumulation pathway", 2023;
// github.com/iCGY96/syops-counter, syops/ops.py.
#include "sim/energy/conventions/syops_modules.h"

namespace bispike {

Convention convention_syops() {
    return {
        "syops", "syops-counter v0.0.5",
        "normalisations, neurons and pools count; products of attention do not; rate times dense operations with "
        "padding; only {0, 1} are spikes",
        "github.com/iCGY96/syops-counter, syops/ops.py, at one image a call",
        [](const UsedNetwork& network, int layer) { return count_modules(network, layer, LinearBias::once_a_call); }};
}

}  // namespace bispike
