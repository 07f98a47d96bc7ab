// spikingformer_30: Spikingformer's tool with Nspks_max = 30, by which it repeats the figures of Spikformer's paper.
//
// Source: as spikingformer; the tool's comment names Spikingformer's appendix G, calculation 1.
#include "sim/energy/conventions/spikingformer_tool.h"

namespace bispike {

Convention convention_spikingformer_30() {
    return {"spikingformer_30", "Spikingformer's tool, Nspks_max = 30",
            "as spikingformer, but integers up to 30 are spikes too and count by their mean",
            "github.com/zhouchenlin2096/Spikingformer, energy_consumption_calculation, Nspks_max = 30",
            [](const UsedNetwork& network, int layer) {
                return count_as_spikingformer(network, layer, SpikeTest::small_integer);
            }};
}

}  // namespace bispike
