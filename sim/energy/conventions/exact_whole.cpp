// exact_whole: `exact`, with shifts, biases and comparisons in the total.
#include "sim/energy/conventions/exact_count.h"

namespace bispike {

Convention convention_exact_whole() {
    return {"exact_whole",
            "as executed, with all that has a price",
            "shifts, the bias of each output and the comparison of each potential with its thresholds are in the total",
            "Bispike, sim/energy/README.md",
            count_executed,
            Priced::whole};
}

}  // namespace bispike
