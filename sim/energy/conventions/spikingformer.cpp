// spikingformer: the tool that Spikingformer's authors published, with Nspks_max = 30.
//
// With that setting it repeats the figures of Spikformer's paper, whose sums of spikes it takes for spikes. The tool
// looks at modules whose name has "conv" or "head" in it; here every synapse counts, whatever its name. It has no rule
// for attention without a product of tokens (SDSA, QKTA), which therefore costs nothing.
//
// Source: Zhou et al., "Spikingformer", 2023; github.com/zhouchenlin2096/Spikingformer, energy_consumption_calculation,
// whose comment on the setting names appendix G, calculation 1.
#include "sim/energy/conventions/spikingformer_tool.h"

namespace bispike {

Convention convention_spikingformer() {
    return {
        "spikingformer", "Spikingformer's tool, Nspks_max = 30",
        "rate times dense operations with padding and bias; integers up to 30 are spikes and count by their mean, "
        "signed spikes are mac; the first layer at every step, the classifier once; attention estimated as q (k^T v)",
        "github.com/zhouchenlin2096/Spikingformer, energy_consumption_calculation; reproduces its 8-512 log",
        [](const UsedNetwork& network, int layer) {
            return count_as_spikingformer(network, layer, SpikeTest::small_integer);
        }};
}

}  // namespace bispike
