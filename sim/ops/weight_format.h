// How weights are kept while simulating.
#pragma once

namespace bispike {

enum class WeightFormat {
    float32,
    int16,  // rounded to 10 bits, so that sums of dozens of them fit into 16
    int8,
};

}  // namespace bispike
