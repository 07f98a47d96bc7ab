// Where in the image, when, and in which heads the energy of `exact` goes.
#pragma once

#include <string>
#include <vector>

#include "sim/energy/energy_observer.h"
#include "sim/energy/prices.h"

namespace bispike {

/// In words, for reports.
inline constexpr const char* kAttribution =
    "an accumulate belongs to the patch and the step of the spike that caused it: the input of a synapse; of q k^T the "
    "key, of the weighted sum the value, where those are tokens looked at. A multiply-accumulate belongs to the patch "
    "of its input. What sees all patches at once (the classifier, and what does not divide into rows and columns) is "
    "spread over them evenly. A value that is the same at every step belongs to the first. The sum is that of `exact`: "
    "shifts, "
    "biases and comparisons are not in it";

/// Of an image on average, or of one. [pJ]
struct Attribution {
    /// A layer that has operations.
    struct Layer {
        std::string name;
        int64_t heads = 0;            // 0: no attention
        std::vector<double> map;      // [T, patches]; of attention [T, H, patches]
        bool is_placed = true;        // false: it has no places, and is spread over all of them
        std::vector<double> by_head;  // [H]
    };
    std::string prices;  // the name of the table
    PatchGrid grid;
    std::vector<double> map;                         // [T, patches]: the sum of all layers and heads
    std::vector<double> by_step;                     // [T]
    std::vector<Layer> layers;                       // in the order of their calls
    std::vector<std::vector<double>> by_layer_step;  // [layers of NetworkFacts][T]
};

Attribution attribute(const NetworkFacts& facts, const RunSums& sums, const EnergyPrices& prices);

}  // namespace bispike
