// spikingformer_1: Spikingformer's tool as its code is set, with Nspks_max = 1.
//
// Only {0, 1} are spikes: where a network adds spikes up, its layers behind the sums are multiply-accumulates.
//
// Source: as spikingformer; the tool's comment names appendix G, calculation 2.
#include "sim/energy/conventions/spikingformer_tool.h"

namespace bispike {

Convention convention_spikingformer_1() {
    return {"spikingformer_1", "Spikingformer's tool, Nspks_max = 1",
            "as spikingformer, but only {0, 1} are spikes: integers are mac too",
            "github.com/zhouchenlin2096/Spikingformer, energy_consumption_calculation, as it is set",
            [](const UsedNetwork& network, int layer) {
                return count_as_spikingformer(network, layer, SpikeTest::binary);
            }};
}

}  // namespace bispike
