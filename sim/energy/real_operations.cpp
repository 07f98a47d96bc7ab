// What of a network is not driven by spikes.
#include "sim/energy/real_operations.h"

namespace bispike {

std::vector<RealOperation> real_operations(const NetworkFacts& facts) {
    std::vector<RealOperation> all;
    for (const LayerFacts& f : facts.layers)
        if (f.operates() && f.signal == Signal::real)
            all.push_back({f.name, f.kind, static_cast<uint64_t>(f.dense * f.steps)});
    return all;
}

}  // namespace bispike
