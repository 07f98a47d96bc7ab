// exact_reordered: `exact`, with each attention in the cheaper of its two orders.
//
// Without a norm between the products, (q k^T) v = q (k^T v). The second order takes an accumulate for each pair of
// spikes of k and v in a token, and for each spike of q one for each channel of v that its channel of k met. Which
// order is the cheaper one is decided for each attention by the whole of what is counted.
#include "sim/energy/conventions/exact_count.h"

namespace bispike {
namespace {

Operations count(const UsedNetwork& network, int layer) {
    const LayerFacts& f = network.facts_of(layer);
    if (!f.reorders) return count_executed(network, layer);
    const MeanStatistics &here = network.mean_of(layer), &partner = network.mean_of(f.partner);
    const bool cheaper = here.reordered + partner.reordered < here.executed + partner.executed;
    return booked(f.signal, cheaper ? here.reordered : here.executed);
}

}  // namespace

Convention convention_exact_reordered() {
    return {"exact_reordered", "as executed, attention in the cheaper order",
            "q (k^T v) instead of (q k^T) v where there is no norm between them and it takes fewer accumulates",
            "Bispike, sim/energy/README.md", count};
}

}  // namespace bispike
