// exact: what this program executed, counted.
//
// Taps on padding are not counted, weights that happen to be 0 are; the first layer once where the image is static; the
// products of attention in the order (q k^T) v, by coincidences; integer spikes by level. Multiply-accumulates and
// accumulates make the total; shifts, biases and comparisons stand beside it. Source: sim/energy/README.md.
#include "sim/energy/conventions/exact_count.h"

namespace bispike {

Convention convention_exact() {
    return {"exact", "as executed here", "the measure of the others", "Bispike, sim/energy/README.md", count_executed};
}

}  // namespace bispike
